"""Macros of texts: parts, padding, letters, and regular expressions."""

MACROS = (
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
    if(n = 0, cast(trino_refuse('a zero character is not answered here') as varchar),
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
       cast(trino_refuse('$ at a last line end is not answered here') as varchar),
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
    # DuckDB counts bytes.
    """create macro trino_levenshtein(a, b) as
    if(strlen(a) = length(a) and strlen(b) = length(b) and strlen(a) * strlen(b) <= 1000000,
       levenshtein(a, b),
       if(a is null or b is null, null,
          cast(trino_refuse('levenshtein_distance() is answered here only of short ASCII texts')
              as bigint)))""",
)
