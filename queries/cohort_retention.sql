-- Do customers stay? One row per month of first order and number of months since, with who bought.
-- topic: customers 2
-- chart: heat cohort months_since retained_percent
with

months as (

    select distinct
        customer_id,
        date_trunc('month', date(substr(order_date, 1, 10))) as order_month
    from processed_orders
    where
        customer_id is not null
        and order_date is not null
        and quantity > 0
        and coalesce(is_sale, true)

),

customers as (

    select
        customer_id,
        order_month,
        min(order_month) over (partition by customer_id) as cohort
    from months

),

retained as (

    select
        cohort,
        date_diff('month', cohort, order_month) as months_since,
        count(*) as customers
    from customers
    group by 1, 2

),

newest as (

    select max(order_month) as order_month
    from months

),

cohorts as (

    select
        cohort,
        max(customers) as first_customers
    from retained
    group by 1

),

distances as (

    select distinct months_since
    from retained

),

-- A month that has passed without an order has 0; one that is still to come has no row.
passed as (

    select
        cohorts.cohort,
        cohorts.first_customers,
        distances.months_since
    from cohorts
    cross join distances
    cross join newest
    where date_add('month', distances.months_since, cohorts.cohort) <= newest.order_month

)

select
    passed.cohort,
    passed.months_since,
    coalesce(retained.customers, 0) as customers,
    round(100e0 * coalesce(retained.customers, 0) / passed.first_customers, 2) as retained_percent
from passed
left join
    retained
    on passed.cohort = retained.cohort and passed.months_since = retained.months_since
order by 1, 2
