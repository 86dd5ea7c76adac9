-- Do customers stay? One row per month of first order and number of months since, with who bought.
-- topic: customers 2
-- chart: heat cohort months_since retained_percent
with

months as (

    select distinct
        customer_id,
        date_trunc('month', date(substr(order_date, 1, 10))) as order_month
    from processed_orders
    where
        customer_id is not null
        and order_date is not null
        and quantity > 0
        and coalesce(is_sale, true)

),

customers as (

    select
        customer_id,
        order_month,
        min(order_month) over (partition by customer_id) as cohort
    from months

),

retained as (

    select
        cohort,
        date_diff('month', cohort, order_month) as months_since,
        count(*) as customers
    from customers
    group by 1, 2

)

select
    cohort,
    months_since,
    customers,
    round(
        100e0 * customers / max(customers) over (partition by cohort), 2
    ) as retained_percent
from retained
order by 1, 2
