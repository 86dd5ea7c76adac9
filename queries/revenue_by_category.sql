-- Which categories earn most? One row per category and currency, with its share of the currency in percent.
-- topic: revenue 4
-- chart: bar category revenue
with

categories as (

    select
        coalesce(category, 'unknown') as category,
        currency,
        count(distinct product_id) as products,
        sum(quantity) as units,
        sum(total_amount) as revenue
    from processed_orders
    where coalesce(is_sale, true)
    group by 1, 2

)

select
    category,
    products,
    units,
    revenue,
    round(
        100e0 * cast(revenue as double)
        / nullif(cast(sum(revenue) over (partition by currency) as double), 0e0),
        2
    ) as share_percent,
    currency
from categories
order by currency, revenue desc, category
