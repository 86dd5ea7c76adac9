-- Which order lines stand more than once? One row per order, product, moment and currency, fifty rows.
-- topic: data 3
with

lines as (

    select
        order_id,
        product_id,
        order_date,
        currency,
        count(*) as times,
        sum(total_amount) as amount
    from processed_orders
    where order_id is not null
    group by 1, 2, 3, 4
    having count_if(coalesce(is_sale, true)) > 0

)

select
    order_id,
    product_id,
    order_date,
    times,
    amount,
    currency
from lines
where times > 1
order by times desc, amount desc, order_id, product_id, order_date, currency
limit 50
