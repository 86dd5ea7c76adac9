"""DuckDB's bare COPY from the CSV, with its guessed types, to uncompressed JSON."""

import sys

import duckdb

source, out = sys.argv[1:]
orders = f"SELECT *, price * quantity AS total_amount FROM read_csv('{source}')"
duckdb.connect().execute(f"COPY ({orders}) TO '{out}' (FORMAT json)")
