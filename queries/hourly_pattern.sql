-- When do people order? One row per hour of the day and currency in which an order was placed.
-- topic: orders 2
-- chart: bar order_hour orders
with

sales as (

    select
        try_cast(substr(order_date, 12, 2) as integer) as order_hour,
        order_id,
        total_amount,
        currency
    from processed_orders
    where length(order_date) >= 16 and quantity > 0 and coalesce(is_sale, true)

)

select
    order_hour,
    nullif(count(distinct order_id), 0) as orders,
    sum(total_amount) as revenue,
    currency
from sales
group by order_hour, currency
order by order_hour, currency
