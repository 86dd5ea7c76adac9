"""The text of a Hive type, read back into its parts, so that new nested fields can be added.

`render` in `hive_types` writes such texts; a user may have written this one, so types that no
crawl infers (`decimal(38,6)`, `map<string,int>`) are kept as they are spelled.
"""

from glue_crawler.schema.hive_types import Array, HiveType, Scalar, Struct, render


def add_nested_fields(present: str, found: str) -> str:
    """Return a column's type with the fields of structs that are new in `found` added.

    `add_nested_fields("struct<a:decimal(9,2)>", "struct<a:double,b:int>")` is
    `"struct<a:decimal(9,2),b:int>"`. Nothing else of the type changes, and a type without
    structs comes back as it is spelled.
    """
    if "struct<" not in present or present == found:
        return present
    before = read_type(present)
    after = _add(before, read_type(found))
    return present if after == before else render(after)


def _add(present: HiveType, found: HiveType) -> HiveType:
    if isinstance(present, Array) and isinstance(found, Array):
        return Array(_add(present.element, found.element))
    if isinstance(present, Struct) and isinstance(found, Struct):
        fields, new = dict(present.fields), dict(found.fields)
        kept = {name: _add(kind, new.get(name, kind)) for name, kind in fields.items()}
        return Struct(tuple((kept | {n: k for n, k in new.items() if n not in kept}).items()))
    return present


def read_type(text: str) -> HiveType:
    """Read the text of a type; what is neither an array nor a struct is a `Scalar` as spelled."""
    text = text.strip()
    if text.startswith("array<") and text.endswith(">"):
        return Array(read_type(text[len("array<") : -1]))
    if text.startswith("struct<") and text.endswith(">"):
        fields = []
        for part in _split_fields(text[len("struct<") : -1]):
            name, _, kind = part.partition(":")
            fields.append((name.strip(), read_type(kind)))
        return Struct(tuple(fields))
    return Scalar(text)


def _split_fields(text: str) -> list[str]:
    """Split at commas outside of brackets: those of `decimal(9,2)` and `map<k,v>` are inside."""
    parts, depth, start = [], 0, 0
    for position, char in enumerate(text):
        depth += (char in "<(") - (char in ">)")
        if char == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]] if text else []
