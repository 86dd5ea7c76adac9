-- What is bought together? One row per pair of products in the same order, most often first, twenty rows.
-- topic: products 3
-- param least: bigint = 2, the least number of orders that a pair must share
with

lines as (

    select distinct order_id, product_id
    from processed_orders
    where order_id is not null and quantity > 0 and coalesce(is_sale, true)

),

-- numbers instead of names: the pairs are many, and short keys are quicker to count
numbered as (

    select
        product_id,
        dense_rank() over (order by order_id) as order_number,
        dense_rank() over (order by product_id) as product_number
    from lines

),

pairs as (

    select
        one.product_number as one_number,
        other.product_number as other_number,
        count(*) as orders
    from numbered as one
    inner join numbered as other
        on one.order_number = other.order_number and one.product_number < other.product_number
    group by 1, 2
    having count(*) >= :least

),

products as (

    select distinct product_number, product_id
    from numbered

)

select
    one.product_id as product,
    other.product_id as other_product,
    pairs.orders
from pairs
inner join products as one on pairs.one_number = one.product_number
inner join products as other on pairs.other_number = other.product_number
order by orders desc, product, other_product
limit 20
