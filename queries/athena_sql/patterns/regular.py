r"""Regular expressions as Trino reads them (Joni, with Java's syntax), as DuckDB's RE2.

Pure. What both read alike is passed on, what RE2 spells differently is translated, and the rest is
refused. Source: each construct was asked of a real Trino: `\d`, `\w` and `\s` are ASCII,
`[[:alpha:]]` and the like are not, `.` stops at a line feed, `$` also stands before a last one.
"""

import re
from dataclasses import dataclass, field

# Outside and inside brackets.
CLASSES = {
    "alpha": r"\p{L}\p{M}\p{Nl}",
    "digit": r"\p{Nd}",
    "alnum": r"\p{L}\p{M}\p{N}",
    "upper": r"\p{Lu}",
    "lower": r"\p{Ll}",
    "space": r"\s\x0b\x{85}\p{Z}",
    "punct": r"\p{P}",
    "word": r"\p{L}\p{M}\p{Nd}\p{Pc}",
}
PROPERTIES = {
    "Alpha": r"\p{L}\p{M}\p{Nl}",
    "Digit": r"\p{Nd}",
    "Upper": r"\p{Lu}",
    "Lower": r"\p{Ll}",
    **{name: rf"\p{{{name}}}" for name in ("L", "Lu", "Ll", "Lt", "N", "Nd", "P", "S", "Z", "M")},
}
QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(,(\d*))?\}")
MAX_REPEAT = 1000


