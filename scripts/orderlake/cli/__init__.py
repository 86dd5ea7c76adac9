"""The command line's root: which commands exist, and how one of them is run.

Commands are loaded only when called or asked for help, so that a query does not pay for boto3.
"""

import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from athena_sql.errors import SqlError
from click.shell_completion import CompletionItem

from orderlake.cli.ended_command import (
    drop_unwritten_output,
    end_with_reader,
    repeat_choices,
    run_to_exit_code,
    translate,
)
from orderlake.cli.group import Group
from orderlake.cli.signals import handle_requests_to_end
from orderlake.cli.streams import silence_teardown
from orderlake.cli.typed_command import remember_typed
from orderlake.cli.verbosity import LOGGER, add_verbosity, has_color
from orderlake.errors import OrderlakeError
from orderlake.settings import Settings

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
        code = run_to_exit_code(super().main, *args, **kwargs)
        drop_unwritten_output()
        sys.exit(code)


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
    with remember_typed(sys.argv[0], is_make=words[:1] == ["--make"]):
        cli.main(args=words, prog_name="orderlake")
