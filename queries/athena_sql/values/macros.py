r"""DuckDB macros that answer as Trino's functions do; the function table puts them into SQL.

A failing cast stands for Trino's error, because DuckDB's `error()` cannot be caught by `try`; its
text begins with `trino: ` and is told without what DuckDB says around it. Each macro that reads a
text answers NULL for one that Trino's cast refuses.
"""

# What Trino trims: Java's white space, without the spaces that do not break.
WHITESPACE = (
    "".join(
        map(chr, (*range(9, 14), *range(28, 33), 0x1680, *range(0x2000, 0x2007), 0x2008, 0x2009))
    )
    + "\u200a\u2028\u2029\u205f\u3000"
)
# What Java's String.trim takes away: everything up to the space.
CONTROLS = "".join(map(chr, range(1, 33)))
# Decimal digits of other scripts that Java reads as digits.
SCRIPTS = tuple(
    "".join(chr(first + digit) for digit in range(10))
    for first in (0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50)
)
FOREIGN_DIGITS, PLAIN_DIGITS = "".join(SCRIPTS), "0123456789" * len(SCRIPTS)
# Marks a number inside a JSON document that was turned into a text, to keep its digits.
JSON_MARK = "\ue000"

MACROS = (
    "create macro trino_fail(message) as cast('trino: ' || message as integer)",
    # Comparisons: `compared` is what DuckDB says of a and b, where both are numbers, or NULL.
    """create macro trino_compared(a, b, compared) as
    if(isnan(cast(a as double)) or isnan(cast(b as double)),
       if(a is null or b is null, null, false), compared)""",
    """create macro trino_unequal(a, b, compared) as
    if(isnan(cast(a as double)) or isnan(cast(b as double)),
       if(a is null or b is null, null, true), compared)""",
    # Decimals: the digits without the point, so that 1.50 is 150.
    "create macro trino_digits(x) as cast(replace(cast(x as varchar), '.', '') as hugeint)",
    "create macro trino_power(n) as cast('1' || repeat('0', n) as hugeint)",
    # A whole quotient, half away from zero, of two wholes.
    """create macro trino_half_up(n, d) as
    case when n is null or d is null then null
        when d = 0 then cast(trino_fail('Division by zero') as hugeint) else
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
        trino_half_up(trino_digits(a) * trino_power(zeros), trino_digits(b)), scale)""",
    """create macro trino_round_decimal(x, n, scale) as
    if(n is null or n >= scale, if(n is null, null, cast(x as varchar)), trino_pointed(
        trino_half_up(trino_digits(x), trino_power(least(scale - n, 38)))
        * trino_power(least(scale - n, 38)), scale))""",
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
    # Texts that become dates and times; a year before Christ is written with a minus.
    r"""create macro trino_iso_date(t) as
    case when regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then try_cast(t as date)
        when regexp_full_match(t, '[+]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}')
            then try_cast(ltrim(t, '+') as date)
        when regexp_full_match(t, '-[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}')
            then try_cast((try_cast(split_part(t, '-', 2) as bigint) + 1) || '-'
                || split_part(t, '-', 3) || '-' || split_part(t, '-', 4) || ' (BC)' as date)
    end""",
    f"create macro trino_trimmed(x) as trim(x, '{WHITESPACE}')",
    "create macro trino_text_to_date(x) as trino_iso_date(trino_trimmed(x))",
    # A zone after the time is read and left out, as Trino does.
    r"""create macro trino_time_parts(x) as regexp_extract(trino_trimmed(x),
        '^([+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2})'
        || '( ([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]+)?)?)?'
        || '\s*(UTC|GMT|Z|[+-][0-9]{2}:[0-9]{2}|[A-Z][a-z]+/[A-Z][A-Za-z_]+)?$',
        ['day', 'time', 'hour', 'seconds', 'fraction', 'zone'])""",
    """create macro trino_text_to_timestamp(x) as
    if(trino_time_parts(x)['day'] = '', null,
       try_cast(trino_iso_date(trino_time_parts(x)['day'])
           || if(trino_time_parts(x)['time'] = '', ' 00:00:00', trino_time_parts(x)['time']
                 || if(trino_time_parts(x)['seconds'] = '', ':00', '')) as timestamp))""",
    # timestamp(digits): microseconds rounded half up.
    """create macro trino_round_timestamp(t, digits) as
    if(digits >= 6, t, make_timestamp(
        (epoch_us(t) + cast(5 * pow(10, 5 - digits) as bigint))
        - ((epoch_us(t) + cast(5 * pow(10, 5 - digits) as bigint))
           % cast(pow(10, 6 - digits) as bigint) + cast(pow(10, 6 - digits) as bigint))
           % cast(pow(10, 6 - digits) as bigint)))""",
    """create macro trino_cut_timestamp(t, digits) as
    make_timestamp(epoch_us(t) - epoch_us(t) % cast(pow(10, 6 - digits) as bigint))""",
    # Times with a zone: the moment in UTC, and the local time of a region.
    """create macro trino_local(moment, zone) as timezone(zone, timezone('UTC', moment))""",
    """create macro trino_moment(local, zone) as timezone('UTC', timezone(zone, local))""",
    """create macro trino_from_local(local, zone) as
    case when local is null then null
        when trino_local(trino_moment(local, zone), zone) <> local
            or trino_local(trino_moment(local, zone) - to_hours(1), zone) = local
            or trino_local(trino_moment(local, zone) + to_hours(1), zone) = local
            then cast(cast(trino_fail('a local time that the clock skips or repeats is not '
                || 'answered here') as varchar) as timestamp)
        else trino_moment(local, zone) end""",
    # Seconds since 1970 to the millisecond, halves up.
    """create macro trino_from_unixtime(seconds) as
    epoch_ms(cast(floor(seconds * 1000 + 0.5) as bigint))""",
    r"""create macro trino_iso8601_parts(text) as regexp_extract(text,
        '^([0-9]{4}-[0-9]{2}-[0-9]{2})'
        || '(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?)?'
        || '(Z|[+-][0-9]{2}:?[0-9]{2})?$',
        ['day', 'time', 'hour', 'seconds', 'fraction', 'zone'])""",
    """create macro trino_iso8601_local(text) as try_cast(trino_iso8601_parts(text)['day'] || ' '
        || if(trino_iso8601_parts(text)['time'] = '', '00:00:00',
              replace(left(substr(trino_iso8601_parts(text)['time'], 2), 12), ',', '.')
              || if(trino_iso8601_parts(text)['seconds'] = '', ':00', '')) as timestamp)""",
    """create macro trino_iso8601_invalid(text) as
    cast(cast(trino_fail('Invalid format: "' || text || '"') as varchar) as timestamp)""",
    # The moment of a text with any offset; `trino_iso8601_utc` takes only Z or a text without one.
    """create macro trino_iso8601_moment(text) as
    case when text is null then null
        when trino_iso8601_local(text) is null or (trino_iso8601_parts(text)['time'] = ''
            and trino_iso8601_parts(text)['zone'] <> '') then trino_iso8601_invalid(text)
        when trino_iso8601_parts(text)['zone'] in ('', 'Z') then trino_iso8601_local(text)
        else trino_iso8601_local(text) - to_minutes(
            if(trino_iso8601_parts(text)['zone'][1] = '-', -1, 1)
            * (cast(trino_iso8601_parts(text)['zone'][2:3] as bigint) * 60
               + cast(right(trino_iso8601_parts(text)['zone'], 2) as bigint))) end""",
    """create macro trino_iso8601_shown(text) as
    if(trino_iso8601_moment(text) is null, null, trino_iso8601_local(text))""",
    """create macro trino_iso8601_utc(text) as
    if(trino_iso8601_parts(text)['zone'] in ('', 'Z') or text is null, trino_iso8601_moment(text),
       cast(cast(trino_fail('the offset of "' || text || '" is not kept here: write '
           || 'from_iso8601_timestamp(x) at time zone ''UTC''') as varchar) as timestamp))""",
    # Numbers and times that become texts: 1.005E0, and as many digits as the type has.
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
    """create macro trino_year_text(t) as
    if(year(t) < 0, '-', '') || lpad(cast(abs(year(t)) as varchar),
        cast(greatest(4, length(cast(abs(year(t)) as varchar))) as integer), '0')""",
    """create macro trino_timestamp_to_text(t, digits) as
    trino_year_text(t) || strftime(t, '-%m-%d %H:%M:%S')
        || if(digits > 0, '.' || left(strftime(t, '%f'), digits), '')""",
    # Arguments that Trino refuses.
    """create macro trino_positive(n, what) as
    if(n > 0, n, trino_fail(what || ' must be greater than zero'))""",
    """create macro trino_not_negative(n, what) as
    if(n >= 0, n, trino_fail(what || ' must be at least 0'))""",
    """create macro trino_not_zero(n) as
    if(n <> 0, n, trino_fail('SQL array indices start at 1'))""",
    # Texts.
    """create macro trino_strpos(text, part, n) as
    case when text is null or part is null or n is null then null
        when n = 0
            then cast(trino_fail('''instance'' must be a positive or negative number.') as bigint)
        when part = '' then 1
        else coalesce(list_filter(range(1, length(text) + 1),
            lambda i: substr(text, i, length(part)) = part)[n], 0) end""",
    """create macro trino_split(text, delimiter) as
    case when text is null or delimiter is null then null
        when delimiter = '' then
            [cast(trino_fail('The delimiter may not be the empty string') as varchar)]
        else string_split(text, delimiter) end""",
    """create macro trino_split_limit(text, delimiter, n) as
    case when n is null then null
        when n <= 0 then [cast(trino_fail('Limit must be positive') as varchar)]
        when len(trino_split(text, delimiter)) <= n then trino_split(text, delimiter)
        else list_append(trino_split(text, delimiter)[1:n - 1],
            array_to_string(trino_split(text, delimiter)[n:], delimiter)) end""",
    """create macro trino_split_part(text, delimiter, n) as
    case when text is null or delimiter is null or n is null then null
        when n <= 0 then cast(trino_fail('Index must be greater than zero') as varchar)
        when delimiter = '' then if(n > length(text), null, substring(text, n, 1))
        when n > len(string_split(text, delimiter)) then null
        else split_part(text, delimiter, n) end""",
    """create macro trino_characters(text) as
    list_transform(generate_series(1, length(text)), lambda i: substring(text, i, 1))""",
    # An empty search puts the replacement between, before and after all characters.
    """create macro trino_replace(text, search, replacement) as
    if(search = '',
       if(text = '', replacement,
          replacement || array_to_string(trino_characters(text), replacement) || replacement),
       replace(text, search, replacement))""",
    """create macro trino_reverse(text) as
    array_to_string(list_reverse(trino_characters(text)), '')""",
    # Java's upper case leaves a sharp s alone.
    """create macro trino_upper(text) as
    if(contains(text, 'ß'),
       array_to_string([if(c = 'ß', c, upper(c)) for c in string_split(text, '')], ''),
       upper(text))""",
    """create macro trino_pad_size(n) as
    if(n between 0 and 2147483647, cast(n as integer),
       trino_fail('Target length must be in the range [0..2147483647]'))""",
    """create macro trino_padding(pad) as
    if(pad = '', cast(trino_fail('Padding string must not be empty') as varchar), pad)""",
    "create macro trino_lpad(text, n, pad) as lpad(text, trino_pad_size(n), trino_padding(pad))",
    "create macro trino_rpad(text, n, pad) as rpad(text, trino_pad_size(n), trino_padding(pad))",
    """create macro trino_chr(n) as
    if(n = 0, error('a zero character is not answered here'),
       if(n between 1 and 1114111 and n not between 55296 and 57343, chr(cast(n as integer)),
       cast(trino_fail('Not a valid Unicode code point: ' || n) as varchar)))""",
    """create macro trino_codepoint(text) as
    if(text = '', cast(trino_fail('Input string must be a single character string') as integer),
       unicode(text))""",
    # Trino counts from 1, or from the end; 0 is nowhere, and so is anything before the text.
    """create macro trino_substr(text, start, size) as
    case when text is null or start is null or size is null then null
        when start = 0 or abs(start) > length(text) or size < 0 then ''
        else substring(text, start, size) end""",
    """create macro trino_regexp_extract(text, pattern, n) as
    if(regexp_matches(text, pattern), regexp_extract(text, pattern, n), null)""",
    # `$` stands before a last line end in Java, and not in RE2.
    """create macro trino_without_last_line_end(text) as
    if(suffix(text, chr(10)),
       cast(trino_fail('$ at a last line end is not answered here') as varchar),
       text)""",
    # Fields of a pattern: groups of three digits, and a width.
    r"""create macro trino_grouped(number) as
    if(contains(number, '.'), trino_grouped_whole(split_part(number, '.', 1)) || '.'
        || split_part(number, '.', 2), trino_grouped_whole(number))""",
    r"""create macro trino_grouped_whole(number) as
    reverse(regexp_replace(regexp_replace(reverse(number), '([0-9]{3})', '\1,', 'g'),
        ',(-?)$', '\1'))""",
    """create macro trino_zero_padded(text, width) as
    if(length(text) >= width, text,
       if(starts_with(text, '-'), '-' || lpad(substr(text, 2), width - 1, '0'),
          lpad(text, width, '0')))""",
    """create macro trino_left_aligned(text, width) as
    if(length(text) >= width, text, rpad(text, width, ' '))""",
    """create macro trino_right_aligned(text, width) as
    if(length(text) >= width, text, lpad(text, width, ' '))""",
    # Numbers.
    """create macro trino_to_base(n, radix) as
    case when n is null or radix is null then null
        when radix < 2 or radix > 36
            then cast(trino_fail('Radix must be between 2 and 36') as varchar)
        when n < 0 then '-' || lower(to_base(- n, cast(radix as integer)))
        else lower(to_base(n, cast(radix as integer))) end""",
    """create macro trino_sqrt(x) as if(x < 0, cast('nan' as double), sqrt(x))""",
    """create macro trino_ln(x) as
    case when x > 0 then ln(x) when x = 0 then cast('-inf' as double)
        when x is null then null else cast('nan' as double) end""",
    """create macro trino_log10(x) as
    case when x > 0 then log10(x) when x = 0 then cast('-inf' as double)
        when x is null then null else cast('nan' as double) end""",
    """create macro trino_log2(x) as
    case when x > 0 then log2(x) when x = 0 then cast('-inf' as double)
        when x is null then null else cast('nan' as double) end""",
    """create macro trino_width_bucket(x, low, high, n) as
    case when x is null or low is null or high is null or n is null then null
        when n <= 0 then cast(trino_fail('bucketCount must be greater than 0') as bigint)
        when isnan(x) then cast(trino_fail('operand must not be NaN') as bigint)
        when not isfinite(low) then cast(trino_fail('first bound must be finite') as bigint)
        when not isfinite(high) then cast(trino_fail('second bound must be finite') as bigint)
        when low = high then cast(trino_fail('bounds cannot equal each other') as bigint)
        when low < high then trino_bucket(x, low, high, n)
        else n - trino_bucket(x, high, low, n) + 1 end""",
    """create macro trino_bucket(x, low, high, n) as
    case when x < low then 0 when x >= high then n + 1
        else cast(floor(cast(n as double) * (x - low) / (high - low) + 1) as bigint) end""",
    # DuckDB counts bytes.
    """create macro trino_levenshtein(a, b) as
    if(strlen(a) = length(a) and strlen(b) = length(b) and strlen(a) * strlen(b) <= 1000000,
       levenshtein(a, b),
       if(a is null or b is null, null,
          cast(trino_fail('levenshtein_distance() is answered here only of short ASCII texts')
              as bigint)))""",
    r"""create macro trino_iso8601_date(text) as
    if(regexp_full_match(text, '\d{4}-\d{2}-\d{2}') and try_cast(text as date) is not null,
       try_cast(text as date),
       if(text is null, null,
          cast(cast(trino_fail('Invalid format, or not YYYY-MM-DD: "' || text || '"') as varchar)
              as date)))""",
    # Arrays. Each element stays where it stands first; equal ones are found by sorting.
    """create macro trino_distinct(a) as
    if(a is null, null, list_transform([list_sort(list_zip(a, range(1, len(a) + 1)))],
        lambda s: list_transform(list_sort(list_transform(
            list_filter(s, lambda p, i: i = 1 or p[1] is distinct from s[i - 1][1]),
            lambda p: {'i': p[2], 'e': p[1]})), lambda q: q.e))[1])""",
    """create macro trino_except(a, b) as
    if(b is null, null, trino_distinct(list_filter(a, lambda e: list_position(b, e) is null)))""",
    """create macro trino_common(a, b) as
    if(b is null, null, trino_distinct(list_filter(a, lambda e: list_position(b, e) > 0)))""",
    """create macro trino_array_remove(a, x) as
    if(a is null or x is null, null, list_filter(a, lambda e: e is distinct from x))""",
    """create macro trino_overlap(a, b) as
    case when a is null or b is null then null when list_has_any(a, b) then true
        when trino_has_null(a) and len(b) > 0 or trino_has_null(b) and len(a) > 0 then null
        else false end""",
    """create macro trino_times(n) as
    if(n is null, null, range(case
        when n > 10000 then trino_fail('count argument of repeat function must be less than or '
            || 'equal to 10000')
        when n < 0 then trino_fail('count argument of repeat function must be greater than or '
            || 'equal to 0')
        else n end))""",
    """create macro trino_day_number(day) as
    cast(date_diff('day', cast('1970-01-01' as date), day) as bigint)""",
    """create macro trino_has_null(a) as list_aggregate(a, 'count') < len(a)""",
    """create macro trino_array_position(a, x) as
    if(a is null or x is null, null, cast(coalesce(list_position(a, x), 0) as bigint))""",
    """create macro trino_array_max(a) as if(trino_has_null(a), null, list_max(a))""",
    """create macro trino_array_min(a) as if(trino_has_null(a), null, list_min(a))""",
    """create macro trino_contains(a, x) as
    if(a is null or x is null, null,
       if(list_contains(a, x), true, if(trino_has_null(a), null, false)))""",
    """create macro trino_any_match(tests) as
    case when tests is null then null when list_contains(tests, true) then true
        when trino_has_null(tests) then null else false end""",
    """create macro trino_all_match(tests) as
    case when tests is null then null when list_contains(tests, false) then false
        when trino_has_null(tests) then null else true end""",
    """create macro trino_element_at(a, n) as a[trino_not_zero(n)]""",
    """create macro trino_subscript(a, n) as
    case when a is null or n is null then null
        when n = 0 then a[trino_fail('SQL array indices start at 1')]
        when n < 0 then a[trino_fail('Array subscript is negative: ' || n)]
        when n > len(a)
            then a[trino_fail('Array subscript must be less than or equal to array length: '
                || n || ' > ' || len(a))]
        else a[n] end""",
    """create macro trino_equal_arrays(a, b) as
    case when a is null or b is null then null
        when len(a) <> len(b) then false
        when len(list_filter(list_zip(a, b), lambda p: p[1] <> p[2])) > 0 then false
        when coalesce(trino_has_null(a), false) or coalesce(trino_has_null(b), false) then null
        else true end""",
    """create macro trino_without_nulls(a) as
    list_filter(a, lambda e: if(list_aggregate(a, 'count') < len(a),
        trino_fail('ARRAY comparison not supported for arrays with null elements') = 0, true))""",
    """create macro trino_whole_array(a, r) as
    if(coalesce(list_aggregate(r, 'count'), 0) < coalesce(list_aggregate(a, 'count'), 0),
       null, r)""",
    """create macro trino_flatten(a) as
    flatten(list_filter(a, lambda e: e is not null))""",
    """create macro trino_sequence(low, high, step) as
    generate_series(low, high, case
        when step = 0 then trino_fail('step must not be zero')
        when (high > low and step < 0) or (high < low and step > 0) then
            trino_fail('sequence stop value should be greater than or equal to start value if '
                || 'step is greater than zero otherwise stop should be less than or equal to start')
        when abs((cast(high as hugeint) - low) // step) + 1 > 10000 then
            trino_fail('result of sequence function must not have more than 10000 entries')
        else step end)""",
    # Dates in steps of months: the last day of a month where the day is not there.
    """create macro trino_months(step) as
    cast(extract(year from step) * 12 + extract(month from step) as bigint)""",
    """create macro trino_month_sequence(low, high, months) as
    list_transform(trino_sequence(0, date_sub('month', low, high), months),
        lambda i: cast(low + to_months(cast(i as integer)) as date))""",
    """create macro trino_microseconds(step) as
    cast(extract(day from step) as bigint) * 86400000000
        + cast(round(epoch(step - to_days(cast(extract(day from step) as integer))) * 1000)
            as bigint) * 1000""",
    """create macro trino_time_sequence(low, high, step) as
    list_transform(trino_sequence(0, epoch_us(high) - epoch_us(low), step),
        lambda i: low + to_microseconds(i))""",
    """create macro trino_slice(a, start, size) as
    if(trino_not_zero(start) > 0,
       array_slice(a, start, start + trino_not_negative(size, 'length') - 1),
       if(-start > len(a), [],
          array_slice(a, len(a) + start + 1,
              len(a) + start + trino_not_negative(size, 'length'))))""",
    # Maps.
    """create macro trino_keys_fit(keys, items) as
    case when len(keys) <> len(items)
            then trino_fail('Key and value arrays must be the same length') = 0
        when trino_has_null(keys) then trino_fail('map key cannot be null') = 0
        when len(list_distinct(keys)) < len(keys)
            then trino_fail('Duplicate map keys are not allowed') = 0
        else true end""",
    """create macro trino_map(keys, items) as
    if(keys is null or items is null, null,
       map(if(trino_keys_fit(keys, items), keys, []),
           if(trino_keys_fit(keys, items), items, [])))""",
    """create macro trino_map_from_entries(a) as
    trino_map(list_transform(a, lambda e: e.f1), list_transform(a, lambda e: e.f2))""",
    """create macro trino_map_entries(m) as
    list_transform(map_entries(m), lambda e: struct_pack(f1 := e.key, f2 := e.value))""",
    """create macro trino_map_concat(a, b) as if(a is null or b is null, null, map_concat(a, b))""",
    # Entries without a NULL as a key; a key's first value stays.
    """create macro trino_entries(entries) as
    list_filter(entries, lambda e: e.key is not null)""",
    """create macro trino_entry_keys(entries) as
    list_transform(trino_entries(entries), lambda e: e.key)""",
    """create macro trino_map_agg(entries) as
    if(len(trino_entries(entries)) = 0, null, map_from_entries(
        if(len(list_distinct(trino_entry_keys(entries))) = len(trino_entry_keys(entries)),
           trino_entries(entries),
           list_filter(trino_entries(entries),
               lambda e, i: list_position(trino_entry_keys(entries), e.key) = i))))""",
    """create macro trino_multimap_agg(entries) as
    if(len(trino_entries(entries)) = 0, null, map(
        trino_distinct(trino_entry_keys(entries)),
        list_transform(trino_distinct(trino_entry_keys(entries)), lambda k: list_transform(
            list_filter(trino_entries(entries), lambda e: e.key = k), lambda e: e.value))))""",
    # JSON. DuckDB forgets how a number is written, so each becomes a marked text first: a text in
    # the document is kept, for the mark that follows it is taken away again.
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
               cast(trino_fail('a broken JSON document is not read here: ' || left(document, 60))
                   as varchar), null)
        when contains(document, '{JSON_MARK}') then
            cast(trino_fail('a JSON document with the character U+E000 is not read here')
                as varchar)
        else trino_json_text(if(json_valid(document), trino_json_marked(document), 'null'), path)
    end""",
)
