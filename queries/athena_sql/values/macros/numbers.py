"""Macros of numbers: comparisons, exact decimals and Trino's mathematical functions."""

MACROS = (
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
    # Mathematical functions: DuckDB fails where Trino answers NaN or an infinity.
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
)
