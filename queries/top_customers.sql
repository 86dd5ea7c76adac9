-- Who buys most? One row a customer, highest revenue first, twenty rows.
-- topic: customers 3
-- chart: bar customer_id revenue
with

orders as (

    select
        customer_id,
        order_id,
        substr(order_date, 1, 10) as order_day,
        total_amount as amount
    from processed_orders
    where customer_id is not null

)

select
    customer_id,
    count(distinct order_id) as orders,
    min(order_day) as first_order,
    max(order_day) as last_order,
    sum(amount) as revenue
from orders
group by 1
order by revenue desc, customer_id
limit 20
