-- Can the data be trusted? One row a partition: rows, and how many of them deserve a look.
-- topic: data 1
with

orders as (

    select
        coalesce(dt, 'no date in the key') as delivered,
        order_date,
        price,
        quantity,
        total_amount as amount,
        price * quantity as expected
    from processed_orders

)

select
    delivered,
    count(*) as order_lines,
    count_if(order_date is null) as without_date,
    count_if(price = 0) as free,
    count_if(quantity < 0) as returns,
    count_if(amount <> expected) as wrong_totals,
    min(substr(order_date, 1, 10)) as first_day,
    max(substr(order_date, 1, 10)) as last_day
from orders
group by 1
order by 1
