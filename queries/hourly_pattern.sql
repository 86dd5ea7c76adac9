-- When do people order? One row an hour of the day in which an order was placed.
-- topic: orders 2
-- chart: bar order_hour orders
with

orders as (

    select
        try_cast(substr(order_date, 12, 2) as integer) as order_hour,
        order_id,
        total_amount as amount
    from processed_orders
    where length(order_date) >= 16 and quantity > 0

)

select
    order_hour,
    count(distinct order_id) as orders,
    sum(amount) as revenue
from orders
group by 1
order by 1
