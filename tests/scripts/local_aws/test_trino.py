"""Trino beside the local AWS: what starts it, when it answers, and who finds it."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from localstack_lake.trino.server import CONFIG, LAKE_CATALOGS, VERSION, lake_variables
from orderlake.aws.local_instance import LaunchOptions, LocalInstance, public_facts, write_state
from orderlake.engines.choose import TRINO_CATALOG, TRINO_URL, EngineOptions, find_trino
from orderlake.errors import BadSetting, MissingTool
from orderlake.local_aws import lifecycle
from orderlake.local_aws.container import TRINO_IMAGE, TRINO_INSIDE, trino_variables
from orderlake.local_aws.trino import answers_a_statement, sign_token, wait_for_trino
from orderlake.settings import Settings, load

ROOT = Path(__file__).resolve().parents[3]
BESIDE = "https://127.0.0.1:4877"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n', "utf-8")
    return load("local", environ={}, start=tmp_path)


def set_up(settings: Settings) -> Path:
    home = settings.root / ".tools" / "trino"
    home.mkdir(parents=True)
    (home / ".stamp-trino").touch()
    return home


def test_a_trino_that_is_not_installed_names_the_target_that_does(settings: Settings) -> None:
    with pytest.raises(MissingTool) as caught:
        lifecycle.start(settings, print, engine="trino")
    assert "make local-up ENGINE=trino" in caught.value.next_step


def test_a_container_gets_trino_from_compose_and_needs_no_installation(
    settings: Settings,
) -> None:
    said: list[str] = []
    options = lifecycle.with_trino(settings, LaunchOptions(), "docker", said.append)
    assert "up to 2 GB of memory" in said[0]
    assert not options.trino_home
    variables = trino_variables(options)
    assert variables["COMPOSE_PROFILES"] == "trino"
    assert options.trino_url == f"https://127.0.0.1:{variables['ORDERLAKE_TRINO_PORT']}"
    assert trino_variables(LaunchOptions()) == {}


def test_compose_has_the_trino_that_the_commands_know() -> None:
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert f"image: {TRINO_IMAGE}\n" in compose
    assert f"trinodb/trino:{VERSION}" == TRINO_IMAGE
    assert f"LAKE_TRINO_URL={TRINO_INSIDE}" in compose
    assert "${LAKE_TRINO_KEY:-}" in compose
    assert "${LAKE_TRINO_TOKEN:-}" in compose


def test_a_container_s_trino_lets_in_only_who_the_process_s_would() -> None:
    path = ROOT / "docker" / "trino" / "config.properties"
    lines = {line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")}
    process = CONFIG.format(port="8080", home="", catalogs="", key_file="/tmp/key")
    rules = ("http-server.", "internal-communication.", "web-ui.", "discovery.", "node.internal")
    assert {one for one in lines if one.startswith(rules)} == {
        one for one in process.splitlines() if one.startswith(rules)
    }


def test_a_token_is_signed_with_the_key_that_trino_gets(settings: Settings) -> None:
    set_up(settings)
    options = lifecycle.with_trino(settings, LaunchOptions(), "host", lambda _: None)
    variables = options.variables()
    assert variables["LAKE_TRINO_TOKEN"] == sign_token(variables["LAKE_TRINO_KEY"])
    header, claims, _ = variables["LAKE_TRINO_TOKEN"].split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "HS256"}
    assert json.loads(base64.urlsafe_b64decode(claims + "==")) == {"sub": "orderlake"}
    again = lifecycle.with_trino(settings, LaunchOptions(), "host", lambda _: None)
    assert again.trino_key != options.trino_key


def test_the_token_is_not_shown_with_the_other_facts() -> None:
    running = LocalInstance("host", 1, "", 4599, "", "", trino_url=BESIDE, trino_token="secret")
    assert "secret" not in json.dumps(public_facts(running))


def test_trino_reads_the_catalog_of_the_region_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "orderlake.toml").write_text('[local]\nregion = "eu-north-1"\n', "utf-8")
    settings = load("local", environ={}, start=tmp_path)
    options = lifecycle.with_trino(settings, LaunchOptions(), "docker", lambda _: None)
    assert options.variables()["LAKE_REGION"] == "eu-north-1"


def test_the_catalogs_name_no_variable_that_is_not_given() -> None:
    given = {f"${{ENV:{name}}}" for name in lake_variables("http://127.0.0.1:1", {})}
    for path in LAKE_CATALOGS.glob("*.properties"):
        assert set(re.findall(r"\$\{ENV:\w+\}", path.read_text("utf-8"))) == given


def test_the_plugin_gets_all_that_it_needs_and_the_memory_is_said(settings: Settings) -> None:
    said: list[str] = []
    home = set_up(settings)
    options = lifecycle.with_trino(settings, LaunchOptions(), "host", said.append)
    variables = options.variables()
    assert variables["LAKE_TRINO_HOME"] == str(home)
    assert variables["LAKE_TRINO_URL"] == options.trino_url
    assert options.trino_url.startswith("https://127.0.0.1:")
    assert "1 GB of memory" in said[0]
    assert not [name for name in LaunchOptions().variables() if "TRINO" in name]


@pytest.mark.parametrize(("engine", "is_known"), [("trino", True), ("duckdb", True), ("x", False)])
def test_the_engine_is_a_setting(tmp_path: Path, engine: str, is_known: bool) -> None:
    (tmp_path / "orderlake.toml").write_text(f'[local]\nengine = "{engine}"\n', "utf-8")
    if is_known:
        assert load("local", environ={}, start=tmp_path).engine == engine
    else:
        with pytest.raises(BadSetting, match="engine"):
            load("local", environ={}, start=tmp_path)


def test_the_trino_beside_the_local_aws_is_found(settings: Settings) -> None:
    assert find_trino(settings, EngineOptions()) == (TRINO_URL, "", TRINO_CATALOG)
    settings.local_dir.mkdir(parents=True)
    write_state(
        settings, LocalInstance("host", 1, "", 4599, "", "", trino_url=BESIDE, trino_token="t")
    )
    assert find_trino(settings, EngineOptions()) == (BESIDE, "t", "awsdatacatalog")
    other = EngineOptions(trino_url="http://elsewhere:8080")
    assert find_trino(settings, other) == ("http://elsewhere:8080", "", TRINO_CATALOG)


class Answers(BaseHTTPRequestHandler):
    """Says twice that no node is there, then answers on a second page."""

    refusals = 2

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if Answers.refusals:
            Answers.refusals -= 1
            self.send({"error": {"errorName": "NO_NODES_AVAILABLE"}})
        else:
            self.send({"nextUri": f"http://{self.headers['Host']}/next"})

    def do_GET(self) -> None:
        self.send({"data": [[1]]})

    def send(self, document: dict[str, object]) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def trino() -> Iterator[HTTPConnection]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    server.shutdown()
    thread.join()
    server.server_close()


def test_trino_answers_when_it_runs_a_statement(trino: HTTPConnection) -> None:
    Answers.refusals = 2
    assert [answers_a_statement(trino, "t") for _ in range(3)] == [False, False, True]
    assert not answers_a_statement(HTTPConnection("127.0.0.1", 1), "t")
    assert not wait_for_trino("https://127.0.0.1:1", "t", lambda: False)
