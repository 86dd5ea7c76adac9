-- Who buys most? One row per customer and currency, highest revenue first, twenty rows per currency.
-- topic: customers 3
-- chart: bar customer_id revenue
with

customers as (

    select
        customer_id,
        currency,
        nullif(count(distinct order_id), 0) as orders,
        min(substr(order_date, 1, 10)) as first_order,
        max(substr(order_date, 1, 10)) as last_order,
        sum(total_amount) as revenue
    from processed_orders
    where customer_id is not null and coalesce(is_sale, true)
    group by 1, 2

),

ranked as (

    select
        customer_id,
        currency,
        orders,
        first_order,
        last_order,
        revenue,
        row_number() over (partition by currency order by revenue desc, customer_id) as place
    from customers

)

select
    customer_id,
    orders,
    first_order,
    last_order,
    revenue,
    currency
from ranked
where place <= 20
order by currency, revenue desc, customer_id
