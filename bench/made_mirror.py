"""A mirror of sample orders, transformed by the function's core, without any AWS."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lakes import ROOT
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.settings import engine_for
from order_transform.transform import transform
from order_transform.writing.compression import OutputFile
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot
from orderlake.order_files.sample import write_sample

BUCKET = "shop-processed"
SQL = (ROOT / "queries" / "top_products.sql").read_text("utf-8")
ROWS_PER_FILE = 1_000_000
TYPES = {"price": "double", "quantity": "int", "total_amount": "double", "is_sale": "boolean"}
COLUMN_TEXT = (
    "order_id product_id product_name category customer_id country currency status price quantity"
    " order_date total_amount is_sale"
)
COLUMNS = COLUMN_TEXT.split()


def make_mirror(folder: Path, rows: int) -> MirrorStore:
    """Return a mirror, in a project folder of its own, that holds this many orders."""
    folder.mkdir()
    for name in ("queries", "orderlake.toml", "template.yaml"):
        (folder / name).symlink_to(ROOT / name)
    store = MirrorStore(folder / ".orderlake" / "mirror" / "local" / "shop")
    contract = parse_contract(default_contract_text())
    entries = []
    for number, start in enumerate(range(0, rows, ROWS_PER_FILE)):
        with TemporaryDirectory(dir=folder) as name:
            source, work_dir = Path(name) / "orders.csv", Path(name) / "out"
            work_dir.mkdir()
            write_sample(source, min(ROWS_PER_FILE, rows - start), seed=number)
            made = transform(source, work_dir, contract, engine=engine_for(1024))
            entries.append(keep(store, made.processed, number))
    now = datetime.now(UTC)
    with store.lock(exclusive=True):
        store.write(Snapshot("'bench'", now, (glue_table(),), tuple(entries)))
    return store


def keep(store: MirrorStore, made: OutputFile | None, number: int) -> MirroredObject:
    """Move a transformed file into the mirror."""
    assert made is not None
    data = made.path.read_bytes()
    key = f"processed/orders/part-{number:05}.json.gz"
    entry = MirroredObject(BUCKET, key, hashlib.md5(data).hexdigest(), len(data))
    path = store.path_of(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.path.replace(path)
    return entry


def glue_table(bucket: str = BUCKET) -> dict[str, Any]:
    """Return the table as Glue's GetTable and GetPartitions tell it."""
    descriptor = {
        "Location": f"s3://{bucket}/processed/orders/",
        "Columns": [{"Name": name, "Type": TYPES.get(name, "string")} for name in COLUMNS],
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
    }
    table = {
        "DatabaseName": "shop_orders",
        "Name": "shop_processed_orders",
        "StorageDescriptor": descriptor,
        "PartitionKeys": [],
    }
    return {"Table": table, "Partitions": []}
