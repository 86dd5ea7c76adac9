"""pandas: read_csv with its guessed types, to_json in lines. Float money, validates nothing."""

import sys

import pandas as pd

source, out = sys.argv[1:]
orders = pd.read_csv(source)
orders["total_amount"] = orders["price"] * orders["quantity"]
orders.to_json(out, orient="records", lines=True)
