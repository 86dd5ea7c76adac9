"""What regexp_replace puts in a match's place, as Trino reads it, for DuckDB's RE2.

Pure.
"""

import re

from athena_sql.patterns.regular import NotRegular, Pattern


def read_replacement(text: str, pattern: Pattern) -> str:
    r"""Return a replacement for RE2: `$1` and `${name}` are groups, `\x` is x.

    Raises NotRegular for a group that the pattern lacks, or that may not take part.
    """
    pieces: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            if position + 1 == len(text):
                raise NotRegular("Illegal replacement sequence: \\")
            pieces.append(text[position + 1].replace("\\", "\\\\"))
            position += 2
        elif character == "$":
            found = re.compile(r"\$(?:(\d)|\{(\w+)\})").match(text, position)
            if not found:
                raise NotRegular(f"Illegal replacement sequence: {text[position:]}")
            number = int(found[1]) if found[1] else pattern.names.get(found[2], -1)
            if number < 0 or number > len(pattern.groups):
                raise NotRegular(
                    f"Illegal replacement sequence: unknown group {found[1] or found[2]}"
                )
            following = text[found.end() : found.end() + 1]
            if following.isdigit() and int(f"{number}{following}") <= len(pattern.groups):
                raise NotRegular("a group's number of two digits")
            pieces.append(f"\\{number}")
            position = found.end()
        else:
            pieces.append(character)
            position += 1
    return "".join(pieces)
