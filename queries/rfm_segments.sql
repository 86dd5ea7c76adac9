-- Which customers need attention? One row a segment by recency, frequency and money, best first.
-- topic: customers 4
-- chart: bar segment customers
with

customers as (

    select
        customer_id,
        max(date(substr(order_date, 1, 10))) as last_order,
        count(distinct order_id) as orders,
        sum(total_amount) as revenue
    from processed_orders
    where customer_id is not null and order_date is not null
    group by 1

),

scored as (

    select
        revenue,
        ntile(4) over (order by last_order, customer_id) as recency,
        ntile(4) over (order by orders, customer_id) as frequency,
        ntile(4) over (order by revenue, customer_id) as money
    from customers

),

named as (

    select
        revenue,
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
    sum(revenue) as revenue
from named
group by 1
order by 1
