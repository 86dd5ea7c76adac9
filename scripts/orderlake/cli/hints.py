"""The next step that a message names, with what the user chose.

That is the environment, prefix and region; the port where the local AWS is to be started; the
engine that is to answer a query.

Messages everywhere name a bare command. This module turns it into what this user has to type.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

import click
from click.core import ParameterSource

from orderlake.cli.make_target import TARGETS
from orderlake.cli.typed_command import typed_command
from orderlake.settings import Settings

# Commands that work on an environment. A hint may write `make` or `orderlake` before them.
NAMES = "|".join(sorted(name for name, target in TARGETS.items() if "ENV" in target.options))
# A command, unless the same clause names the environment.
COMMAND = re.compile(rf"\b(make|orderlake) ({NAMES})\b(?![\w-])(?![^;,\n]*(?:ENV=|--env))")
# The command that starts the local AWS. All others read its port from the state file.
START = re.compile(r"\b(?:make (?:local-)?up|orderlake local up)\b(?![\w-])")


def current_settings() -> Settings | None:
    """Return the settings of the command that runs, once it has read them."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context else None
    return found if isinstance(found, Settings) else None


def with_choices(text: str, settings: Settings | None) -> str:
    """Return a text in which each command to type repeats the user's choices.

    It is a command of make or of `orderlake`, as the user's was.
    """
    text = typed_command().in_its_words(text)
    if settings is None:
        return text
    chosen = variables_text(settings, ("prefix", "region"))
    port = variables_text(settings, ("port",))

    def add(found: re.Match[str]) -> str:
        program, name = found.groups()
        env = "" if settings.is_local else f" {'ENV=' if program == 'make' else '--env '}aws"
        return f"{chosen}{program} {name}{env}{engine_text(program, name, settings)}"

    return START.sub(lambda found: port + found[0], COMMAND.sub(add, text))


def variables_text(settings: Settings, names: Sequence[str]) -> str:
    """Return the variables that a command needs before it, such as `ORDERLAKE_PREFIX=tea `."""
    values = {name: settings.chosen[name] for name in names if name in settings.chosen}
    return "".join(
        f"ORDERLAKE_{name.upper()}={shlex.quote(value)} " for name, value in values.items()
    )


def engine_text(program: str, name: str, settings: Settings) -> str:
    """Return the option of a query that chooses the engine, where the user chose one."""
    engine = settings.chosen.get("engine")
    if engine is None or name != "query":
        return ""
    option = f"--engine {engine}"
    return f" ARGS='{option}'" if program == "make" else f" {option}"


def remember_engine(engine: str) -> None:
    """Let the hints of the command that runs repeat the engine that it was given."""
    context = click.get_current_context()
    settings = current_settings()
    if settings and context.get_parameter_source("engine") is ParameterSource.COMMANDLINE:
        context.find_root().obj = replace(settings, chosen={**settings.chosen, "engine": engine})
