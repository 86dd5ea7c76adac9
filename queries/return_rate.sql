-- What comes back? One row per returned product and currency, most units first, twenty rows per currency.
-- topic: products 2
-- chart: bar product_id units_returned
with

products as (

    select
        product_id,
        currency,
        sum(if(quantity > 0, quantity, 0)) as units_sold,
        -sum(if(quantity < 0, quantity, 0)) as units_returned,
        -sum(if(quantity < 0, total_amount, 0)) as amount_returned
    from processed_orders
    where coalesce(is_sale, true)
    group by 1, 2

),

ranked as (

    select
        product_id,
        currency,
        units_sold,
        units_returned,
        amount_returned,
        row_number() over (
            partition by currency order by units_returned desc, product_id
        ) as place
    from products
    where units_returned > 0

)

select
    product_id,
    units_sold,
    units_returned,
    amount_returned,
    round(100e0 * units_returned / nullif(units_sold, 0), 2) as return_percent,
    currency
from ranked
where place <= 20
order by currency, units_returned desc, product_id
