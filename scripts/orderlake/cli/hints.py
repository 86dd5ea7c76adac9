"""The next step that a message names, with what the user chose: environment, prefix, region.

Messages name a bare command, wherever they are written; only here is it known how the user would
have to type it.
"""

import re
import shlex

import click

from orderlake.cli.make_target import TARGETS
from orderlake.settings import Settings

# Commands that work on an environment; in hints both `make` and `orderlake` stand before them.
NAMES = "|".join(sorted(name for name, target in TARGETS.items() if "ENV" in target.options))
# A command, unless the same clause says which environment is meant.
COMMAND = re.compile(rf"\b(make|orderlake) ({NAMES})\b(?![\w-])(?![^;,\n]*(?:ENV=|--env))")


def current_settings() -> Settings | None:
    """Return the settings of the command that runs, once it has read them."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context else None
    return found if isinstance(found, Settings) else None


def with_choices(text: str, settings: Settings | None) -> str:
    """Return a text in which each command to type repeats what the user chose. Pure."""
    if settings is None:
        return text
    chosen = "".join(
        f"ORDERLAKE_{name.upper()}={shlex.quote(value)} " for name, value in settings.chosen.items()
    )

    def add(found: re.Match[str]) -> str:
        program, name = found.groups()
        env = "" if settings.is_local else f" {'ENV=' if program == 'make' else '--env '}aws"
        return f"{chosen}{program} {name}{env}"

    return COMMAND.sub(add, text)
