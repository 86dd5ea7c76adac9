"""How the user started this program, so that the commands that messages name can be typed as well.

Messages everywhere name `make TARGET` or `orderlake COMMAND`. Somebody who came by `orderlake` may
be in a folder without our Makefile, and somebody who came by make may have no `orderlake` in PATH.
"""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orderlake.cli.make_target import TARGETS, words_of
from orderlake.errors import WrongUse

CHECKOUT = Path(__file__).resolve().parents[3]
ALIASES = {"local-up": "up", "local-down": "down"}
GOALS = "|".join(sorted({*TARGETS, *ALIASES}, key=len, reverse=True))
# make with its goals and variables. What installs something needs make itself, and may have a port
# before it.
MAKE = re.compile(
    rf"(?P<installs>install it(?: again)?: (?:[A-Z_]+=\S+ )?)?\bmake (?:{GOALS})(?![\w-])"
    rf"(?: (?:(?:{GOALS})(?![\w-])|[A-Z]+=(?:'[^']*'|[^\s,;:)]+)))*"
)
# Targets that have no command, and those that MAKE leaves.
ONLY_MAKE = re.compile(rf"\bmake (?=(?:{GOALS}|spark|clean)(?![\w-]))")
WITHOUT_TARGET = ("transform", "schema", "local", "completion")
NAMES = "|".join({*(target.command for target in TARGETS.values()), *WITHOUT_TARGET})
OURS = re.compile(rf"(?<![\w/.-])orderlake (?=(?:{NAMES})\b)")


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """What stands before a command: `program`; `is_make` where make was typed.

    `checkout` is the folder to give to make, empty where the user is in it.
    """

    program: str = "orderlake"
    is_make: bool = True
    checkout: str = ""

    def in_its_words(self, text: str) -> str:
        """Return a text with `orderlake` commands for make's, where make was not typed. Pure."""
        if self.is_make:
            return text
        return MAKE.sub(
            lambda found: found[0] if found["installs"] else orderlake_of(found[0]), text
        )

    def as_typed(self, text: str) -> str:
        """Return a text whose commands can be typed where the user is. Pure."""
        text = self.in_its_words(text)
        if self.checkout:
            text = ONLY_MAKE.sub(f"make -C {shlex.quote(self.checkout)} ", text)
        return OURS.sub(f"{self.program} ", text) if self.program != "orderlake" else text


# Where nobody typed anything, as in a library's use, texts stay as they are.
_typed = [TypedCommand()]


def typed_command() -> TypedCommand:
    """Return how this program was started."""
    return _typed[-1]


@contextmanager
def remember_typed(argv0: str, *, is_make: bool) -> Iterator[None]:
    """Remember for a while how this program was started: its own path, and whether make did it."""
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # it was removed
        folder = Path(os.sep)
    away = "" if is_make or folder == CHECKOUT else str(CHECKOUT)
    _typed.append(TypedCommand(program_of(Path(argv0), folder), is_make, away))
    try:
        yield
    finally:
        _typed.pop()


def program_of(path: Path, folder: Path) -> str:
    """Return what to type for the program: its name where the shell finds it, else its path."""
    found = shutil.which("orderlake")
    if path.name != "orderlake" or not path.is_file() or (found and path.samefile(found)):
        return "orderlake"
    whole = folder / path
    is_below = whole.is_relative_to(folder)
    return shlex.quote(str(whole.relative_to(folder) if is_below else whole))


def orderlake_of(command: str) -> str:
    """Return a make command as those of `orderlake`, or as it is where it lacks a file. Pure."""
    try:
        return " && ".join(commands_of(command))
    except WrongUse:
        return command


def commands_of(command: str) -> Iterator[str]:
    """Yield the commands of a make command's goals. Raises WrongUse. Pure."""
    _, *words = shlex.split(command)
    variables = dict(word.split("=", 1) for word in words if "=" in word)
    for goal in (word for word in words if "=" not in word):
        given = words_of(ALIASES.get(goal, goal), variables)
        # A name in a hint begins with no dash.
        yield "orderlake " + shlex.join(word for word in given if word != "--")
