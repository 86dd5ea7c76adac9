"""Macros of JSON documents, whose numbers keep their digits."""

# Marks a number inside a JSON document that was turned into a text, to keep its digits.
JSON_MARK = "\ue000"

MACROS = (
    # DuckDB forgets how a number is written, so each becomes a marked text first: a text in the
    # document is kept, for the mark that follows it is taken away again.
    rf"""create macro trino_json_marked(document) as
    replace(regexp_replace(document,
        '("(?:[^"\\]|\\.)*")|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)',
        '\1"{JSON_MARK}\2"', 'g'), '"{JSON_MARK}"', '')""",
    """create macro trino_json_array_length(document) as
    if(json_valid(document) and json_type(if(json_valid(document), document, 'null')) = 'ARRAY',
       cast(json_array_length(if(json_valid(document), document, '[]')) as bigint), null)""",
    rf"""create macro trino_json_text(marked, path) as
    if(json_type(json_extract(marked, path)) in ('OBJECT', 'ARRAY', 'NULL'), null,
       ltrim(json_extract_string(marked, path), '{JSON_MARK}'))""",
    rf"""create macro trino_json_scalar(document, path) as
    case when document is null then null
        when not json_valid(document) then
            if(regexp_matches(document, '^\s*(\{{\s*"|\[)'),
               cast(trino_refuse('a broken JSON document is not read here: ' || left(document, 60))
                   as varchar), null)
        when contains(document, '{JSON_MARK}') then
            cast(trino_refuse('a JSON document with the character U+E000 is not read here')
                as varchar)
        else trino_json_text(if(json_valid(document), trino_json_marked(document), 'null'), path)
    end""",
)
