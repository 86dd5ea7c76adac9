"""Options that several commands share, and the questions asked before a real account is touched."""

import functools
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from orderlake.engines.choose import TRINO_CATALOG, TRINO_URL
from orderlake.errors import NotConfirmed
from orderlake.settings import ENVIRONMENTS, Settings, find_root, load, working_folder

Command = Callable[..., Any]
OFFLINE = "offline"


def complete_from(known: Sequence[str]) -> Callable[..., list[str]]:
    """Return what completes a name for a shell, from the known ones."""

    def complete(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
        return [name for name in known if name.startswith(typed)]

    return complete


def complete_query(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete a query's name, and show its question; reads only its header, which is faster."""
    folder = find_root(working_folder(), os.environ) / "queries"
    found = []
    for path in sorted(folder.glob("*.sql")):
        if path.stem.startswith(typed):
            with path.open(encoding="utf-8", errors="replace") as file:
                question = file.readline().removeprefix("--").partition("?")[0].strip()
            found.append(CompletionItem(path.stem, help=f"{question}?"))
    return found


def environment(command: Command) -> Command:
    """Add --env, --prefix and --region; the command gets `settings` instead of them."""
    return with_environment(command, ENVIRONMENTS, "local (default) or aws.")


def environment_or_offline(command: Command) -> Command:
    """Add the same options, but --env may also be `offline`; the command gets `is_offline`, too.

    Offline means the local environment's mirror, with no connection opened.
    """

    @functools.wraps(command)
    def with_offline(*args: Any, **kwargs: Any) -> Any:
        is_offline = click.get_current_context().params.get("env") == OFFLINE
        return command(*args, is_offline=is_offline, **kwargs)

    help_text = f"local (default), aws, or {OFFLINE}: open no connection."
    return with_environment(with_offline, (*ENVIRONMENTS, OFFLINE), help_text)


def with_environment(command: Command, names: Sequence[str], env_help: str) -> Command:
    """Add the options that choose a deployment; the command gets `settings` instead of them.

    `names` are the environments that a shell completes.
    """

    @click.option("--env", metavar="ENV", help=env_help, shell_complete=complete_from(names))
    @click.option("--prefix", help="Start of every name; default: orderlake.toml's.")
    @click.option("--region", help="AWS region; default: orderlake.toml's, then AWS_REGION.")
    @functools.wraps(command)
    def with_settings(
        *args: Any, env: str | None, prefix: str | None, region: str | None, **kwargs: Any
    ) -> Any:
        settings = load(None if env == OFFLINE else env, prefix=prefix, region=region)
        # The root group names its endpoint when nothing answers.
        click.get_current_context().find_root().obj = settings
        return command(*args, settings=settings, **kwargs)

    return with_settings


def trino(command: Command) -> Command:
    """Add the options that say where a Trino server is, and the catalog with the tables."""
    catalog = click.option(
        "--trino-catalog",
        default="",
        help=f"Default: that of the Trino beside the local AWS, else {TRINO_CATALOG}.",
    )
    url = click.option(
        "--trino-url",
        default="",
        help=f"Default: the Trino beside the local AWS, else {TRINO_URL}.",
    )
    return url(catalog(command))


class Seconds(click.ParamType[float]):
    """A span of time above zero, in seconds."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; anything else, and what would never end, is wrong use."""
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not (seconds > 0 and math.isfinite(seconds)):
            self.fail(f"'{value}' is not a number of seconds above 0", param, ctx)
        return seconds


def timeout(default: float, meaning: str) -> Callable[[Command], Command]:
    """Return the option --timeout with its default in seconds; `meaning` is its help."""
    return click.option(
        "--timeout",
        "timeout_seconds",
        type=Seconds(),
        default=default,
        show_default=True,
        help=meaning,
    )


json_output = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
yes = click.option("--yes", is_flag=True, help="Do not ask before changing a real account.")


def confirm(settings: Settings, action: str, is_agreed: bool) -> None:
    """Ask before a change to a real account; raises NotConfirmed unless the answer is yes.

    It never asks about the local environment. Without a terminal the answer is no, so a script has
    to pass --yes.
    """
    if settings.is_local or is_agreed:
        return
    if not sys.stdin.isatty() or not click.confirm(f"{action}?", err=True):
        raise NotConfirmed(action)
