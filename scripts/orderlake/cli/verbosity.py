"""How much every command prints: --quiet and --verbose, on the root and on each command.

--quiet prints only results and errors. --verbose adds on standard error what is called and how long
it took. Every command gets both options when it is loaded.
"""

import logging
import os
import sys
import time

import click

QUIET, NORMAL, VERBOSE = range(3)
KEY = "orderlake.verbosity"
LOGGER = logging.getLogger("orderlake")
# It warns about statements that orderlake refuses with its own message.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def choose(level: int, ctx: click.Context, param: click.Parameter, is_set: bool) -> None:
    """Take note of an option; the last one on the command line counts."""
    if is_set and not ctx.resilient_parsing:
        ctx.find_root().meta[KEY] = level
        if level == VERBOSE:
            enable_verbose()


def choose_quiet(ctx: click.Context, param: click.Parameter, is_set: bool) -> None:
    """Take --quiet."""
    choose(QUIET, ctx, param, is_set)


def choose_verbose(ctx: click.Context, param: click.Parameter, is_set: bool) -> None:
    """Take --verbose."""
    choose(VERBOSE, ctx, param, is_set)


def options() -> list[click.Option]:
    """Return the two options; a command never sees their values."""
    return [
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=choose_quiet,
            help="Print results and errors only.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            expose_value=False,
            callback=choose_verbose,
            help="Print what is called, and how long it took.",
        ),
    ]


def add_verbosity(command: click.Command) -> click.Command:
    """Add the options to a command, and to all that are under it."""
    if not any("--quiet" in param.opts for param in command.params):
        command.params += options()
    if isinstance(command, click.Group):
        for under in command.commands.values():
            add_verbosity(under)
    return command


def level() -> int:
    """Return how much the running command has to print."""
    context = click.get_current_context(silent=True)
    return NORMAL if context is None else int(context.find_root().meta.get(KEY, NORMAL))


def is_quiet() -> bool:
    """Whether only results and errors are wanted."""
    return level() == QUIET


def has_color() -> bool | None:
    """Return False if there must be no colours (no-color.org, a dumb terminal), else None."""
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return False if is_plain else None


class VerboseHandler(logging.Handler):
    """Prints log records with the seconds since the command began."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.start = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line; a closed terminal must not end the work."""
        try:
            seconds = time.monotonic() - self.start
            sys.stderr.write(f"[{seconds:8.3f} s] {record.getMessage()}\n")
        except (OSError, ValueError):
            self.handleError(record)


def enable_verbose() -> None:
    """Switch on the log of calls, once."""
    if any(isinstance(handler, VerboseHandler) for handler in LOGGER.handlers):
        return
    LOGGER.addHandler(VerboseHandler())
    LOGGER.setLevel(logging.DEBUG)
    LOGGER.propagate = False
    sys.addaudithook(log_program)


def log_program(event: str, arguments: tuple[object, ...]) -> None:
    """Log programs that are started, without their environment, which may be secret."""
    if event == "subprocess.Popen":
        words = arguments[1]
        text = " ".join(map(str, words)) if isinstance(words, list | tuple) else str(words)
        LOGGER.debug("start %s", text if len(text) <= 300 else f"{text[:299]}…")
