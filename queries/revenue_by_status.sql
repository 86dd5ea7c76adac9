-- What counts as revenue, and what was left out? One row per status and currency, sales first.
-- topic: data 2
with

statuses as (

    select
        coalesce(is_sale, true) as counts_as_sale,
        coalesce(status, 'no status') as order_status,
        currency,
        count(*) as order_lines,
        sum(total_amount) as amount
    from processed_orders
    group by 1, 2, 3

)

select
    counts_as_sale,
    order_status,
    order_lines,
    amount,
    currency
from statuses
order by counts_as_sale desc, currency, amount desc, order_status
