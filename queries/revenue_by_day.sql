-- How much is sold each day? One row per day with orders and currency, in order of time.
-- topic: revenue 1
-- param since: date = 1900-01-01, the first day that counts
-- param until: date = 2999-12-31, the last day that counts
-- chart: line order_day revenue
with

sales as (

    select
        date(substr(order_date, 1, 10)) as order_day,
        order_id,
        quantity,
        total_amount,
        currency
    from processed_orders
    where order_date is not null and coalesce(is_sale, true)

)

select
    order_day,
    nullif(count(distinct order_id), 0) as orders,
    sum(quantity) as units,
    sum(total_amount) as revenue,
    currency
from sales
where order_day between :since and :until
group by order_day, currency
order by order_day, currency
