"""A project folder whose lake was filled by the function's core and the crawler, without AWS.

Its report has the same content as that of a deployed pipeline: a mirror, and health from reports.
"""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from glue_crawler.local import describe_folder
from order_transform.delivery.layout import outputs_for
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot
from orderlake.order_files.transform import Job, read_contract, transform_file
from orderlake.pipeline.inventory import (
    Inventory,
    RawFile,
    RawFiles,
    summarize_report,
)
from orderlake.pipeline.outcomes import RawVersion
from orderlake.pipeline.rejected import count_codes, rejected_files
from orderlake.pipeline.status import compare
from orderlake.report.gather import Report, gather
from orderlake.report.health import Health
from orderlake.settings import load

ROOT = Path(__file__).resolve().parents[2]
BUCKET = "shop-processed-000000000000-us-east-1"
MADE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def fill_lake(folder: Path, paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Transform order files into a folder as the processed bucket would be; return the reports."""
    contract = read_contract(None)
    return [transform_file(Job(path, f"raw/{path.name}"), folder, contract, {}) for path in paths]


def mirror_lake(lake: Path, store: MirrorStore) -> None:
    """Crawl a folder and mirror it, as `crawl` and `sync` would."""
    folder = lake / "processed" / "orders"
    (found,) = describe_folder(folder, database="shop_orders", prefix="shop_processed_").tables
    table = json.loads(json.dumps(found["Table"], default=str))
    root = f"s3://{BUCKET}/processed/orders/"
    storage = table["StorageDescriptor"] | {"Location": root}
    parts = [
        {
            "Values": [part.name.partition("=")[2]],
            "StorageDescriptor": storage | {"Location": f"{root}{part.name}/"},
        }
        for part in sorted(folder.iterdir())
    ]
    entries = {path: entry_of(path, lake) for path in sorted(folder.rglob("*.json.gz"))}
    with store.lock(exclusive=True):
        for path, entry in entries.items():
            target = store.path_of(entry)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        described = {"Table": table | {"StorageDescriptor": storage}, "Partitions": parts}
        store.write(Snapshot("'local'", MADE, (described,), tuple(entries.values())))


def entry_of(path: Path, lake: Path) -> MirroredObject:
    """Return a file as S3 would list it; its content never changes, so its name can be its ETag."""
    return MirroredObject(BUCKET, path.relative_to(lake).as_posix(), path.name, path.stat().st_size)


def health_of(reports: Sequence[dict[str, Any]], paths: Sequence[Path]) -> Health:
    """Return the health of a pipeline that wrote these reports about these files."""
    raw = {
        report["source"]["key"]: RawFile(
            RawVersion(report["source"]["key"], None, ""), path.stat().st_size, MADE
        )
        for report, path in zip(reports, paths, strict=True)
    }
    summaries = {outputs_for(r["source"]["key"]).report: summarize_report(r) for r in reports}
    inventory = Inventory(RawFiles(raw), summaries)
    return Health(compare(inventory, 0), count_codes(rejected_files(inventory)), MADE)


def make_report(root: Path, paths: Sequence[Path], queries: Path = ROOT / "queries") -> Report:
    """Return the report of a new shop that got these files."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "orderlake.toml").write_text('prefix = "shop"\n', "utf-8")
    (root / "queries").symlink_to(queries)
    reports = fill_lake(root / "lake", paths)
    settings = load("local", environ={"ORDERLAKE_ROOT": str(root)})
    mirror_lake(root / "lake", MirrorStore(root / ".orderlake" / "mirror" / "local" / "shop"))
    offline = gather(settings, is_offline=True, on_progress=lambda done, total: None)
    return Report(
        prefix=offline.prefix,
        env=offline.env,
        made_at=MADE,
        sections=offline.sections,
        overview=offline.overview,
        health=health_of(reports, paths),
    )
