-- How many customers come back? One row: customers, those with more than one order, in percent.
-- A line without an order id counts as an order of its day.
-- topic: customers 1
with

customers as (

    select
        customer_id,
        count(distinct coalesce(order_id, substr(order_date, 1, 10))) as orders
    from processed_orders
    where
        customer_id is not null
        and coalesce(order_id, order_date) is not null
        and quantity > 0
        and coalesce(is_sale, true)
    group by 1

)

select
    count(*) as customers,
    count_if(orders > 1) as returning_customers,
    round(100e0 * count_if(orders > 1) / nullif(count(*), 0), 2) as repeat_percent,
    max(orders) as most_orders
from customers
