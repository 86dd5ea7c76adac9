"""DuckDB macros that answer as Trino's functions do; the rewrites put them into a statement.

A failing cast stands for Trino's error, because DuckDB's `error()` cannot be caught by `try`.
"""

from collections.abc import Callable

from sqlglot import exp

type Rule = Callable[[exp.Expr], exp.Expr]


def call(name: str, *arguments: exp.Expr | int) -> exp.Anonymous:
    """Return a call of one of the macros."""
    nodes = [exp.Literal.number(a) if isinstance(a, int) else a.copy() for a in arguments]
    return exp.Anonymous(this=name, expressions=nodes)


def is_literal_above(node: exp.Expr | None, least: int) -> bool:
    """Whether a node is a number written out, and at least as large."""
    return isinstance(node, exp.Literal) and node.is_int and int(node.name) >= least


MACROS = (
    # `compared` is what DuckDB says of a and b, where both are numbers, or NULL.
    """create macro trino_compared(a, b, compared) as
    if(isnan(cast(a as double)) or isnan(cast(b as double)),
       if(a is null or b is null, null, false), compared)""",
    """create macro trino_unequal(a, b, compared) as
    if(isnan(cast(a as double)) or isnan(cast(b as double)),
       if(a is null or b is null, null, true), compared)""",
    # The digits of a decimal without its point: 1.50 is 150.
    "create macro trino_digits(x) as cast(replace(cast(x as varchar), '.', '') as hugeint)",
    # A whole quotient, half away from zero, of two wholes.
    """create macro trino_half_up(n, d) as
    case when d = 0 then cast('division by zero' as hugeint) else
        (abs(n) // abs(nullif(d, 0))
            + if(abs(n) % abs(nullif(d, 0)) >= abs(d) - abs(n) % abs(nullif(d, 0)), 1, 0))
        * if((n < 0) = (d < 0), 1, -1)
    end""",
    # A whole as text with the point put `scale` digits from the right: 150 is 00001.50. `whole` is
    # used once, because what is used twice is computed before a `try` around it.
    r"""create macro trino_pointed(whole, scale) as
    regexp_replace(
        regexp_replace(cast(whole as varchar), '^(-?)', '\1' || repeat('0', scale + 1)),
        '(\d{' || scale || '})$', '.\1'
    )""",
    # a / b of decimals: `zeros` is how many the dividend gets for the answer's scale.
    """create macro trino_divide(a, b, zeros, scale) as trino_pointed(
        trino_half_up(
            trino_digits(a) * cast('1' || repeat('0', zeros) as hugeint), trino_digits(b)
        ), scale
    )""",
    # Text that Trino's casts take, or else text that makes DuckDB's cast fail.
    r"""create macro trino_integer_text(x) as
    if(regexp_full_match(x, '[+-]?[0-9]+'), x, 'not an integer: ' || x)""",
    r"""create macro trino_decimal_text(x) as
    if(regexp_full_match(x, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?'), x, 'no decimal: ' || x)""",
    # Java's spelling of a double, which ends with f or d if it likes.
    r"""create macro trino_double_text(x) as
    if(regexp_full_match(
           trim(x), '[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?)'
       ), regexp_replace(trim(x), '[fFdD]$', ''), 'not a double: ' || x)""",
    r"""create macro trino_date_text(x) as
    if(x like '____-__-__' or regexp_full_match(trim(x), '[+-]?\d{4,}-\d{1,2}-\d{1,2}'),
       x, 'not a date: ' || x)""",
    r"""create macro trino_timestamp_text(x) as
    if(regexp_full_match(
           trim(x), '[+-]?\d{4,}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)?'
       ), x, 'not a timestamp: ' || x)""",
    # timestamp(3): microseconds rounded to milliseconds, half up.
    """create macro trino_milliseconds(t) as
    make_timestamp(((epoch_us(t) + 500) // 1000) * 1000)""",
    # `if(bad, cast('...' as integer), x)` fails where Trino does.
    """create macro trino_positive(n, what) as
    if(n > 0, n, cast(what || ' must be above 0' as integer))""",
    """create macro trino_not_negative(n, what) as
    if(n >= 0, n, cast(what || ' must not be below 0' as integer))""",
    """create macro trino_not_zero(n, what) as
    if(n <> 0, n, cast(what || ' must not be 0' as integer))""",
    """create macro trino_split(text, delimiter) as
    if(delimiter = '', [cast(cast('the delimiter is empty' as integer) as varchar)],
       string_split(text, delimiter))""",
    """create macro trino_split_part(text, delimiter, n) as
    if(trino_positive(n, 'the index') > len(string_split(text, delimiter)), null,
       split_part(text, delimiter, n))""",
    # An empty search puts the replacement between, before and after all characters.
    """create macro trino_replace(text, search, replacement) as
    if(search = '',
       if(text = '', replacement,
          replacement || array_to_string(string_split(text, ''), replacement) || replacement),
       replace(text, search, replacement))""",
    # Java's upper case leaves a sharp s alone.
    """create macro trino_upper(text) as
    if(contains(text, 'ß'),
       array_to_string([if(c = 'ß', c, upper(c)) for c in string_split(text, '')], ''),
       upper(text))""",
    """create macro trino_lpad(text, size, pad) as
    lpad(text, trino_not_negative(size, 'the length'), pad)""",
    """create macro trino_rpad(text, size, pad) as
    rpad(text, trino_not_negative(size, 'the length'), pad)""",
    """create macro trino_regexp_extract(text, pattern, n) as
    if(regexp_matches(text, pattern), regexp_extract(text, pattern, n), null)""",
    """create macro trino_has_null(a) as list_aggregate(a, 'count') < len(a)""",
    """create macro trino_array_position(a, x) as
    if(a is null or x is null, null, coalesce(list_position(a, x), 0))""",
    """create macro trino_array_max(a) as if(trino_has_null(a), null, list_max(a))""",
    """create macro trino_array_min(a) as if(trino_has_null(a), null, list_min(a))""",
    """create macro trino_contains(a, x) as
    if(x is null, null, if(list_contains(a, x), true, if(trino_has_null(a), null, false)))""",
    """create macro trino_element_at(a, n) as a[trino_not_zero(n, 'the index')]""",
    # Trino counts from 1, or from the end; 0 is nowhere, and so is anything before the text.
    """create macro trino_substr(text, start, size) as
    if(start = 0 or abs(start) > length(text) or size < 0, if(text is null, null, ''),
       substring(text, start, size))""",
    """create macro trino_sequence(low, high) as
    if(low <= high, generate_series(low, high), generate_series(low, high, -1))""",
    """create macro trino_steps(low, high, step) as
    generate_series(low, high,
        if((high - low) * step >= 0 and step <> 0, step, cast('the step leads away' as bigint)))""",
    """create macro trino_slice(a, start, size) as
    if(trino_not_zero(start, 'the start') > 0,
       array_slice(a, start, start + trino_not_negative(size, 'the length') - 1),
       if(-start > len(a), [],
          array_slice(a, len(a) + start + 1,
              len(a) + start + trino_not_negative(size, 'the length'))))""",
    # DuckDB tells a number's shortest digits, Trino the document's own: 1.50 must not become 1.5.
    # They are those of the only number of that size in the document; of two spellings, none.
    r"""create macro trino_json_spellings(document, size) as
    [n for n in list_distinct(regexp_extract_all(document, '-?\d+(\.\d+)?([eE][+-]?\d+)?'))
        if try_cast(n as double) = try_cast(size as double)]""",
    """create macro trino_json_number(document, size) as
    if(len(trino_json_spellings(document, size)) = 1, trino_json_spellings(document, size)[1],
       cast(cast('a JSON number is written in several ways' as integer) as varchar))""",
    """create macro trino_json_scalar(document, path) as
    if(json_valid(document)
       and json_type(json_extract(if(json_valid(document), document, 'null'), path))
           not in ('OBJECT', 'ARRAY', 'NULL'),
       if(json_type(json_extract(if(json_valid(document), document, 'null'), path)) = 'DOUBLE',
          trino_json_number(document,
              json_extract_string(if(json_valid(document), document, 'null'), path)),
          json_extract_string(if(json_valid(document), document, 'null'), path)), null)""",
)
