-- Which products earn most? One row a product, highest revenue first, ten rows.
-- topic: products 1
-- chart: bar product_id total_revenue
with

orders as (

    select product_id, total_amount
    from processed_orders

)

select
    product_id,
    sum(total_amount) as total_revenue
from orders
group by 1
order by 2 desc, 1
limit 10
