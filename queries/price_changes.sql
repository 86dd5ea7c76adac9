-- Which prices moved? One row per product, day and currency whose lowest price changed, highest rise first, fifty rows per currency.
-- topic: products 4
with

days as (

    select
        product_id,
        currency,
        date(substr(order_date, 1, 10)) as order_day,
        min(price) as price
    from processed_orders
    where order_date is not null and quantity > 0 and price > 0
    group by 1, 2, 3

),

compared as (

    select
        product_id,
        currency,
        order_day,
        price,
        lag(price) over (
            partition by product_id, currency order by order_day
        ) as price_before
    from days

),

ranked as (

    select
        product_id,
        currency,
        order_day,
        price_before,
        price,
        price - price_before as change,
        row_number() over (
            partition by currency order by price - price_before desc, product_id, order_day
        ) as place
    from compared
    where price <> price_before

)

select
    product_id,
    order_day,
    price_before,
    price,
    change,
    currency
from ranked
where place <= 50
order by currency, change desc, product_id, order_day
