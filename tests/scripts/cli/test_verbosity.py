"""What commands say, and when: quiet, verbose, colours, progress, completion, start-up."""

import io
import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from every_command import every_command
from forked_command import run_command
from orderlake.cli import COMMANDS, cli
from orderlake.cli import progress as bars
from sql_lake import mirror_with

ALL = list(every_command())
MAIN = "from orderlake.cli import main; main()"
HEAVY = {"boto3", "botocore", "duckdb", "sqlglot", "rich"}
LINE = '{"product_id":"MUG","quantity":2,"total_amount":15.9}\n'


@pytest.fixture
def project(tmp_path: Path) -> dict[str, str]:
    """The environment of a project with a query and a mirror, where nothing answers."""
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n', "utf-8")
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "totals.sql").write_text(
        "-- What was earned? One row per product.\n"
        "select product_id, sum(quantity) as units from processed_orders group by 1 order by 1\n",
        "utf-8",
    )
    mirror_with(tmp_path / ".orderlake" / "mirror" / "local" / "shop", {"a.json.gz": LINE})
    return {
        "ORDERLAKE_ROOT": str(tmp_path),
        "ORDERLAKE_ENDPOINT_URL": "http://127.0.0.1:9",
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
    }


def run(*args: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run_command(args, Path.cwd(), env, timeout_seconds=60)


def on_terminal(*args: str, env: dict[str, str]) -> str:
    """Return all that a command writes where both its outputs are a terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, *args], stdout=follower, stderr=follower, env=env
    ) as process:
        os.close(follower)
        written = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            written += part
        process.wait(timeout=30)
    os.close(leader)
    return written.decode()


@pytest.mark.parametrize(("name", "command"), ALL)
def test_every_command_may_be_quiet_or_verbose(name: str, command: click.Command) -> None:
    options = [option for param in command.params for option in param.opts]
    assert options.count("--quiet") == 1
    assert options.count("--verbose") == 1


@pytest.mark.parametrize("place", ["before", "after"])
def test_quiet_leaves_the_result(project: dict[str, str], place: str) -> None:
    words = ["query", "totals", "--format", "csv"]
    done = run(*(["-q", *words] if place == "before" else [*words, "-q"]), env=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, 'product_id,units\n"MUG",2\n', "")


def test_quiet_still_says_what_went_wrong(project: dict[str, str]) -> None:
    done = run("query", "nothing", "--quiet", env=project)
    assert done.returncode == 2
    assert done.stderr.startswith("error: there is no query 'nothing'")


def test_verbose_tells_what_is_called_and_how_long_it_took(project: dict[str, str]) -> None:
    done = run("query", "totals", "--format", "csv", "--verbose", env=project)
    assert done.stdout == 'product_id,units\n"MUG",2\n'
    assert re.search(
        r"\[ +\d+\.\d{3} s\] glue \w+ .*EndpointConnectionError \(\d+ ms\)", done.stderr
    )
    assert re.search(r"\] duckdb began to answer totals", done.stderr)
    assert re.search(r"\] done in \d+\.\d\d s\n", done.stderr)


def test_verbose_shows_no_secret(project: dict[str, str]) -> None:
    secret = {"AWS_ACCESS_KEY_ID": "AKIAHIDDEN", "AWS_SECRET_ACCESS_KEY": "neverseen"}
    place = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    done = run("crawl", "--env", "aws", "-v", env=project | secret | place)
    assert "sts GetCallerIdentity" in done.stderr
    assert "AKIAHIDDEN" not in done.stderr
    assert "neverseen" not in done.stderr


def test_colours_are_for_terminals_and_only_where_they_are_welcome(project: dict[str, str]) -> None:
    words = ("query", "nothing")
    assert "\x1b[31m" in on_terminal(*words, env=project | {"TERM": "xterm"})
    for unwelcome in ({"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}):
        assert "\x1b[" not in on_terminal(*words, env=project | unwelcome)
    assert "\x1b" not in run(*words, env=project | {"TERM": "xterm"}).stderr


def test_a_table_fits_the_terminal(project: dict[str, str]) -> None:
    sql = "select " + ", ".join(f"'{'word ' * 6}' as a_long_name_{n}" for n in range(6))
    env = project | {"TERM": "xterm", "COLUMNS": "60", "NO_COLOR": "1"}
    text = on_terminal("query", "-e", sql, "--offline", env=env)
    assert max(map(len, text.splitlines())) <= 60
    assert len(run("query", "-e", sql, "--offline", env=env).stdout.splitlines()[1]) > 100


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal whose progress appears at once."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(bars, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    return screen


def wait_for(pattern: str, screen: Screen) -> None:
    """Wait until the screen shows something; what draws is loaded only when it is needed."""
    deadline = time.monotonic() + 10
    while not re.search(pattern, screen.getvalue()):
        assert time.monotonic() < deadline, screen.getvalue()
        time.sleep(0.02)


def test_a_bar_tells_how_many_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    with bars.progress_bar("reading reports") as draw:
        draw(25, 100)
        wait_for(r"reading reports.*25/100", screen)


def test_a_bar_of_bytes_tells_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    with bars.progress_bar_of_bytes("sending") as draw:
        draw(2_000_000, 8_000_000)
        wait_for(r"sending.*2\.0/8\.0 MB", screen)


def test_text_beside_progress_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    with bars.waiting("crawling"):
        wait_for("crawling", screen)
        with bars.beside_progress():
            screen.write("a note\n")
        wait_for("a note\n(.|\n)*crawling", screen)
    before, _, _ = screen.getvalue().partition("a note\n")
    assert re.search(r"(\x1b\[2K|\r)(\x1b\[\?25h)?$", before)


def test_progress_is_silent_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bars, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(sys, "stderr", out := io.StringIO())
    with bars.progress_bar("uploading") as draw, bars.waiting("crawling"):
        draw(1, 2)
        time.sleep(0.3)
    assert out.getvalue() == ""


def test_a_terminal_sees_that_something_goes_on_and_then_an_empty_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = watched(monkeypatch)
    with bars.waiting("crawling"):
        wait_for("crawling.*0:00:0", screen)
    assert "crawling" not in screen.getvalue().rpartition("\x1b[2K")[2]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("local", "upp"), "there is no command 'upp'\n  did you mean 'up'?"),
        (("quary",), "there is no command 'quary'\n  did you mean 'query'?"),
        (("query", "--formt", "csv"), "No such option '--formt'. Did you mean '--format'?"),
        (("query", "--format", "cvs"), "did you mean 'csv'? see: orderlake query --help"),
        (("query", "total"), "there is no query 'total'\n  did you mean 'totals'?"),
        (("status", "--env", "lokal"), "there is no environment 'lokal'\n  did you mean 'local'?"),
    ],
)
def test_a_name_that_is_nearly_right_gets_the_nearest(
    words: tuple[str, ...], message: str, project: dict[str, str]
) -> None:
    done = run(*words, env=project)
    assert done.returncode == 2
    assert message in done.stderr


def test_the_version_is_told(project: dict[str, str]) -> None:
    told = run("--version", env=project).stdout
    assert re.fullmatch(r"orderlake, version \d+\.\d+\.\d+\n", told)


def test_loading_a_command_loads_nothing_heavy() -> None:
    code = f"""if True:
        import os, sys, click
        from orderlake.cli import cli
        for name in {list(COMMANDS)!r}:
            if os.fork() == 0:  # each command in a program that has loaded no other
                assert cli.get_command(click.Context(cli), name)
                print(name, *sorted({HEAVY!r} & sys.modules.keys()), flush=True)
                os._exit(0)
            os.wait()
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.splitlines(), done.stderr) == (list(COMMANDS), "")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("orderlake re", ["report", "rejected", "replay"]),
        ("orderlake query to", ["totals"]),
        ("orderlake parity to", ["totals"]),
        ("orderlake query totals --env o", ["offline"]),
        ("orderlake status --env ", ["local", "aws"]),
        ("orderlake local d", ["down"]),
        ("orderlake deploy --pl", ["--plan"]),
        ("orderlake query --format c", ["csv", "chart"]),
        ("orderlake nothing wh", []),
    ],
)
def test_a_shell_completes_names_and_loads_nothing_heavy_for_it(
    typed: str, found: list[str], project: dict[str, str]
) -> None:
    code = (
        "import atexit, sys; from orderlake.cli import main\n"
        f"atexit.register(lambda: print(sorted({HEAVY!r} & sys.modules.keys()), file=sys.stderr))\n"
        "main()"
    )
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=project | words | {"_ORDERLAKE_COMPLETE": "bash_complete"},
    )
    assert [line.partition(",")[2] for line in done.stdout.split()] == found
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_takes_its_script(shell: str, tmp_path: Path) -> None:
    script = CliRunner().invoke(cli, ["completion", shell]).output
    assert f"_ORDERLAKE_COMPLETE={shell}_complete" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(script, "utf-8")
    subprocess.run([shell, "-n", tmp_path / "script"], check=True)


def test_bash_completes_a_query_as_a_user_would_press_tab(project: dict[str, str]) -> None:
    program = Path(sys.executable).with_name("orderlake")
    script = (
        f'eval "$({program} completion bash)"; COMP_WORDS=(orderlake query to); COMP_CWORD=2; '
        f'_orderlake_completion "{program}"; echo "${{COMPREPLY[@]}}"'
    )
    path = {"PATH": f"{program.parent}:{project['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, env=project | path
    )
    assert done.stdout == "totals\n"
