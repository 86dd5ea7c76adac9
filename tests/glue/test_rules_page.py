"""The rules in docs/crawler.md: each row has evidence, a strength, and a test that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared" / "facts"
PAGE = (ROOT / "docs" / "crawler.md").read_text("utf-8")
# A recording (`A06`) or a case of evidence (`c29`).
CODE = re.compile(r"\b([AB]\d\d|c\d\d)\b")


def rows_of(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its header."""
    lines = PAGE.partition(f"\n{heading}\n")[2].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


RULES = rows_of("## The rules and their evidence")


def find_test(name: str) -> Path:
    """The file of a test as the page names it, from the root or from tests/glue."""
    found = (ROOT / f"{name}.py", ROOT / "tests" / "glue" / f"{name}.py")
    return next((path for path in found if path.is_file()), found[-1])


def test_the_page_has_rules() -> None:
    assert len(RULES) > 30


@pytest.mark.parametrize("row", RULES, ids=[row[0][:40] for row in RULES])
def test_a_rule_has_evidence_a_strength_and_a_test_that_exists(row: list[str]) -> None:
    rule, evidence, strength, test = row
    assert rule
    assert evidence
    assert re.fullmatch(r"[SDW](, [SDW])*(, old|, unclear)?", strength)
    path = find_test(test.split(" ")[0])
    assert path.is_file()
    cases = re.findall(r"\bc\d\d\b", evidence)
    if cases and "test_crawler_evidence" in test:
        text = path.read_text("utf-8")
        assert [code for code in cases if f'"{code}_' not in text] == []


@pytest.mark.skipif(not FACTS.is_dir(), reason=f"the recordings are not at {FACTS}")
@pytest.mark.parametrize("code", sorted({code for row in RULES for code in CODE.findall(row[1])}))
def test_a_recording_that_the_page_names_is_there(code: str) -> None:
    folder = "crawler_evidence" if code.startswith("c") else "crawler_vectors"
    assert list((FACTS / folder).glob(f"{code}_*"))


def test_every_test_of_the_crawler_s_rules_is_named_on_the_page() -> None:
    named = {find_test(row[3].split(" ")[0]).name for row in RULES}
    rules_of_files = {"test_policies.py", "test_policy_matrix.py", "test_merging.py"}
    rules_of_files |= {"test_footers.py", "test_classify.py", "test_folders.py"}
    assert rules_of_files <= named


SOURCES = ("docs.aws.amazon.com", "recorded", "own rule", "own choice", "our own", "github.com")


@pytest.mark.parametrize(
    "module",
    [
        "classifiers/classify",
        "classifiers/definition",
        "classifiers/grok_pattern",
        "classifiers/json_path",
        "grouping/clusters",
        "grouping/folders",
        "grouping/lake_formats",
        "objects/exclusions",
        "objects/sample_memory",
        "objects/sampling",
        "planning/changes",
        "planning/merging",
        "planning/table_input",
        "reading/compression",
        "reading/csv_text",
        "reading/framed_decoders",
        "schema/columns",
        "schema/hive_types",
    ],
)
def test_a_module_with_rules_says_where_they_come_from(module: str) -> None:
    text = (ROOT / "glue" / "glue_crawler" / f"{module}.py").read_text("utf-8")
    words = " ".join(text.replace("#", " ").split())
    assert any(source in words for source in SOURCES)
