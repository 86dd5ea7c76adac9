"""The work folder of a transform: what a killed call left does not fill the disk."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.delivery.runner import WORK_FOLDER, LocalTransformRunner
from order_transform.sql.engine import Engine

ORDERS = b"sku,price,quantity\nA,1.10,2\n"


@pytest.fixture
def runner() -> LocalTransformRunner:
    contract = parse_contract(default_contract_text())
    return LocalTransformRunner(contract, "gzip", Engine(threads=1, memory_mib=256))


def test_what_killed_calls_left_is_removed_and_what_others_use_stays(
    runner: LocalTransformRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for owner in (ended.pid, os.getpid(), os.getppid()):
        folder = tmp_path / f"{WORK_FOLDER}{owner}-abc"
        folder.mkdir()
        (folder / "raw").write_bytes(b"x" * 1000)
    (tmp_path / f"{WORK_FOLDER}not-ours").mkdir()

    def download(path: Path) -> None:
        path.write_bytes(ORDERS)  # the day of its upload is not known

    with runner.transformed("raw/a.csv", download, "v1"):
        pass
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {f"{WORK_FOLDER}{os.getppid()}-abc", f"{WORK_FOLDER}not-ours"}


def test_dates_after_the_upload_tell_the_day_from_the_month(runner: LocalTransformRunner) -> None:
    rows = b"sku,price,quantity,order_date\na,1.00,1,03/12/2026\nb,2.00,1,04/12/2026\n"

    def order(uploaded: date | None) -> tuple[str, str]:
        def download(path: Path) -> date | None:
            path.write_bytes(rows)
            return uploaded

        with runner.transformed("raw/a.csv", download, "v1") as output:
            [choice] = [one for one in output.result.choices if one.name == "date_order"]
            return str(choice.value), choice.certainty.value

    assert order(date(2026, 5, 1)) == ("month_first", "proven")
    assert order(date(2026, 12, 31))[1] != "proven"
    assert order(None)[1] != "proven"
