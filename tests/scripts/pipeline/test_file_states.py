"""Each file stands somewhere, and says what a person has to do about it."""

import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

from memory_aws import MemoryAws, report_of
from orderlake.cli.file_state_text import next_step, state_line, state_lines
from orderlake.pipeline.file_states import FileState, file_states
from orderlake.pipeline.inventory import read_inventory
from orderlake.pipeline.told_choices import ToldChoice


def states(aws: MemoryAws, **failed: str) -> dict[str, FileState]:
    inventory = read_inventory(aws.as_aws(), lambda done, total: None)
    found = file_states(inventory, {f"raw/{name}.csv": error for name, error in failed.items()})
    return {file.key.removeprefix("raw/").removesuffix(".csv"): file for file in found}


def put(aws: MemoryAws, name: str, outcome: str = "done", **counts: int) -> None:
    key = f"raw/{name}.csv"
    aws.tell(key, report_of(key, aws.upload(key), outcome, **counts))


def test_every_file_has_a_state_and_a_next_step_where_one_is_due(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    put(aws, "good", records=2, accepted=2)
    put(aws, "dirty", records=5, accepted=2, rejected=3)
    put(aws, "bad", "refused")
    aws.upload("raw/lost.csv")
    aws.upload("raw/broken.csv")
    found = states(aws, broken="no memory left")
    assert {name: file.state for name, file in found.items()} == {
        "good": "done",
        "dirty": "done",
        "bad": "refused",
        "lost": "waiting",
        "broken": "failed",
    }
    assert {name for name, file in found.items() if next_step(file)} == set(found) - {"good"}
    now = datetime(2027, 1, 1, tzinfo=UTC)
    for file in found.values():
        text = "\n".join(state_lines(file, now))
        assert bool(next_step(file)) == ("next: orderlake" in text or "next: correct" in text)
        assert file.key in state_line(file)
    assert "no memory left" in state_line(found["broken"])


def test_rows_that_a_later_file_corrected_need_no_attention(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    put(aws, "a", records=5, accepted=2, rejected=3)
    assert states(aws)["a"].open_rejections == 3
    put(aws, "a-corrected", records=2, accepted=2)
    assert states(aws)["a"].open_rejections == 1
    put(aws, "a-corrected", records=3, accepted=3)
    assert states(aws)["a"].open_rejections == 0
    assert not next_step(states(aws)["a"])
    # The file came again, and with it its bad rows.
    put(aws, "a", records=5, accepted=2, rejected=3)
    assert states(aws)["a"].open_rejections == 3


def test_what_is_known_of_a_file_is_told(tmp_path: Path) -> None:
    file = FileState(
        *("raw/a.csv", "done", "", "v7", datetime(2026, 11, 22, tzinfo=UTC), 2_500),
        records=1_000,
        accepted=990,
        rejected=10,
        corrected=4,
        choices=(
            ToldChoice(
                *("date_order", "order_date", "day_first", "doubtful"),
                evidence="headers are Spanish",
                remedy="set date_order in the contract",
            ),
            ToldChoice("price_is", "price", "line", "proven", "it grows with the quantity"),
        ),
    )
    assert state_lines(file, file.modified + timedelta(hours=3)) == [
        "raw/a.csv: done",
        "  2.5 kB, 3 hours ago, version v7",
        "  1,000 rows, 990 accepted, 10 rejected (4 corrected since); 1 doubt",
        "  in doubt: order_date is read with the day before the month (date_order: doubtful); "
        "if wrong: set date_order in the contract",
        "    because headers are Spanish",
        "  note: price is read as the price of the whole line (price_is: proven)",
        "    because it grows with the quantity",
        "  next: orderlake rejected raw/a.csv",
    ]


def test_the_next_step_names_a_file_as_a_shell_takes_it(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    for name in ("a", "b c", "d'e$"):
        put(aws, name, records=2, rejected=2)
        step = next_step(states(aws)[name])
        assert shlex.split(step) == ["orderlake", "rejected", f"raw/{name}.csv"]
