"""A plain handler, as tutorials write it: csv in, float money, json out. Validates nothing."""

import csv
import json
import sys
from pathlib import Path

source, out = sys.argv[1:]
with Path(source).open(newline="", encoding="utf-8") as rows, Path(out).open("w") as lines:
    for row in csv.DictReader(rows):
        row["price"] = float(row["price"])
        row["quantity"] = int(row["quantity"])
        row["total_amount"] = row["price"] * row["quantity"]
        lines.write(json.dumps(row) + "\n")
