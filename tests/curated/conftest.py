"""The local AWS of the end-to-end tests, and where the job's environment is missing, a skip."""

import pytest

from tests.e2e.conftest import ROOT, lake, local_aws

__all__ = ["lake", "local_aws"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not (ROOT / ".tools" / "spark" / "bin" / "python").is_file():
        for item in items:
            if "/curated/" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="make spark installs the environment"))
