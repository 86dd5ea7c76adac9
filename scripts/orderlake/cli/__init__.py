"""The command line's root: which commands exist, and the one place where errors become text.

Commands are loaded only when called or asked for help, so that a query does not pay for boto3.
"""

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from athena_sql.errors import SqlError, nearest
from click.shell_completion import CompletionItem

from orderlake.cli.fold_lines import echo
from orderlake.cli.group import Group
from orderlake.cli.hints import with_choices
from orderlake.cli.make_target import words_of
from orderlake.cli.signals import READER_ENDED, exit_code, handle_requests_to_end, is_stopped
from orderlake.cli.storage import NO_SPACE, fullest_folder, storage_refusal
from orderlake.cli.streams import silence_teardown
from orderlake.cli.typed_command import remember_typed, typed_command
from orderlake.cli.verbosity import LOGGER, add_verbosity, has_color
from orderlake.errors import OrderlakeError, StorageRefused
from orderlake.settings import Settings, find_root, working_folder

# In the order of a working day. Each name is a function in the module of the same name.
COMMANDS = (
    "demo",
    "local",
    "deploy",
    "destroy",
    "upload",
    "backfill",
    "crawl",
    "curate",
    "query",
    "sync",
    "parity",
    "lint",
    "report",
    "status",
    "rejected",
    "replay",
    "logs",
    "doctor",
    "transform",
    "schema",
    "sample",
    "completion",
)


