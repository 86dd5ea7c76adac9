"""The zip of the function on a worker: the first task unpacks it, and no other."""

import sys
import zipfile
from pathlib import Path

import pytest
from order_jobs.backfilling import function_package
from order_jobs.backfilling.function_package import use_package

ADDRESS = "s3://code/order_jobs/abc/function.zip"


class Bucket:
    """Writes a zip with one module, and counts how often."""

    def __init__(self) -> None:
        self.fetched: list[tuple[str, str]] = []

    def download_file(self, bucket: str, key: str, path: str) -> None:
        self.fetched.append((bucket, key))
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("worker_probe.py", "ANSWER = 42")


def test_a_package_is_fetched_once_and_importable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    bucket = Bucket()
    home = use_package(bucket, ADDRESS, tmp_path)
    assert use_package(bucket, ADDRESS, tmp_path) == home
    assert bucket.fetched == [("code", "order_jobs/abc/function.zip")]
    assert sys.path[0] == str(home)
    assert [path.name for path in tmp_path.iterdir()] == [home.name]
    assert (home / "worker_probe.py").is_file()


def test_another_python_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function_package, "PYTHON", (3, 11))
    with pytest.raises(RuntimeError, match="run the job on Glue"):
        use_package(Bucket(), ADDRESS, tmp_path)
