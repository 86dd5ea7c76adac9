"""The formats of an answer by their names. It imports none of what writes them."""

FORMATS = ("table", "csv", "json", "jsonl", "markdown", "chart")
# Wide enough for anything if there is no terminal with a width.
ANY_WIDTH = 10_000