def help_line(name: str) -> str:
    """Return the first line of a command's help, read without importing the command."""
    import ast  # only for a list of commands

    tree = ast.parse(Path(__file__).with_name(f"{name}.py").read_text("utf-8"))
    (command,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    return (ast.get_docstring(command) or "").partition("\n")[0]


class Root(Group):
    """The root group: lazy commands, nearest suggestions, errors of one or two lines."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Begin a command line: NO_COLOR and the terminal decide about colours."""
        with end_with_reader():
            return super().make_context(*args, color=has_color(), **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of a working day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None where nobody defined it."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"orderlake.cli.{cmd_name}")
        command = getattr(module, cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__}.{cmd_name} is not a click command")
        return add_verbosity(command)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name without importing one."""
        options = click.Command.shell_complete(self, ctx, incomplete)
        return options + [
            CompletionItem(name, help=help_line(name))
            for name in COMMANDS
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line(name)) for name in COMMANDS])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and turn an AWS library's error into one of ours."""
        start = time.monotonic()
        try:
            with end_with_reader():
                result = super().invoke(ctx)
            LOGGER.debug("done in %.2f s", time.monotonic() - start)
            return result
        except (OrderlakeError, SqlError) as error:
            repeat_choices(error, ctx)
            raise
        except (
            click.ClickException,
            click.exceptions.Exit,
            click.Abort,
        ):
            raise
        except Exception as error:
            translated = translate(error, ctx.obj if isinstance(ctx.obj, Settings) else None)
            if translated is None:
                raise
            repeat_choices(translated, ctx)
            raise translated from error

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, print errors, and exit.

        The exit code is 0 (done), 1 (failed), 2 (wrong use), 130 (stopped), or 141 (the reader of
        its output has ended, so that it ended, too, before its work was done or told).
        """
        if not kwargs.pop("standalone_mode", True):
            kwargs["standalone_mode"] = False
            return super().main(*args, **kwargs)
        code = run(super().main, *args, **kwargs)
        drop_unwritten_output()
        sys.exit(code)


def run(main: Any, *args: Any, **kwargs: Any) -> int:
    """Call click's main and return the exit code; every error becomes one or two lines."""
    words: Sequence[str] = kwargs.get("args") or []
    try:
        if words[:1] == ["--make"]:
            words = kwargs["args"] = words_of(words[1], os.environ)
        result = main(*args, **kwargs, standalone_mode=False)
        sys.stdout.flush()
    except (OrderlakeError, SqlError) as error:
        complain(error.message, error.next_step)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        complain(error.format_message(), f"{hint_of(error)}see: {path_of(error, words)} --help")
        return 2
    except click.ClickException as error:
        complain(error.format_message(), "")
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return stopped()
    except BrokenPipeError:
        return READER_ENDED
    except OSError as error:
        # Outside a command, the rest of the output could not be written.
        refusal = storage_refusal(error)
        if refusal is None:
            return report_bug(error)
        complain(f"standard output: {refusal.message}", refusal.next_step)
        return 1
    except Exception as error:
        # Ctrl-C in the middle of a library's work may come out as any error; DuckDB's is known.
        # Everything else is a bug in orderlake: the user still gets lines and no traceback.
        is_end = is_stopped() or str(error) == "Query interrupted"
        return stopped() if is_end else report_bug(error)
    return result if isinstance(result, int) else 0


@contextlib.contextmanager
def end_with_reader() -> Iterator[None]:
    """End quietly when the reader of a pipe (head, less) has; click would exit with 1 then."""
    try:
        yield
    except BrokenPipeError as error:
        raise click.exceptions.Exit(READER_ENDED) from error


def drop_unwritten_output() -> None:
    """Flush the output; drop what cannot be written, or Python prints an error when it ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        # It stays open as long as the program runs.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def repeat_choices(error: OrderlakeError | SqlError, ctx: click.Context) -> None:
    """Have the error's next step repeat what the user chose."""
    if isinstance(ctx.obj, Settings):
        error.next_step = with_choices(error.next_step, ctx.obj)


def translate(error: Exception, settings: Settings | None) -> OrderlakeError | None:
    """Return the command-line error for an error of the system or an AWS library, if it is one."""
    if refusal := storage_refusal(error):
        return refusal if refusal.path else with_place(refusal, settings)
    if isinstance(error, FileNotFoundError):
        # Without a file's name, it is the folder that relative paths start from.
        return removed_folder()
    if type(error).__module__.partition(".")[0] != "botocore":
        return None
    from orderlake.aws import errors_explained

    return errors_explained.translate(error, settings)


def removed_folder() -> OrderlakeError | None:
    """Return the error for a working folder that was removed, or None if it is there."""
    try:
        working_folder()
    except OrderlakeError as error:
        return error
    return None


def with_place(refusal: StorageRefused, settings: Settings | None) -> StorageRefused:
    """Return the error with the folder whose disk is full: a write does not say where it was."""
    import tempfile

    if refusal.reason != NO_SPACE:
        return refusal
    folders = [settings.root] if settings else []
    place = fullest_folder([*folders, Path(), Path(tempfile.gettempdir())])
    return StorageRefused(place, refusal.reason, refusal.next_step)


def path_of(error: click.UsageError, words: Sequence[str]) -> str:
    """Return the command that was used wrongly; click does not tell it of every error."""
    if error.ctx:
        return error.ctx.command_path
    return f"orderlake {words[0]}" if words and words[0] in COMMANDS else "orderlake"


def hint_of(error: click.UsageError) -> str:
    """Return where an option belongs, or the nearest of the values that an option may have."""
    if isinstance(error, click.NoSuchOption) and error.ctx and not error.ctx.parent:
        return "options stand after the command: orderlake status --env aws; "
    kind = getattr(getattr(error, "param", None), "type", None)
    if not isinstance(kind, click.Choice):
        return ""
    given = re.search(r"'([^']*)' is not one of", error.format_message())
    found = nearest(given[1], kind.choices) if given else None
    return f"did you mean '{found}'? " if found else ""


def stopped() -> int:
    """Say that the user stopped the command."""
    complain("stopped", "")
    return exit_code()


def complain(message: str, next_step: str) -> None:
    """Print an error to standard error."""
    color, typed = has_color(), typed_command()
    error = click.style("error:", fg="red")
    echo(f"{error} {typed.as_typed(message)}", is_error=True, color=color)
    if next_step:
        echo(f"  {typed.as_typed(next_step)}", is_error=True, color=color)


def report_bug(error: Exception) -> int:
    """Report an unexpected error: one line here, the whole traceback in a file."""
    import traceback

    text = "".join(traceback.format_exception(error))
    step = "please report it"
    try:
        log = find_root(Path.cwd(), os.environ) / ".orderlake" / "last-error.txt"
        step = f"please report it, with {log}"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(text, "utf-8", errors="backslashreplace")
    except OSError as problem:
        step = f"please report it; its details cannot be kept: {problem}"
    complain(f"unexpected {type(error).__name__}: {error}", step)
    return 1


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderlake")
def cli() -> None:
    """Order files in, answers out: CSV orders to SQL answers, on LocalStack or AWS.

    Example: orderlake demo
    """


add_verbosity(cli)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line; `--make TARGET` is that of a make target and its variables."""
    silence_teardown()
    handle_requests_to_end()
    words = list(sys.argv[1:] if args is None else args)
    remember_typed(sys.argv[0], is_make=words[:1] == ["--make"])
    cli.main(args=words, prog_name="orderlake")
