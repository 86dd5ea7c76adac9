"""Macros that read numbers and booleans from texts, and write numbers as texts.

One that reads a text answers NULL for a text that Trino's cast refuses.
"""

from athena_sql.values.white_space import CONTROLS

# Decimal digits of other scripts that Java reads as digits.
SCRIPTS = tuple(
    "".join(chr(first + digit) for digit in range(10))
    for first in (0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50)
)
FOREIGN_DIGITS, PLAIN_DIGITS = "".join(SCRIPTS), "0123456789" * len(SCRIPTS)

MACROS = (
    # Texts that become numbers.
    rf"""create macro trino_integer_digits(t) as
    if(regexp_full_match(t, '[+-]?[0-9]+'), t,
       if(regexp_full_match(t, '[+-]?\p{{Nd}}+'),
          translate(t, '{FOREIGN_DIGITS}', '{PLAIN_DIGITS}'), null))""",
    # Trino 435 takes no spaces around a whole number, Trino 476 does; which one Athena runs is not
    # documented. Within try(), such a text may be NULL, as in 435.
    f"""create macro trino_integer_text(x) as
    if(trim(x, '{CONTROLS}') <> x and trino_integer_digits(trim(x, '{CONTROLS}')) is not null,
       cast(trino_fail('spaces around the whole number "' || x || '" are read by some of Trino''s'
           || ' releases only, and not here: write cast(trim(x) as bigint)') as varchar),
       trino_integer_digits(x))""",
    rf"""create macro trino_decimal_text(x) as
    if(regexp_full_match(x, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?'), x,
       if(regexp_full_match(x, '[+-]?(\p{{Nd}}+\.?\p{{Nd}}*|\.\p{{Nd}}+)([eE][+-]?\p{{Nd}}+)?'),
          translate(x, '{FOREIGN_DIGITS}', '{PLAIN_DIGITS}'), null))""",
    # Java's spelling of a double, which ends with f or d if it likes.
    r"""create macro trino_java_double(t) as
    case when regexp_full_match(t, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[fFdD]?')
            then try_cast(regexp_replace(t, '[fFdD]$', '') as double)
        when regexp_full_match(t, '[+-]?NaN') then cast('nan' as double)
        when regexp_full_match(t, '[+]?Infinity') then cast('inf' as double)
        when t = '-Infinity' then cast('-inf' as double)
        when regexp_full_match(t,
            '[+-]?0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+[fFdD]?')
            then if(starts_with(t, '-'), -1, 1)
                * cast(try_cast('0x' || replace(regexp_extract(t, '0[xX]([0-9a-fA-F.]+)', 1),
                    '.', '') as bigint) as double)
                * pow(2, cast(regexp_extract(t, '[pP]([+-]?[0-9]+)', 1) as integer)
                    - 4 * length(regexp_extract(t, '\.([0-9a-fA-F]*)', 1)))
    end""",
    f"create macro trino_text_to_double(x) as trino_java_double(trim(x, '{CONTROLS}'))",
    """create macro trino_text_to_boolean(x) as
    case lower(x) when 't' then true when 'true' then true when '1' then true
        when 'f' then false when 'false' then false when '0' then false end""",
    # Numbers that become texts: 1.005E0.
    r"""create macro trino_scientific(minus, digits, exponent) as
    minus || left(digits, 1) || '.' || if(length(digits) > 1, substr(digits, 2), '0') || 'E'
        || exponent""",
    r"""create macro trino_double_parts(minus, whole, fraction, exponent) as
    if(trim(whole || fraction, '0') = '', '0E0', trino_scientific(minus,
        trim(whole || fraction, '0'),
        length(whole) - 1 + exponent
            - (length(whole || fraction) - length(ltrim(whole || fraction, '0')))))""",
    """create macro trino_double_text_parts(text) as trino_double_parts(
        if(starts_with(text, '-'), '-', ''),
        split_part(split_part(ltrim(text, '-'), 'e', 1), '.', 1),
        split_part(split_part(ltrim(text, '-'), 'e', 1), '.', 2),
        coalesce(try_cast(split_part(text, 'e', 2) as bigint), 0))""",
    """create macro trino_double_to_text(x) as
    case when isnan(x) then 'NaN' when x = cast('inf' as double) then 'Infinity'
        when x = cast('-inf' as double) then '-Infinity'
        else trino_double_text_parts(cast(x as varchar)) end""",
)
