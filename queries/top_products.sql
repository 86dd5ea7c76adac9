-- Which products earn most? One row per product and currency, highest revenue first, ten rows per currency.
-- topic: products 1
-- chart: bar product_id total_revenue
with

sales as (

    select product_id, total_amount, currency
    from processed_orders
    where coalesce(is_sale, true)

),

products as (

    select
        product_id,
        currency,
        sum(total_amount) as total_revenue
    from sales
    group by 1, 2

),

ranked as (

    select
        product_id,
        currency,
        total_revenue,
        row_number() over (
            partition by currency order by total_revenue desc, product_id
        ) as place
    from products

)

select product_id, total_revenue, currency
from ranked
where place <= 10
order by currency, total_revenue desc, product_id
