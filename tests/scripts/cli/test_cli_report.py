import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from orderlake.cli import cli
from report_values import TOTALS
from sql_lake import mirror_with

LINES = '{"product_id":"MUG","quantity":2,"total_amount":15.9}\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with a query, a mirror, and nothing that answers."""
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n')
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "totals.sql").write_text(TOTALS)
    mirror_with(tmp_path / ".orderlake" / "mirror" / "local" / "shop", {"a.json.gz": LINES})
    monkeypatch.setenv("ORDERLAKE_ROOT", str(tmp_path))
    monkeypatch.setenv("ORDERLAKE_ENDPOINT_URL", "http://127.0.0.1:9")
    return tmp_path


def call(*args: str) -> Result:
    return CliRunner().invoke(cli, ["report", *args])


def test_a_report_is_one_file_made_offline(project: Path) -> None:
    result = call("--env", "offline")
    page = project / ".orderlake" / "report-local-shop.html"
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{page}: 1 of 1 queries answered (")
    assert "MUG" in page.read_text("utf-8")


def test_offline_loads_no_aws_library(project: Path) -> None:
    code = """if True:
        import sys
        from orderlake.cli import cli
        cli.main(["report", "--env", "offline"], standalone_mode=False)
        assert not {"boto3", "botocore"} & sys.modules.keys()
    """
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_where_nothing_answers_the_mirror_does_and_the_page_says_so(project: Path) -> None:
    result = call("--out", str(project / "page.html"))
    assert result.exit_code == 0, result.output
    assert "note: no local AWS answers at http://127.0.0.1:9" in result.stderr
    assert "The mirror may be behind: no local AWS" in (project / "page.html").read_text("utf-8")


def test_a_failed_query_is_named_and_the_page_is_there(project: Path) -> None:
    (project / "queries" / "broken.sql").write_text(
        "select 1 / (quantity - 2) as x from processed_orders"
    )
    result = call("--env", "offline", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "broken failed: duckdb:" in result.stderr
    assert document["queries"]["totals"] == "answered"
    assert "ivision by zero" in document["queries"]["broken"]
    assert Path(document["out"]).stat().st_size == document["size_bytes"]


def test_data_that_athena_would_refuse_fail_every_query_and_not_the_page(project: Path) -> None:
    folder = project / ".orderlake" / "mirror" / "local" / "shop"
    mirror_with(folder, {"a.json.gz": "not JSON\n"})
    result = call("--env", "offline")
    assert result.exit_code == 1
    assert "0 of 1 queries answered" in result.stdout
    assert "totals failed: s3://bucket/processed/orders/a.json.gz" in result.stderr


def test_with_nothing_mirrored_and_nothing_asked_there_is_no_page(project: Path) -> None:
    result = call("--env", "offline", "--prefix", "other")
    assert result.exit_code == 1
    assert not (project / ".orderlake" / "report-local-shop.html").exists()
    assert "nothing is mirrored" in result.stderr


@pytest.mark.parametrize("env", ["aws", "offline"])
def test_only_the_local_aws_is_followed(project: Path, env: str) -> None:
    result = call("--serve", "--env", env, "--region", "eu-west-1")
    assert result.exit_code == 2
    assert "--serve follows the local AWS only" in result.stderr
