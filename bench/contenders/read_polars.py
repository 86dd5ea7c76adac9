"""The query by polars over the gzipped JSON itself, with the types given and nothing kept."""

import gzip
import sys
from pathlib import Path

import polars

(folder,) = sys.argv[1:]
totals = []
for path in Path(folder, "objects").glob("*/*"):
    with gzip.open(path) as lines:
        orders = polars.read_ndjson(
            lines.read(), schema={"product_id": polars.String, "total_amount": polars.Float64}
        )
    totals.append(orders.group_by("product_id").agg(polars.col("total_amount").sum()))
total = polars.concat(totals).group_by("product_id").agg(polars.col("total_amount").sum())
assert total.sort("total_amount", descending=True).head(10).height == 10
