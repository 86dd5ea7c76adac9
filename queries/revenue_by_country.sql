-- Where does revenue come from? One row per country and currency, with its share of the currency in percent.
-- topic: revenue 3
-- chart: bar country revenue
with

countries as (

    select
        coalesce(country, 'unknown') as country,
        currency,
        nullif(count(distinct order_id), 0) as orders,
        sum(total_amount) as revenue
    from processed_orders
    where coalesce(is_sale, true)
    group by 1, 2

)

select
    country,
    orders,
    revenue,
    round(
        100e0 * cast(revenue as double)
        / nullif(cast(sum(revenue) over (partition by currency) as double), 0e0),
        2
    ) as share_percent,
    currency
from countries
order by currency, revenue desc, country
