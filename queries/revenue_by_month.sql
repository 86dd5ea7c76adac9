-- How does revenue grow? One row per month and currency, with the change from the month before.
-- topic: revenue 2
-- chart: line order_month revenue
with

sales as (

    select
        date_trunc('month', date(substr(order_date, 1, 10))) as order_month,
        total_amount,
        currency
    from processed_orders
    where order_date is not null and coalesce(is_sale, true)

),

months as (

    select
        order_month,
        currency,
        sum(total_amount) as revenue
    from sales
    group by 1, 2

),

compared as (

    select
        order_month,
        currency,
        revenue,
        lag(revenue) over (partition by currency order by order_month) as revenue_before
    from months

)

select
    order_month,
    revenue,
    revenue - revenue_before as change,
    -- a double on purpose: a decimal quotient would keep the digits of its dividend only
    round(
        100e0 * (cast(revenue as double) - cast(revenue_before as double))
        / nullif(cast(revenue_before as double), 0e0),
        2
    ) as growth_percent,
    currency
from compared
order by order_month, currency
