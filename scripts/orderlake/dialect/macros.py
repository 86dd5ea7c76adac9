"""DuckDB macros that answer as Trino's functions do; the rewrites put them into a statement.

Text only. A failing cast stands for Trino's error, because DuckDB's `error()` cannot be caught
by `try`.
"""

MACROS = (
    # The digits of a decimal without its point: 1.50 is 150.
    "create macro trino_digits(x) as cast(replace(cast(x as varchar), '.', '') as hugeint)",
    # A whole quotient, half away from zero, of two wholes.
    """create macro trino_half_up(n, d) as
    case when d = 0 then n // d else
        (abs(n) // abs(d) + if(abs(n) % abs(d) >= abs(d) - abs(n) % abs(d), 1, 0))
        * if((n < 0) = (d < 0), 1, -1)
    end""",
    # A whole as text with the point put `scale` digits from the right: 150 is 1.50.
    """create macro trino_pointed(whole, scale) as
    if(whole < 0, '-', '')
    || cast(abs(whole) // cast('1' || repeat('0', scale) as hugeint) as varchar)
    || '.' || lpad(
        cast(abs(whole) % cast('1' || repeat('0', scale) as hugeint) as varchar), scale, '0'
    )""",
    # a / b of decimals: `raise` is how many zeros the dividend gets for the answer's scale.
    """create macro trino_divide(a, b, zeros, scale) as trino_pointed(
        trino_half_up(
            trino_digits(a) * cast('1' || repeat('0', zeros) as hugeint), trino_digits(b)
        ), scale
    )""",
    # Text that Trino's casts take, or else text that makes DuckDB's cast fail.
    r"""create macro trino_integer_text(x) as
    if(regexp_full_match(x, '[+-]?[0-9]+'), x, 'not an integer: ' || x)""",
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
    """create macro trino_split_part(text, delimiter, n) as
    if(n > len(string_split(text, delimiter)), null, split_part(text, delimiter, n))""",
    """create macro trino_regexp_extract(text, pattern, n) as
    if(regexp_matches(text, pattern), regexp_extract(text, pattern, n), null)""",
    """create macro trino_array_position(a, x) as
    if(a is null or x is null, null, coalesce(list_position(a, x), 0))""",
    # Trino counts from 1, or from the end; 0 is nowhere, and so is anything before the text.
    """create macro trino_substr(text, start, size) as
    if(start = 0 or abs(start) > length(text), if(text is null, null, ''),
       substring(text, start, size))""",
    """create macro trino_sequence(low, high) as
    if(low <= high, generate_series(low, high), generate_series(low, high, -1))""",
    """create macro trino_slice(a, start, size) as
    if(start > 0, array_slice(a, start, start + size - 1),
       array_slice(a, len(a) + start + 1, len(a) + start + size))""",
    """create macro trino_json_scalar(document, path) as
    if(json_valid(document)
       and json_type(json_extract(if(json_valid(document), document, 'null'), path))
           not in ('OBJECT', 'ARRAY', 'NULL'),
       json_extract_string(if(json_valid(document), document, 'null'), path), null)""",
)