class NotRegular(Exception):
    """A pattern that RE2 cannot express; `reason` says which part of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Pattern:
    """A pattern in RE2's spelling, and facts about it.

    `groups` says of each group whether it takes part in every match; `may_be_empty` whether the
    whole can match nothing; `has_end` whether it asks for the end of the text.
    """

    re2: str = ""
    groups: list[bool] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    may_be_empty: bool = True
    has_end: bool = False


def read_pattern(text: str) -> Pattern:
    """Return a pattern for RE2; raises NotRegular for what RE2 does not know or takes otherwise."""
    reader = PatternReader(text)
    sql, may_be_empty = reader.alternatives(is_certain=True)
    if reader.position < len(text):
        raise NotRegular("a closing parenthesis without an opening one")
    return Pattern(sql, reader.groups, reader.names, may_be_empty, reader.has_end)


class PatternReader:
    """Reads a pattern from its start."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.groups: list[bool] = []
        self.names: dict[str, int] = {}
        self.has_end = False

    def peek(self, length: int = 1) -> str:
        """Return the next characters."""
        return self.text[self.position : self.position + length]

    def alternatives(self, is_certain: bool) -> tuple[str, bool]:
        """Read `a|b`; returns it for RE2 and whether it can be empty."""
        first_group = len(self.groups)
        parts = [self.sequence(is_certain)]
        while self.peek() == "|":
            self.position += 1
            parts.append(self.sequence(is_certain))
        if len(parts) > 1:
            self.groups[first_group:] = [False] * (len(self.groups) - first_group)
        return "|".join(part for part, _ in parts), any(empty for _, empty in parts)

    def sequence(self, is_certain: bool) -> tuple[str, bool]:
        """Read pieces up to a bar, a closing parenthesis or the end."""
        pieces: list[str] = []
        may_be_empty = True
        while self.position < len(self.text) and self.peek() not in "|)":
            first_group = len(self.groups)
            piece, is_empty = self.piece(is_certain)
            quantifier, least = self.quantifier()
            if quantifier and least == 0:
                self.groups[first_group:] = [False] * (len(self.groups) - first_group)
            pieces.append(piece + quantifier)
            may_be_empty = may_be_empty and (is_empty or least == 0)
        return "".join(pieces), may_be_empty

    def quantifier(self) -> tuple[str, int]:
        """Read `*`, `+?`, `{2,3}` or nothing; returns it and the least number of times."""
        found = QUANTIFIER.match(self.text, self.position)
        if not found:
            return "", 1
        self.position = found.end()
        text = found[0]
        if self.peek() == "+":
            raise NotRegular("a possessive quantifier")
        if self.peek() == "?":
            text += self.peek()
            self.position += 1
        if QUANTIFIER.match(self.text, self.position):
            raise NotRegular("two quantifiers in a row")
        if found[1] is None:
            return text, 1 if text[0] == "+" else 0
        if max(int(found[1]), int(found[3] or 0)) > MAX_REPEAT:
            raise NotRegular(f"more than {MAX_REPEAT} times")
        return text, int(found[1])

    def piece(self, is_certain: bool) -> tuple[str, bool]:
        """Read one character, class, group or place."""
        character = self.peek()
        if character == "(":
            return self.group(is_certain)
        if character == "[":
            return self.brackets(), False
        if character == "\\":
            return self.escape()
        self.position += 1
        if character == "$":
            self.has_end = True
            return r"\z", True
        if character == "^":
            return r"\A", True
        if character == ".":
            return r"[^\n]", False
        if character == "{" and not QUANTIFIER.match(self.text, self.position - 1):
            return r"\{", False  # A brace that does not begin a count stands for itself.
        if character in "*+?{":
            raise NotRegular("a quantifier with nothing before it")
        return re.escape(character) if character in "]}" else character, False

    def group(self, is_certain: bool) -> tuple[str, bool]:
        """Read a group of any kind that RE2 knows."""
        self.position += 1
        opening = "("
        if self.peek(2) == "?:":
            self.position += 2
            opening = "(?:"
        elif found := re.compile(r"\?<([A-Za-z][A-Za-z0-9]*)>").match(self.text, self.position):
            self.position = found.end()
            self.groups.append(is_certain)
            self.names[found[1]] = len(self.groups)
        elif found := re.compile(r"\?i([:)])").match(self.text, self.position):
            return self.flag_group(found, is_certain)
        elif self.peek() == "?":
            raise NotRegular(f"the group ({self.peek(3)}")
        else:
            self.groups.append(is_certain)
        inside, may_be_empty = self.alternatives(is_certain)
        if self.peek() != ")":
            raise NotRegular("a parenthesis that is not closed")
        self.position += 1
        return f"{opening}{inside})", may_be_empty

    def flag_group(self, found: re.Match[str], is_certain: bool) -> tuple[str, bool]:
        """Read `(?i:...)`, or `(?i)` at the start of the pattern."""
        rest = self.text[found.end() :]
        if re.search(r"[^\x00-\x7f]|[kKsS]", rest) and not rest.isascii():
            raise NotRegular("(?i) with letters beyond ASCII")
        start = self.position - 1
        self.position = found.end()
        if found[1] == ")":
            if start != 0:
                raise NotRegular("(?i) in the middle of a pattern")
            return "(?i)", True
        inside, may_be_empty = self.alternatives(is_certain)
        if self.peek() != ")":
            raise NotRegular("a parenthesis that is not closed")
        self.position += 1
        return f"(?i:{inside})", may_be_empty

    def escape(self) -> tuple[str, bool]:
        """Read what begins with a backslash."""
        following = self.text[self.position + 1 : self.position + 2]
        if not following:
            raise NotRegular("a backslash at the end")
        if following in "pP":
            return f"[{self.property_class()}]", False
        self.position += 2
        if following in "dDwWsS":
            return self.shorthand(following, inside=False), False
        if following == "Q":
            return self.quoted()
        if following == "b":
            return r"\b", True
        if following == "B":
            return r"\B", True
        if following == "z":
            return r"\z", True
        if following == "A":
            return r"\A", True
        if following in "nrtfv":
            return "\\" + following, False
        if following.isalnum():
            raise NotRegular(f"\\{following}")
        return re.escape(following), False

    def quoted(self) -> tuple[str, bool]:
        r"""Read the rest of `\Qa.b\E`, whose characters are themselves."""
        end = self.text.find(r"\E", self.position)
        text = self.text[self.position : end]
        if end < 0 or not text:
            raise NotRegular(r"\Q without \E")
        if QUANTIFIER.match(self.text, end + 2):
            raise NotRegular(r"a quantifier after \E")
        self.position = end + 2
        return re.escape(text), False

    @staticmethod
    def shorthand(letter: str, inside: bool) -> str:
        r"""Return \d and its like; Java's \s has the vertical tab, which RE2's has not."""
        if letter == "s":
            return r"\s\x0b" if inside else r"[\s\x0b]"
        if letter == "S":
            if inside:
                raise NotRegular(r"\S inside brackets")
            return r"[^\s\x0b]"
        return "\\" + letter

    def property_class(self) -> str:
        r"""Read `\p{L}` or `\P{L}` and return it for use inside brackets."""
        found = re.compile(r"\\([pP])\{(\^?)(\w+)\}").match(self.text, self.position)
        if not found or found[2] or found[3] not in PROPERTIES:
            raise NotRegular(self.text[self.position : self.position + 8])
        self.position = found.end()
        known = PROPERTIES[found[3]]
        if found[1] == "P":
            if known.count("\\p") > 1:
                raise NotRegular(found[0])
            return known.replace(r"\p", r"\P")
        return known

    def brackets(self) -> str:
        """Read `[a-z]`."""
        self.position += 1
        pieces = ["["]
        if self.peek() == "^":
            self.position += 1
            pieces.append("^")
        is_first = True
        while self.peek() != "]" or is_first:
            if self.position >= len(self.text):
                raise NotRegular("a bracket that is not closed")
            if is_first and self.peek() == "]":
                raise NotRegular("a bracket with nothing in it")
            pieces.append(self.bracket_piece())
            is_first = False
        self.position += 1
        return "".join([*pieces, "]"])

    def bracket_piece(self) -> str:
        """Read one character, range or class inside brackets."""
        if found := re.compile(r"\[:(\w+):\]").match(self.text, self.position):
            if found[1] not in CLASSES:
                raise NotRegular(found[0])
            self.position = found.end()
            return CLASSES[found[1]]
        if self.peek() == "[" or self.peek(2) == "&&":
            raise NotRegular("a class inside a class")
        if self.peek() == "\\":
            following = self.text[self.position + 1 : self.position + 2]
            if following in ("p", "P"):
                return self.property_class()
            self.position += 2
            if following and following in "dDwWsS":
                return self.shorthand(following, inside=True)
            if following and following in "nrtfv":
                return "\\" + following
            if not following or following.isalnum():
                raise NotRegular(f"\\{following} inside brackets")
            return re.escape(following)
        character = self.peek()
        self.position += 1
        return character if character.isalnum() or character == "-" else re.escape(character)
