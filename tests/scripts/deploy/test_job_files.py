"""What Glue's jobs run: complete, and named by its content."""

import io
import zipfile
from pathlib import Path

from orderlake.deploy.job_files import SCRIPTS, job_files

GLUE = Path(__file__).resolve().parents[3] / "glue"


def test_the_folder_has_the_scripts_their_package_and_the_function(tmp_path: Path) -> None:
    function = tmp_path / "function.zip"
    function.write_bytes(b"zip")
    jobs = job_files(GLUE, function)
    assert jobs.contents.keys() == {*SCRIPTS, "order_jobs.zip", "function.zip"}
    with zipfile.ZipFile(io.BytesIO(jobs.contents["order_jobs.zip"])) as archive:
        assert {"order_jobs/__init__.py", "order_jobs/arguments.py"} <= {*archive.namelist()}
    assert job_files(GLUE, function) == jobs
    function.write_bytes(b"another")
    assert job_files(GLUE, function).folder != jobs.folder
