"""Real exports that nobody here wrote: their counts and sums are those of two other tools."""

import json
import tarfile
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from transformed import CONTRACT, Outcome, run

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
TRUTH = sorted((DATA / "truth").glob("*.json"))
DAYS = 4
pytestmark = pytest.mark.skipif(not TRUTH, reason=f"the real exports are not at {DATA}")


def truth(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    return found


ONE_FILE = [path for path in TRUTH if len(truth(path)["files"]) == 1 and "by_day" not in path.stem]


@pytest.mark.parametrize("path", ONE_FILE, ids=lambda path: path.stem)
def test_a_real_export_has_its_true_sum(path: Path) -> None:
    known = truth(path)
    outcome = run((DATA / known["files"][0]).read_bytes(), CONTRACT)
    check_conserved(outcome)
    assert outcome.refusal is None
    assert outcome.counts.records == known["rows"]
    # Rows with a negative price or a quantity of zero have a sum in the truth, and no place here.
    removed = outcome.result.reject_codes.get("zero", 0)
    assert outcome.counts.accepted == known["counts"]["rows_B_numeric"] - removed
    # Where the price is the whole line's, price times quantity is not the revenue.
    right = known["revenue"]["sum"] if "revenue" in known else known["sums"]["B_numeric"]
    assert outcome.result.total_amount == Decimal(str(right))


def test_a_few_days_of_a_real_shop_are_read_to_the_last_row() -> None:
    archive = DATA / "online_retail_by_day.tar.gz"
    if not archive.exists():
        pytest.skip(f"the days of the real shop are not at {archive}")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as days:
        members = [member for member in days.getmembers() if member.name.endswith(".csv")]
        for member in members[:: len(members) // DAYS][:DAYS]:
            days.extract(member, folder, filter="data")
            data = (Path(folder) / member.name).read_bytes()
            outcome = run(data, CONTRACT)
            check_conserved(outcome)
            assert outcome.counts.accepted == outcome.counts.records > 100


def check_conserved(outcome: Outcome) -> None:
    counts = outcome.counts
    assert counts.records == counts.accepted + counts.rejected + counts.blank
    assert sum(line["total_amount"] for line in outcome.lines) == outcome.result.total_amount
    assert all(
        line["total_amount"] == line["price"] * line["quantity"]
        for line in outcome.lines
        if not line.get("price_is_derived")
    )
