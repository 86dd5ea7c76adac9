"""The CI workflow: make targets only, actions pinned, and AWS only with somebody's consent."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
COMMANDS = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
TARGETS = re.findall(r"^([a-z][a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_runs_make_targets_and_nothing_else(command: str) -> None:
    found = re.fullmatch(r"make ([a-z-]+)( [A-Z]+=('[^']*'|[\w./-]+))*", command)
    assert found, command
    assert found[1] in TARGETS


@pytest.mark.parametrize("line", re.findall(r"uses: .*", TEXT))
def test_every_action_is_pinned_to_a_commit_with_its_release_beside_it(line: str) -> None:
    assert re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


def test_only_jobs_that_go_to_aws_may_ask_for_an_identity_and_each_has_an_environment() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    with_identity = {name for name, job in JOBS.items() if "id-token" in job.get("permissions", {})}
    to_aws = {name for name, job in JOBS.items() if "ENV=aws" in str(job["steps"])}
    assert with_identity == to_aws == {"plan", "deploy"}
    assert {name: JOBS[name]["environment"] for name in to_aws} == {
        "plan": "aws-plan",
        "deploy": "aws",
    }


def test_a_deployment_comes_after_its_plan_and_the_plan_after_every_check() -> None:
    assert JOBS["deploy"]["needs"] == "plan"
    assert set(JOBS["plan"]["needs"]) == JOBS.keys() - {"plan", "deploy"}
    assert "make deploy ENV=aws ARGS=--plan" in COMMANDS
    assert "make deploy ENV=aws ARGS=--yes" in [step.get("run") for step in JOBS["deploy"]["steps"]]


def test_a_deployment_is_never_cut_short() -> None:
    assert JOBS["deploy"]["concurrency"]["cancel-in-progress"] is False
    assert WORKFLOW["concurrency"]["cancel-in-progress"] == (
        "${{ github.event_name == 'pull_request' }}"
    )


def test_the_guide_names_every_variable_and_environment_that_the_workflow_reads() -> None:
    guide = (ROOT / "docs" / "ci.md").read_text("utf-8")
    for name in set(re.findall(r"vars\.(\w+)", TEXT)):
        assert f"| `{name}` |" in guide
    # GitHub's two forms: https://docs.github.com/en/actions/concepts/security/openid-connect
    for job in ("plan", "deploy"):
        for repository in ("OWNER/REPOSITORY", "OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID"):
            assert f'"repo:{repository}:environment:{JOBS[job]["environment"]}"' in guide
