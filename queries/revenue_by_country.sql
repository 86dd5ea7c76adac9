-- Where does revenue come from? One row a country, highest revenue first, with its share in percent.
-- topic: revenue 3
-- chart: bar country revenue
with

countries as (

    select
        coalesce(country, 'unknown') as country,
        count(distinct order_id) as orders,
        sum(total_amount) as revenue
    from processed_orders
    group by 1

)

select
    country,
    orders,
    revenue,
    round(
        100e0 * cast(revenue as double) / nullif(cast(sum(revenue) over () as double), 0e0), 2
    ) as share_percent
from countries
order by revenue desc, country
