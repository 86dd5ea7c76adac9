-- Which categories earn most? One row a category, highest revenue first, with its share in percent.
-- topic: revenue 4
-- chart: bar category revenue
with

categories as (

    select
        coalesce(category, 'unknown') as category,
        count(distinct product_id) as products,
        sum(quantity) as units,
        sum(total_amount) as revenue
    from processed_orders
    group by 1

)

select
    category,
    products,
    units,
    revenue,
    round(
        100e0 * cast(revenue as double) / nullif(cast(sum(revenue) over () as double), 0e0), 2
    ) as share_percent
from categories
order by revenue desc, category
