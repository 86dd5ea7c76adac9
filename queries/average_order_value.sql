-- What is an order worth? One row per month and currency: orders, lines per order, and the mean value, half up.
-- topic: orders 1
-- chart: line order_month average_order_value
with

orders as (

    select
        substr(order_date, 1, 7) as order_month,
        order_id,
        currency,
        count(*) as order_lines,
        sum(total_amount) as order_value
    from processed_orders
    where
        order_date is not null
        and order_id is not null
        and quantity > 0
        and coalesce(is_sale, true)
    group by 1, 2, 3

)

select
    order_month,
    count(*) as orders,
    round(cast(sum(order_lines) as double) / count(*), 2) as lines_per_order,
    sum(order_value) / count(*) as average_order_value,
    currency
from orders
group by order_month, currency
order by order_month, currency
