"""Errors of what the user typed, set or answered: names, settings, files and contracts."""

from collections.abc import Iterable
from pathlib import Path

from athena_sql.errors import nearest

from orderlake.errors.base import OrderlakeError, WrongUse


class UnknownName(WrongUse):
    """An unknown name, in a file or query where there is one; suggests the nearest, lists all."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, place: str = "") -> None:
        self.kind, self.name, self.known, self.place = kind, name, tuple(known), place
        self.suggestion = nearest(name, self.known)
        hint = f"did you mean '{self.suggestion}'? " if self.suggestion else ""
        listing = ", ".join(self.known) or "none"
        where = f"{place}: " if place else ""
        super().__init__(f"{where}there is no {kind} '{name}'", f"{hint}known: {listing}")


class BadSetting(WrongUse):
    """A setting whose value cannot be used; names where it came from."""

    def __init__(self, name: str, value: object, source: str, rule: str) -> None:
        self.name, self.value, self.source, self.rule = name, value, source, rule
        super().__init__(f"{source}: {name} = {value!r} cannot be used", f"{name} must be {rule}")


class UnreadableInput(WrongUse):
    """A path given by the user that cannot be read as a file."""

    def __init__(self, path: Path, reason: str, next_step: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}", next_step)


def unreadable_text(
    path: Path, error: OSError | UnicodeDecodeError, next_step: str
) -> UnreadableInput:
    """Return the error for a text file that could not be read, in words of ours."""
    match error:
        case FileNotFoundError():
            reason = "there is no such file"
        case UnicodeDecodeError():
            reason = "not UTF-8 text"
        case _:
            reason = str(error.strerror).lower()
    return UnreadableInput(path, reason, next_step)


class UnknownFile(WrongUse):
    """A name or pattern that no raw file has; suggests the nearest."""

    def __init__(self, name: str, keys: Iterable[str]) -> None:
        self.name = name
        self.suggestion = nearest(name, keys)
        hint = f"did you mean '{self.suggestion}'? " if self.suggestion else ""
        super().__init__(
            f"no raw file is called '{name}'",
            f"{hint}a name as upload printed it, or a pattern such as 'raw/2026-11-*'",
        )


class BadContract(WrongUse):
    """An order contract that cannot be used; names the line."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        where = f"{path}, line {line}" if line else path
        super().__init__(f"{where}: {reason}", "correct the contract; nothing was changed")


class NotConfirmed(OrderlakeError):
    """The user did not agree; nothing was changed."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(
            f"{action}: not confirmed, nothing was changed", "to skip the question: --yes"
        )
