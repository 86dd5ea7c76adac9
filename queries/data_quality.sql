-- Can the data be trusted? One row per partition: rows, and how many of them deserve a look.
-- topic: data 1
select
    coalesce(dt, 'no date in the key') as delivered,
    count(*) as order_lines,
    count_if(order_date is null) as without_date,
    count_if(currency is null) as without_currency,
    count_if(not coalesce(is_sale, true)) as not_sales,
    count_if(price = 0) as free,
    count_if(quantity < 0) as returns,
    count_if(total_amount <> price * quantity) as derived_prices,
    min(substr(order_date, 1, 10)) as first_day,
    max(substr(order_date, 1, 10)) as last_day
from processed_orders
group by 1
order by 1
