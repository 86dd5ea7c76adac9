"""The cost of a month in docs/aws.md: worked out again from its own prices, inputs and formulas."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cloudformation_yaml import Loader
from order_transform.delivery.protocol import Delivered
from order_transform.logs import log_delivered
from order_transform.writing.report import Report

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "aws.md").read_text("utf-8")
SIZES = ("small", "medium", "large")
TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader)


def table(first: str) -> list[list[str]]:
    """Return the rows of the table whose first heading is `first`, without code marks."""
    (found,) = re.findall(rf"^\| {first} \|.*\n\|[- |]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    return [
        [cell.strip().strip("`*") for cell in row.strip("|").split("|")]
        for row in found.splitlines()
    ]


PRICES = {row[0]: float(row[1]) for row in table("price")}
INPUTS = {row[0]: dict(zip(SIZES, map(float, row[1:4]), strict=True)) for row in table("input")}
FORMULAS = dict(table("part"))
RESULTS = {row[0]: dict(zip(SIZES, row[1:4], strict=True)) for row in table("a month")}


def cost(part: str, size: str) -> float:
    values = PRICES | {name: given[size] for name, given in INPUTS.items()}
    return float(eval(FORMULAS[part], {"__builtins__": {}, "max": max}, values))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("part", FORMULAS)
def test_a_part_costs_what_its_formula_gives(part: str, size: str) -> None:
    assert RESULTS[part][size] == f"${cost(part, size):,.2f}"


@pytest.mark.parametrize("size", SIZES)
def test_the_parts_come_to_what_they_come_to_together(size: str) -> None:
    together = sum(cost(part, size) for part in FORMULAS)
    assert RESULTS["together"][size] == f"${together:,.0f}"
    assert set(RESULTS) == set(FORMULAS) | {"together"}


@pytest.mark.parametrize("name", [*PRICES, *INPUTS])
def test_every_price_and_input_is_used(name: str) -> None:
    assert any(re.search(rf"\b{name}\b", formula) for formula in FORMULAS.values())


def test_the_inputs_that_the_template_decides_are_its_defaults() -> None:
    parameters = {
        name: one["Default"] for name, one in TEMPLATE["Parameters"].items() if "Default" in one
    }
    alarms = [r for r in TEMPLATE["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    for size in SIZES:
        assert INPUTS["memory"][size] * 1024 == parameters["MemorySize"]
        assert INPUTS["disk"][size] * 1024 + 512 == parameters["EphemeralStorageSize"]
        assert INPUTS["alarms"][size] == len(alarms)


def test_the_metrics_are_those_that_the_function_writes(capsys: pytest.CaptureFixture[str]) -> None:
    body = {
        "counts": {"records": 1, "accepted": 1, "rejected": 0, "blank": 0},
        "source": {"size_bytes": 1, "version_id": "v"},
        "refusal": None,
        "reject_codes": {},
        "choices": [],
        "timings": {"transform_seconds": 0.1},
    }
    log_delivered(Delivered("raw/k.csv", "done", Report("done", None, "1", body=body)))
    (written,) = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
    assert INPUTS["metrics"]["small"] == len(written["Metrics"])


def test_every_parameter_of_the_template_that_a_person_chooses_is_explained() -> None:
    ours = {"Prefix", "CodeBucket", "CodeKey", "Architecture", "RawBucketName", "RawPrefix"}
    ours.add("JobsFolder")
    rows = " ".join(row[0] for row in table("parameter"))
    for name in set(TEMPLATE["Parameters"]) - ours:
        assert name in rows, name


def test_what_is_said_of_the_defaults_is_so() -> None:
    parameters = TEMPLATE["Parameters"]
    for names, defaults, _ in table("parameter"):
        for name, told in zip(names.split(", "), defaults.split(", "), strict=True):
            default = parameters[name.strip("`")]["Default"]
            spelled = {"": "empty", 10_000_000_000: "10 GB"}.get(default, str(default))
            assert told == spelled, name
