"""A function's disk: what is measured, and how often."""

from pathlib import Path

from localstack_lake.functions.disk import FunctionDisk, used_bytes


def test_blocks_on_disk_count_and_not_lengths(tmp_path: Path) -> None:
    before = used_bytes(tmp_path)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "full").write_bytes(b"x" * 1_000_000)
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 30)
    assert 1_000_000 <= used_bytes(tmp_path) - before < 1_100_000


def test_a_folder_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert used_bytes(tmp_path / "gone") == 0


def test_it_is_not_looked_at_every_call(tmp_path: Path) -> None:
    now = [0.0]
    asked: list[float] = []

    def pids() -> list[int]:
        asked.append(now[0])
        return []

    disk = FunctionDisk(tmp_path, 0, lambda: now[0])  # full from the start
    for hundredth in range(100):
        now[0] = hundredth / 100
        disk.check(pids)
    assert 8 <= len(asked) <= 10


def test_it_is_looked_at_when_a_call_begins_whatever_the_time(tmp_path: Path) -> None:
    asked: list[bool] = []

    def pids() -> list[int]:
        asked.append(True)
        return []

    disk = FunctionDisk(tmp_path, 0, lambda: 0.0)
    for at_once in (False, True, False, True):
        disk.check(pids, at_once=at_once)
    assert len(asked) == 2
