"""The work folder of a transform: what a killed call left does not fill the disk."""

import os
import subprocess
import sys
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
        path.write_bytes(ORDERS)

    with runner.transformed("raw/a.csv", download, "v1"):
        pass
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {f"{WORK_FOLDER}{os.getppid()}-abc", f"{WORK_FOLDER}not-ours"}
