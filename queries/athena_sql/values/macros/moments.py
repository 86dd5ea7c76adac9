"""Macros of dates and times: rounding, local time, reading them from texts and writing them."""

from athena_sql.values.white_space import WHITESPACE

MACROS = (
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
            then cast(cast(trino_refuse('a local time that the clock skips or repeats is not '
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
       cast(cast(trino_refuse('the offset of "' || text || '" is not kept here: write '
           || 'from_iso8601_timestamp(x) at time zone ''UTC''') as varchar) as timestamp))""",
    """create macro trino_year_text(t) as
    if(year(t) < 0, '-', '') || lpad(cast(abs(year(t)) as varchar),
        cast(greatest(4, length(cast(abs(year(t)) as varchar))) as integer), '0')""",
    """create macro trino_timestamp_to_text(t, digits) as
    trino_year_text(t) || strftime(t, '-%m-%d %H:%M:%S')
        || if(digits > 0, '.' || left(strftime(t, '%f'), digits), '')""",
    r"""create macro trino_iso8601_date(text) as
    if(regexp_full_match(text, '\d{4}-\d{2}-\d{2}') and try_cast(text as date) is not null,
       try_cast(text as date),
       if(text is null, null,
          cast(cast(trino_refuse('Invalid format, or not YYYY-MM-DD: "' || text || '"') as varchar)
              as date)))""",
    """create macro trino_day_number(day) as
    cast(date_diff('day', cast('1970-01-01' as date), day) as bigint)""",
)
