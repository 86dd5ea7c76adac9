"""Translate DuckDB's message about a failed statement into Trino's words, if Trino has one.

Pure. DuckDB's own advice and the excerpt of the translated SQL never reach a user.
"""

import re

OWN = re.compile(
    r"Could not convert string 'trino: (.*?)' to INT32|Unknown TimeZone 'trino: (.*?)'!", re.DOTALL
)
WORDS = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint"}
OPERATIONS = {"addition": "+", "subtraction": "-", "multiplication": "*"}
OVERFLOW = re.compile(r"Overflow in (\w+) of (INT\d+) \((-?\d+) . (-?\d+)\)")
OUT_OF_RANGE = re.compile(r"Type (\w+) with value (\S+) can't be cast .*destination type (\w+)")

# What else DuckDB says of values, and the same without its words.
PLAIN = (
    (
        re.compile(r'Could not convert string "(.*?)" to DECIMAL\((\d+),(\d+)\)'),
        "Cannot cast '{}' to DECIMAL({}, {})",
    ),
    (re.compile(r"Overflow on abs\((.*?)\)"), "Value {} is out of range for abs()"),
    (re.compile(r"Date out of range: (\S+)"), "the date {} does not exist"),
)


def reason_of(error: Exception) -> str:
    """Return why a statement failed, on one line."""
    text = str(error)
    if found := OWN.search(text):
        return found[1] or found[2]
    if "Division by zero" in text or "division by zero" in text.lower():
        return "Division by zero"
    if found := OVERFLOW.search(text):
        operation, word, left, right = found.groups()
        sign = OPERATIONS.get(operation, "?")
        return f"{WORDS.get(word, word.lower())} {operation} overflow: {left} {sign} {right}"
    if "DECIMAL" in text and ("Overflow" in text or "out of range" in text):
        return "Decimal overflow"
    if "Could not cast value" in text and "DECIMAL" in text:
        return "Cannot cast the value to the DECIMAL: it has too many digits"
    if found := OUT_OF_RANGE.search(text):
        _, value, target = found.groups()
        return f"Out of range for {WORDS.get(target, target.lower())}: {value}"
    for pattern, message in PLAIN:
        if found := pattern.search(text):
            return message.format(*found.groups())
    if "More than one row returned by a subquery" in text:
        return "Scalar sub-query has returned multiple rows"
    first = text.split("\n\nLINE ")[0].split("\n")[0]
    first = re.sub(r"^(\w+ ?)+ Error: ", "", first)
    first = re.sub(
        r"[.;]? (You might want to|Use TRY|Use try|Try casting|HINT|Possible solution).*", "", first
    )
    return " ".join(re.sub(r",? or SET \w+=\w+.*", "", first).split())
