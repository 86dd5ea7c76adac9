-- Which customers need attention? One row per segment (recency, frequency, money) and currency, best first.
-- A line without an order id counts as an order of its day.
-- topic: customers 4
-- chart: bar segment customers
with

customers as (

    select
        customer_id,
        currency,
        max(date(substr(order_date, 1, 10))) as last_order,
        count(distinct coalesce(order_id, substr(order_date, 1, 10))) as orders,
        sum(total_amount) as revenue
    from processed_orders
    where customer_id is not null and order_date is not null and coalesce(is_sale, true)
    group by 1, 2

),

scored as (

    select
        revenue,
        currency,
        ntile(4) over (partition by currency order by last_order, customer_id) as recency,
        ntile(4) over (partition by currency order by orders, customer_id) as frequency,
        ntile(4) over (partition by currency order by revenue, customer_id) as money
    from customers

),

named as (

    select
        revenue,
        currency,
        case
            when recency = 4 and frequency = 4 and money = 4 then '1 champions'
            when recency >= 3 and frequency >= 3 then '2 loyal'
            when recency >= 3 then '3 new or promising'
            when frequency >= 3 or money >= 3 then '4 at risk'
            else '5 lost'
        end as segment
    from scored

)

select
    segment,
    count(*) as customers,
    sum(revenue) as revenue,
    currency
from named
group by segment, currency
order by currency, segment
