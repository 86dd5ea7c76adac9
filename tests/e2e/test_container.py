"""The container itself: who it runs as, what it may touch, where it listens, and its failures.

The other end-to-end tests run against it, too, with ORDERLAKE_RUNTIME=docker: make test-docker.
"""

import http.client
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from orderlake.local_aws.container import project_of

from .conftest import Lake, free_port, linked_checkout

pytestmark = pytest.mark.docker


def docker(*command: str) -> str:
    done = subprocess.run(["docker", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def containers(root: Path) -> list[str]:
    label = f"label=com.docker.compose.project={project_of(root)}"
    return docker("ps", "--all", "--quiet", "--filter", label).split()


@pytest.fixture(scope="module")
def container(lake: Lake) -> str:
    if os.environ.get("ORDERLAKE_RUNTIME") != "docker":
        pytest.skip("the local AWS of this run is not a container: make test-docker runs this")
    [found] = containers(lake.root)
    return found


@pytest.fixture(scope="module")
def described(container: str) -> dict[str, Any]:
    [found] = json.loads(docker("inspect", container))
    assert isinstance(found, dict)
    return found


def test_it_runs_without_root_and_without_privileges(
    container: str, described: dict[str, Any]
) -> None:
    host = described["HostConfig"]
    assert docker("exec", container, "id", "-u") == "10001"
    assert host["CapDrop"] == ["ALL"]
    assert not host["Privileged"]
    assert any(option.startswith("no-new-privileges") for option in host["SecurityOpt"])


def test_it_mounts_its_own_volume_and_nothing_of_this_machine(described: dict[str, Any]) -> None:
    [mount] = described["Mounts"]
    assert (mount["Type"], mount["Destination"]) == ("volume", "/var/lib/localstack")
    assert [*described["HostConfig"]["Tmpfs"]] == ["/tmp"]


def test_its_root_is_read_only(container: str, described: dict[str, Any]) -> None:
    assert described["HostConfig"]["ReadonlyRootfs"]
    touched = ["docker", "exec", container, "touch", "/opt/localstack/new"]
    done = subprocess.run(touched, capture_output=True, text=True, check=False)
    assert "Read-only file system" in done.stderr


def test_it_is_published_on_loopback_only(lake: Lake, described: dict[str, Any]) -> None:
    bindings = described["NetworkSettings"]["Ports"]
    published = [binding for found in bindings.values() for binding in found or []]
    assert published == [{"HostIp": "127.0.0.1", "HostPort": str(lake.port)}]


def test_its_memory_and_processes_are_limited(described: dict[str, Any]) -> None:
    assert described["HostConfig"]["Memory"] == 4 << 30
    assert described["HostConfig"]["PidsLimit"] == 1024


def test_an_address_that_it_hands_out_leads_to_it_from_both_sides(
    lake: Lake, container: str
) -> None:
    address = lake.aws("sqs").create_queue(QueueName="addressed")["QueueUrl"]
    assert address.startswith(f"http://127.0.0.1:{lake.port}/")
    look = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).status)"
    health = f"http://127.0.0.1:{lake.port}/_localstack/health"
    assert docker("exec", container, "python", "-c", look, health) == "200"
    outside = http.client.HTTPConnection("127.0.0.1", lake.port, timeout=5)
    outside.request("GET", "/_localstack/health")
    assert outside.getresponse().status == 200
    outside.close()


def test_no_secret_and_no_variable_of_the_caller_is_in_it(described: dict[str, Any]) -> None:
    variables = (entry.partition("=") for entry in described["Config"]["Env"])
    names = {name for name, _, value in variables if value}  # the token is of a Trino, if one runs
    assert not [name for name in names if name.startswith("AWS_") or "TOKEN" in name]


def test_two_checkouts_side_by_side_and_nothing_left_of_the_second(
    container: str, lake: Lake, tmp_path: Path
) -> None:
    # The same port on purpose: the second has to find another one.
    other = Lake(linked_checkout(tmp_path), lake.port)
    try:
        started = other.json("local", "up", "--json")
        assert started["port"] != lake.port
        [second] = containers(other.root)
        assert second != container
        docker("kill", second)
        assert other.json("local", "up", "--json")["is_new"]
        [third] = containers(other.root)
        assert third != second
        # As if the command had been killed before it wrote down what it had started.
        (other.root / ".orderlake" / "local" / "state.json").unlink()
        other.ok("local", "up")
        assert third not in containers(other.root)
    finally:
        other.ok("local", "down")
    assert containers(other.root) == []
    label = f"label=com.docker.compose.project={project_of(other.root)}"
    assert docker("volume", "ls", "--quiet", "--filter", label) == ""
    assert docker("network", "ls", "--quiet", "--filter", label) == ""
    assert containers(lake.root) == [container]


def test_a_container_that_ends_at_once_shows_its_last_lines(container: str, tmp_path: Path) -> None:
    folder = linked_checkout(tmp_path)
    image = docker("inspect", "--format", "{{.Image}}", container)
    (folder / "docker-compose.yml").unlink()
    service = {"image": image, "command": ["sh", "-c", "echo no room at all; exit 3"]}
    (folder / "docker-compose.yml").write_text(json.dumps({"services": {"localstack": service}}))
    done = Lake(folder, free_port()).run("local", "up", "--runtime", "docker")
    assert done.returncode == 1
    assert "no room at all" in done.stderr
    assert "exit code 3" in done.stderr
    assert containers(folder) == []
