"""A field that is added to the contract alone is known to the transform, the crawl and the SQL."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FIELD = '\n[fields.discount]\ntype = "decimal"\naliases = ["What was let off"]\n'
NAME = '\n[another_shop]\n"Nachlass in Prozent" = "discount"\n'
PROGRAM = """
import json, sys
from pathlib import Path
from athena_sql.lint.check import CONTRACT_TABLE, check
from order_transform.catalog.table_types import differing_types
from order_transform.contract.hive_types import hive_columns
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.transform import transform

contract = parse_contract(default_contract_text())
lines = []
for header in ("What was let off", "Nachlass in Prozent"):
    source, work_dir = Path(sys.argv[1]) / f"{header}.csv", Path(sys.argv[1]) / f"out {header}"
    source.write_text(f"sku,price,qty,{header}\\nMUG,7.50,2,0.50\\n", encoding="utf-8")
    work_dir.mkdir()
    result = transform(source, work_dir, contract, compression="none")
    lines.append(result.processed.path.read_text("utf-8"))
crawled = {"StorageDescriptor": {"Columns": [{"Name": "discount", "Type": "double"}]}}
print(json.dumps({
    "lines": lines,
    "crawl": differing_types(crawled, hive_columns(contract)),
    "query": {column.name: column.type for column in CONTRACT_TABLE.columns},
    "findings": [str(one) for one in check("select sum(discount) as given from processed_orders")],
    "unknown": [str(one) for one in check("select sum(price) as given from processed_orders")],
}))
"""


def test_a_field_of_the_contract_is_known_to_transform_crawl_and_typed_query(
    tmp_path: Path,
) -> None:
    for folder in ("lambda", "queries"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    contract = tmp_path / "lambda" / "order_transform" / "contract"
    for name, added in (("contract.toml", FIELD), ("headers.toml", NAME)):
        with (contract / name).open("a", encoding="utf-8") as file:
            file.write(added)
    paths = os.pathsep.join(str(tmp_path / folder) for folder in ("lambda", "queries"))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    known = json.loads(done.stdout)
    for line in known["lines"]:
        assert json.loads(line)["discount"] == 0.5
        assert "source" not in line
    assert known["crawl"]["discount"] == "decimal(24,6)"
    assert known["query"]["discount"] == "decimal(24,6)"
    assert known["findings"] == known["unknown"]
