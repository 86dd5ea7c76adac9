"""Functions of text whose answer differs, each told to DuckDB with Trino's meaning.

Pure. A function is left as it is where its written arguments show that the two engines agree.
"""

import re
from collections.abc import Mapping

from sqlglot import exp

from athena_sql.translation.macros import Rule, call, is_literal_above

# What Trino trims: Java's whitespace, without the spaces that do not break.
WHITESPACE = (
    "".join(
        map(chr, (*range(9, 14), *range(28, 33), 0x1680, *range(0x2000, 0x2007), 0x2008, 0x2009))
    )
    + "\u200a\u2028\u2029\u205f\u3000"
)


def is_written(node: exp.Expr | None) -> bool:
    """Whether a node is a text written out, and not an empty one."""
    return isinstance(node, exp.Literal) and node.is_string and node.name != ""


def rewrite_trim(node: exp.Expr) -> exp.Expr:
    """Without characters to trim, all white space goes, and not the space alone."""
    if node.args.get("expression") is None:
        node.set("expression", exp.Literal.string(WHITESPACE))
        if node.args.get("position") is None:
            node.set("position", "BOTH")
    return node


def rewrite_replace(node: exp.Expr) -> exp.Expr:
    """An empty search is found between all characters."""
    if is_written(node.expression):
        return node
    return call("trino_replace", node.this, node.expression, node.args["replacement"])


def rewrite_pad(node: exp.Expr) -> exp.Expr:
    """A negative length is an error."""
    if is_literal_above(node.expression, 0) or node.args.get("fill_pattern") is None:
        return node
    name = "trino_lpad" if node.args.get("is_left") else "trino_rpad"
    return call(name, node.this, node.expression, node.args["fill_pattern"])


def rewrite_split(node: exp.Expr) -> exp.Expr:
    """An empty delimiter is an error."""
    if is_written(node.expression):
        return node
    return call("trino_split", node.this, node.expression)


def rewrite_split_part(node: exp.Expr) -> exp.Expr:
    """A part past the end is NULL, and one before the first an error."""
    return call("trino_split_part", node.this, node.args["delimiter"], node.args["part_index"])


def rewrite_regexp_replace(node: exp.Expr) -> exp.Expr:
    """In the replacement `$1` is a group and `\\x` is x; in DuckDB `\\1` is a group."""
    replacement = node.args.get("replacement")
    if isinstance(replacement, exp.Literal):
        text = re.sub(r"\\(.)|\$(\d)", java_to_re2, replacement.name)
        node.set("replacement", exp.Literal.string(text))
    return node


def java_to_re2(found: re.Match[str]) -> str:
    """Return an escaped character as itself, and a group in RE2's spelling."""
    if found[2]:
        return f"\\{found[2]}"
    return "\\\\" if found[1] == "\\" else found[1]


def rewrite_regexp_extract(node: exp.Expr) -> exp.Expr:
    """No match is NULL, not an empty text."""
    group = node.args.get("group") or exp.Literal.number(0)
    return call("trino_regexp_extract", node.this, node.expression, group)


def rewrite_substring(node: exp.Expr) -> exp.Expr:
    """A start of 0, or before the text, finds nothing; from 1 on the two engines agree."""
    start, length = node.args.get("start"), node.args.get("length")
    if start is None:
        return node
    if is_literal_above(start, 1) and (length is None or is_literal_above(length, 0)):
        return node
    return call("trino_substr", node.this, start, length or exp.Length(this=node.this.copy()))


def rewrite_json_scalar(node: exp.Expr) -> exp.Expr:
    """Objects and arrays are no scalars, and a broken document has none: NULL."""
    path = exp.Literal.string(node.expression.sql("duckdb").strip("'"))
    return call("trino_json_scalar", node.this, path)


RULES: Mapping[type[exp.Expr], Rule] = {
    exp.Upper: lambda node: call("trino_upper", node.this),
    exp.Trim: rewrite_trim,
    exp.Replace: rewrite_replace,
    exp.Pad: rewrite_pad,
    exp.Split: rewrite_split,
    exp.SplitPart: rewrite_split_part,
    exp.RegexpReplace: rewrite_regexp_replace,
    exp.RegexpExtract: rewrite_regexp_extract,
    exp.Substring: rewrite_substring,
    exp.JSONExtractScalar: rewrite_json_scalar,
}
