-- Which prices moved? One row a product and a day whose lowest price is not the one before, highest rise first, fifty rows.
-- topic: products 4
with

days as (

    select
        product_id,
        date(substr(order_date, 1, 10)) as order_day,
        min(price) as price
    from processed_orders
    where order_date is not null and quantity > 0 and price > 0
    group by 1, 2

),

compared as (

    select
        product_id,
        order_day,
        price,
        lag(price) over (partition by product_id order by order_day) as price_before
    from days

)

select
    product_id,
    order_day,
    price_before,
    price,
    price - price_before as change
from compared
where price <> price_before
order by change desc, product_id, order_day
limit 50
