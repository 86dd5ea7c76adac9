"""A plain handler, as tutorials write it: csv in, float money, json out. Validates nothing."""

import csv
import json
import sys
from pathlib import Path

source, out = sys.argv[1:]
with Path(source).open(newline="", encoding="utf-8") as rows, Path(out).open("w") as lines:
    for row in csv.DictReader(rows):
        price, quantity = float(row["price"]), int(row["quantity"])
        order = row | {"price": price, "quantity": quantity, "total_amount": price * quantity}
        lines.write(json.dumps(order) + "\n")
