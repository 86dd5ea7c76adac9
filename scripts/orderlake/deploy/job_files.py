"""What Glue's jobs run, for the artifact bucket: scripts, their package, the function's zip.

The files lie in one folder that is named by their content, so that new code is a new folder. The
function's zip is built for Glue's workers, which are x86_64, whatever the function's architecture.
"""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

from orderlake.deploy.build import build, code_files
from orderlake.deploy.package import JobFiles, Package, add_entry
from orderlake.settings import Settings

SCRIPTS = ("backfill.py", "curate.py")
WORKERS = "x86_64"


def with_job_files(settings: Settings, package: Package) -> Package:
    """Return the package with what the jobs need, if the parameter `Curated` switches them on."""
    if settings.parameters.get("Curated") != "on":
        return package
    function = package
    if not settings.is_local and settings.architecture != WORKERS:
        function = build(settings.root, WORKERS, is_local=False)
    return replace(package, jobs=job_files(settings.root / "glue", function.path))


def job_files(root: Path, function: Path) -> JobFiles:
    """Return the files for a function's zip; `root` is the folder that holds `order_jobs`."""
    code = root / "order_jobs"
    contents = {name: (code / name).read_bytes() for name in SCRIPTS}
    contents["order_jobs.zip"] = zipped(root, code_files(code))
    contents["function.zip"] = function.read_bytes()
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return JobFiles(f"order_jobs/{digest.hexdigest()}", contents)


def zipped(root: Path, paths: list[Path]) -> bytes:
    """Return a zip of files, named relative to the root; the same files give the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path in paths:
            add_entry(archive, path.relative_to(root).as_posix(), path.read_bytes())
    return data.getvalue()
