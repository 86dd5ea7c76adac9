-- How does revenue grow? One row a month, with the change from the month before, in percent.
-- topic: revenue 2
-- chart: line order_month revenue
with

orders as (

    select
        date_trunc('month', date(substr(order_date, 1, 10))) as order_month,
        total_amount as amount
    from processed_orders
    where order_date is not null

),

months as (

    select
        order_month,
        sum(amount) as revenue
    from orders
    group by 1

),

compared as (

    select
        order_month,
        revenue,
        lag(revenue) over (order by order_month) as revenue_before
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
    ) as growth_percent
from compared
order by 1
