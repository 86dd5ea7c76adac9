"""Whatever a caller does with the standard streams, a command ends with a line, not a traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orderlake
import pytest

PROGRAM = str(Path(sys.executable).with_name("orderlake"))
PACKAGE = os.fsencode(Path(orderlake.__file__).parent)


def shell(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell's line in a folder, where `$O` is the program."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "O": PROGRAM} | more
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=env, capture_output=True, check=False, timeout=60
    )
    assert b"Traceback" not in done.stdout + done.stderr
    assert b"please report it" not in done.stderr
    return done


def test_a_working_folder_that_was_removed_is_told(tmp_path: Path) -> None:
    script = 'mkdir gone; cd gone; rmdir "$PWD"; "$O" query'
    done = shell(script, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: the working folder does not exist any more\n")


def test_a_removed_working_folder_is_told_where_the_project_is_known_too(tmp_path: Path) -> None:
    lines = [
        *("sample --rows 2 --out x.csv", "transform x.csv --out out", "schema x", "lint x.sql"),
        *("upload x.csv", "report --out x.html", "local up --persist x"),
    ]
    (tmp_path / "orderlake.toml").touch()
    each = "; ".join(f'"$O" {line}' for line in lines)
    script = f'mkdir gone; cd gone; rmdir "$PWD"; {each}'
    done = shell(script, tmp_path, ORDERLAKE_ROOT=str(tmp_path))
    assert done.stderr.count(b"error: ") == len(lines)
    assert done.stderr.count(b"error: the working folder does not exist any more\n") >= 2


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams_do_no_harm(closed: str, tmp_path: Path) -> None:
    done = shell(f'"$O" sample --rows 2 --out a.csv {closed}', tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "a.csv").read_text().count("\n") == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["sample --rows 9999 --out -", "--help", "sample --out a.csv"])
def test_output_that_does_not_fit_is_told(words: str, tmp_path: Path) -> None:
    done = shell(f'"$O" {words} > /dev/full', tmp_path)
    assert done.returncode == 1
    assert b"no space is left" in done.stderr


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    done = shell('"$O" sample --rows 200000 --out - | head -1', tmp_path)
    assert done.stdout.startswith(b"order_id")
    assert done.stderr == b""


@pytest.mark.parametrize("words", ["query", "--help", "query --help", "sample --rows 99 --out -"])
def test_a_command_that_nobody_reads_has_the_exit_code_of_a_closed_pipe(
    words: str, tmp_path: Path
) -> None:
    done = shell(f'set -o pipefail; (sleep 0.1; "$O" {words}) | true', tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (141, b"", b"")


@pytest.mark.parametrize("coding", ["ascii", "latin-1", "cp1252:strict"])
def test_output_is_utf_8_whatever_the_terminal_is_said_to_take(coding: str, tmp_path: Path) -> None:
    (tmp_path / "bestellung-\u4e2d.csv").write_text("sku,price,quantity\na,1,2\n")
    done = shell('"$O" transform *.csv --out out', tmp_path, PYTHONIOENCODING=coding)
    assert done.returncode == 0
    assert done.stdout.startswith("bestellung-\u4e2d.csv: 1 record".encode())


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.csv"))).write_text("sku\n")
    except OSError:
        pytest.skip("this file system refuses a name that is not UTF-8")
    for command in ("upload", "transform --out out"):
        done = shell(f'"$O" {command} *.csv', tmp_path)
        assert done.returncode == 2
        assert b"its name is not UTF-8" in done.stderr


def hear_ctrl_c() -> None:
    """Undo that a shell's `&` lets a program and all that it starts ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_early_ctrl_c_never_prints_our_traceback(tmp_path: Path) -> None:
    """At any moment from 30 ms after the start on.

    A signal that comes while Python itself starts, before the first line of ours, is answered by
    Python: its traceback may name the program, but no file of our package.
    """
    for delay_ms in range(30, 330, 60):
        process = subprocess.Popen(
            [PROGRAM, "lint"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=hear_ctrl_c,
        )
        time.sleep(delay_ms / 1000)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert PACKAGE not in err, (delay_ms, err)
        # Ended within Python's own start (1 or by the signal), by us, or done before the signal.
        assert process.returncode in {1, -signal.SIGINT, 130, 0, 2}


@pytest.mark.parametrize("place", [0, 1, 2, 6, 10, 14])
def test_a_ctrl_c_from_our_first_line_on_is_a_line(place: int, tmp_path: Path) -> None:
    """The signal comes at a certain import of our package, on a machine of any speed.

    The imports 0 and 1 are of the package and its entry point, before the first line of it.
    """
    (tmp_path / "sitecustomize.py").write_text(f"""if True:
        import signal, sys
        places = iter(range({place + 1}))
        def strike(event, arguments):
            if event == "import" and arguments[0].startswith("orderlake"):
                if next(places, None) == {place}:
                    signal.raise_signal(signal.SIGINT)
        sys.addaudithook(strike)
    """)
    done = subprocess.run(
        [PROGRAM, "lint"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
        preexec_fn=hear_ctrl_c,
    )
    if place < 2:
        assert done.returncode in {1, -signal.SIGINT}
        assert PACKAGE not in done.stderr
    else:
        assert (done.returncode, done.stderr) == (130, b"error: stopped\n")


def test_a_ctrl_c_in_the_middle_of_an_import_is_a_line() -> None:
    """Python cannot import a module again whose import was broken off."""
    code = """if True:
        import sys
        class Stop:
            def find_spec(self, name, path=None, target=None):
                if name == "orderlake.wording" or name.startswith("orderlake.cli"):
                    sys.modules.pop("pathlib", None)
                    sys.modules["pathlib._abc"] = None
                    raise KeyboardInterrupt
        import orderlake.__main__
        sys.meta_path.insert(0, Stop())
        orderlake.__main__.main()
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "error: stopped\n")


def test_an_object_that_cannot_be_thrown_away_prints_no_traceback() -> None:
    code = (
        "from orderlake.cli.streams import silence_teardown\n"
        "class HalfMade:\n"
        "    def __del__(self): self.missing\n"
        "{}HalfMade()\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", code.format(line)], capture_output=True, text=True, check=True
        ).stderr
        for line in ("", "silence_teardown()\n")
    ]
    assert "Traceback" in printed[0]
    assert printed[1] == ""
