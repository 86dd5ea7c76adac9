-- How much is sold each day? One row a day on which something was ordered, in order of time.
-- topic: revenue 1
-- param since: date = 1900-01-01, the first day that counts
-- param until: date = 2999-12-31, the last day that counts
-- chart: line order_day revenue
with

orders as (

    select
        date(substr(order_date, 1, 10)) as order_day,
        order_id,
        quantity,
        total_amount as amount
    from processed_orders
    where order_date is not null

)

select
    order_day,
    count(distinct order_id) as orders,
    sum(quantity) as units,
    sum(amount) as revenue
from orders
where order_day between :since and :until
group by 1
order by 1
