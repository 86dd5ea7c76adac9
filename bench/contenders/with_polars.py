"""polars: lazy scan to sink, with its guessed types. Float money, validates nothing."""

import sys

import polars as pl

source, out = sys.argv[1:]
orders = pl.scan_csv(source)
total = (pl.col("price") * pl.col("quantity")).alias("total_amount")
orders.with_columns(total).sink_ndjson(out)
