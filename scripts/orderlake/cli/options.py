"""Options that several commands share, and the questions asked before a real account is touched."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from orderlake.errors import NotConfirmed
from orderlake.settings import ENVIRONMENTS, Settings, find_root, load

Command = Callable[..., Any]


def complete_environment(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
    """Complete an environment's name."""
    known = (*ENVIRONMENTS, "offline") if ctx.info_name in ("query", "report") else ENVIRONMENTS
    return [name for name in known if name.startswith(typed)]


def complete_query(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete a query's name, with its question; by its header alone, because SQL takes longer."""
    folder = find_root(Path.cwd(), os.environ) / "queries"
    found = []
    for path in sorted(folder.glob("*.sql")):
        if path.stem.startswith(typed):
            with path.open(encoding="utf-8", errors="replace") as file:
                question = file.readline().removeprefix("--").partition("?")[0].strip()
            found.append(CompletionItem(path.stem, help=f"{question}?"))
    return found


def environment(command: Command) -> Command:
    """Add --env, --prefix and --region, and hand the command `settings` in their place."""

    @click.option(
        "--env", metavar="ENV", help="local (default) or aws.", shell_complete=complete_environment
    )
    @click.option("--prefix", help="Start of every name; default: orderlake.toml's.")
    @click.option("--region", help="AWS region; default: orderlake.toml's, then AWS_REGION.")
    @functools.wraps(command)
    def with_settings(
        *args: Any, env: str | None, prefix: str | None, region: str | None, **kwargs: Any
    ) -> Any:
        settings = load(env, prefix=prefix, region=region)
        # The root group reads it to say which endpoint did not answer.
        click.get_current_context().find_root().obj = settings
        return command(*args, settings=settings, **kwargs)

    return with_settings


json_output = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
yes = click.option("--yes", is_flag=True, help="Do not ask before changing a real account.")


def confirm(settings: Settings, action: str, is_agreed: bool) -> None:
    """Ask before a change to a real account; raises NotConfirmed for anything but a yes.

    The local environment is never asked about. Without a terminal nobody can answer, which is a
    no, so that a script must say --yes.
    """
    if settings.is_local or is_agreed:
        return
    if not sys.stdin.isatty() or not click.confirm(f"{action}?", err=True):
        raise NotConfirmed(action)
