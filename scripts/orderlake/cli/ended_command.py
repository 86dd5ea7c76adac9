"""Turn what ends a command into lines on standard error and an exit code.

Errors of ours are printed as they are; those of the system and of AWS libraries become one of ours.
"""

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from athena_sql.errors import INTERRUPTED, SqlError, nearest

from orderlake.cli.fold_lines import echo
from orderlake.cli.hints import with_choices
from orderlake.cli.make_target import words_of
from orderlake.cli.signals import READER_ENDED, exit_code, is_stopped
from orderlake.cli.storage import NO_SPACE, fullest_folder, storage_refusal
from orderlake.cli.typed_command import typed_command
from orderlake.cli.verbosity import has_color
from orderlake.errors import OrderlakeError, StorageRefused
from orderlake.settings import Settings, find_root, working_folder


def run_to_exit_code(main: Any, *args: Any, **kwargs: Any) -> int:
    """Call click's main and return the exit code; every error becomes one or two lines."""
    words: Sequence[str] = kwargs.get("args") or []
    try:
        if words[:1] == ["--make"]:
            words = kwargs["args"] = words_of(words[1], os.environ)
        result = main(*args, **kwargs, standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return say_stopped()
    except BrokenPipeError:
        return READER_ENDED
    except Exception as error:
        return print_error(error, words)
    return result if isinstance(result, int) else 0


def print_error(error: Exception, words: Sequence[str]) -> int:
    """Print why a command ended, and return its exit code; `words` is the command line."""
    match error:
        case OrderlakeError() | SqlError():
            print_message(error.message, error.next_step)
            return error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message())
            return 0
        case click.UsageError():
            step = f"{hint_of(error)}see: {path_of(error, words)} --help"
            # click lists the values of a missing argument one per line.
            print_message(" ".join(error.format_message().split()), step)
            return 2
        case click.ClickException():
            print_message(error.format_message(), "")
            return error.exit_code
        case OSError() if refusal := storage_refusal(error):
            # Outside a command, the rest of the output could not be written.
            print_message(f"standard output: {refusal.message}", refusal.next_step)
            return 1
    # Ctrl-C in the middle of a library's work may come out as any error; DuckDB's is known.
    # Everything else is a bug in orderlake: the user still gets lines and no traceback.
    is_end = is_stopped() or str(error) == INTERRUPTED
    return say_stopped() if is_end else report_bug(error)


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
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


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
    has_command = words and not words[0].startswith("-")
    return f"orderlake {words[0]}" if has_command else "orderlake"


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


def say_stopped() -> int:
    """Say that the user stopped the command."""
    print_message("stopped", "")
    return exit_code()


def print_message(message: str, next_step: str) -> None:
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
    print_message(f"unexpected {type(error).__name__}: {error}", step)
    return 1
