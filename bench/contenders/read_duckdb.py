"""The query by DuckDB over the gzipped JSON itself, with the types given and nothing kept."""

import sys

import duckdb

(folder,) = sys.argv[1:]
orders = (
    f"read_json('{folder}/objects/*/*', format = 'newline_delimited', compression = 'gzip', "
    "columns = {product_id: 'VARCHAR', total_amount: 'DOUBLE'})"
)
rows = duckdb.connect().execute(
    "select product_id, cast(sum(cast(total_amount as decimal(38, 6))) as decimal(18, 2)) as r "
    f"from {orders} group by 1 order by 2 desc, 1 limit 10"
)
assert len(rows.fetchall()) == 10
