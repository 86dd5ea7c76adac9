-- What comes back? One row a product with returns, most units returned first, twenty rows.
-- topic: products 2
-- chart: bar product_id units_returned
with

products as (

    select
        product_id,
        sum(if(quantity > 0, quantity, 0)) as units_sold,
        -sum(if(quantity < 0, quantity, 0)) as units_returned,
        -sum(if(quantity < 0, total_amount, 0)) as amount_returned
    from processed_orders
    group by 1

)

select
    product_id,
    units_sold,
    units_returned,
    amount_returned,
    round(100e0 * units_returned / nullif(units_sold, 0), 2) as return_percent
from products
where units_returned > 0
order by units_returned desc, product_id
limit 20
