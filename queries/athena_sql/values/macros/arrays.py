"""Macros of arrays: elements, comparisons, and sequences."""

MACROS = (
    # Each element stays where it stands first; equal ones are found by sorting.
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
)
