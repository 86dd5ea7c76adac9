-- What is an order worth? One row a month: orders, lines an order, and the mean value, half up.
-- topic: orders 1
-- chart: line order_month average_order_value
with

orders as (

    select
        substr(order_date, 1, 7) as order_month,
        order_id,
        count(*) as order_lines,
        sum(total_amount) as order_value
    from processed_orders
    where order_date is not null and order_id is not null and quantity > 0
    group by 1, 2

)

select
    order_month,
    count(*) as orders,
    round(cast(sum(order_lines) as double) / count(*), 2) as lines_an_order,
    sum(order_value) / count(*) as average_order_value
from orders
group by 1
order by 1
