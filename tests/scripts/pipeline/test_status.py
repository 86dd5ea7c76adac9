"""Where every file stands: raw files held against reports."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memory_aws import NAMES, MemoryAws, report_of
from order_transform.delivery.layout import outputs_for
from orderlake.cli.status import as_document
from orderlake.cli.status_text import status_lines
from orderlake.pipeline.file_states import file_states
from orderlake.pipeline.inventory import Inventory, read_inventory
from orderlake.pipeline.status import Leftover, Status, compare


def look(aws: MemoryAws) -> Status:
    return compare(read_inventory(aws.as_aws(), lambda done, total: None))


def test_every_file_stands_in_one_place_and_rows_add_up(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    for number in range(5):
        key = f"raw/done-{number}.csv"
        counts = {"records": 6, "accepted": 3, "rejected": 2, "blank": 1}
        aws.tell(key, report_of(key, aws.upload(key), "done", **counts))
    aws.tell("raw/bad.csv", report_of("raw/bad.csv", aws.upload("raw/bad.csv"), "refused"))
    aws.upload("raw/lost.csv")
    stale = aws.upload("raw/stale.csv")
    aws.tell("raw/stale.csv", report_of("raw/stale.csv", stale))
    aws.upload("raw/stale.csv", "price,quantity\n2,2\n")
    aws.tell("raw/begun.csv", report_of("raw/begun.csv", aws.upload("raw/begun.csv"), "started"))
    aws.upload("raw/notes.md")

    now = look(aws)
    assert (now.files, now.ignored, now.done) == (9, 1, 5)
    assert now.refused == {"raw/bad.csv": "empty: no"}
    assert {one.key: one.why for one in now.waiting} == {
        "raw/lost.csv": "no report",
        "raw/stale.csv": "newer than its report",
        "raw/begun.csv": "begun, not finished",
    }
    assert now.files == now.done + len(now.refused) + len(now.waiting)
    assert (now.records, now.accepted, now.rejected, now.blank) == (30, 15, 10, 5)
    assert now.contracts == {"1+abc": 6}
    assert now.oldest == min(one.since for one in now.waiting)


def test_the_same_bytes_uploaded_again_without_an_event_show(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    aws.tell("raw/a.csv", report_of("raw/a.csv", aws.upload("raw/a.csv")))
    assert look(aws).waiting == ()
    aws.upload("raw/a.csv")
    assert [one.why for one in look(aws).waiting] == ["newer than its report"]


def test_reports_without_a_raw_file_are_left_over_with_the_key_where_it_is_known(
    tmp_path: Path,
) -> None:
    aws = MemoryAws(tmp_path)
    for key in ("raw/gone.csv", "raw/halfway.csv"):
        aws.tell(key, report_of(key, aws.upload(key)))
        aws.s3.delete_object(NAMES.raw_bucket, key)
    aws.tell("raw/halfway.csv", {"outcome": "started", "source": None, "outputs": []})
    aws.tell("raw/never.csv", {"outcome": "started", "source": None, "outputs": []})
    found = [outputs_for(f"raw/{name}.csv").report for name in ("gone", "halfway", "never")]
    assert set(look(aws).leftovers) == {
        Leftover(found[0], "raw/gone.csv"),
        Leftover(found[1], "raw/halfway.csv"),
        Leftover(found[2], None),
    }


def test_a_second_look_fetches_only_reports_that_changed(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    keys = [f"raw/{number}.csv" for number in range(20)]
    for key in keys:
        aws.tell(key, report_of(key, aws.upload(key), records=1, accepted=1))
    first = look(aws)
    assert aws.s3.requests["get"] == 20
    assert look(aws) == first
    assert aws.s3.requests["get"] == 20
    aws.tell(keys[3], report_of(keys[3], aws.upload(keys[3]), records=2, accepted=2))
    assert look(aws).records == 21
    assert aws.s3.requests["get"] == 21


def test_a_damaged_cache_is_read_anew(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    aws.tell("raw/a.csv", report_of("raw/a.csv", aws.upload("raw/a.csv")))
    first = look(aws)
    [cache] = (tmp_path / ".orderlake" / "local").iterdir()
    for text in ("", "[]", '{"format": 1, "reports": {"x": ["e", {"what": 1}]}}'):
        cache.write_text(text)
        assert look(aws) == first


def test_an_empty_deployment_has_nothing_to_show(tmp_path: Path) -> None:
    inventory = read_inventory(MemoryAws(tmp_path).as_aws(), lambda done, total: None)
    assert isinstance(inventory, Inventory)
    assert compare(inventory).files == 0
    assert compare(inventory).oldest is None
    assert status_lines(compare(inventory), datetime(2027, 1, 1, tzinfo=UTC))[-1] == (
        "next: make upload FILE=orders.csv"
    )


def choice(name: str, certainty: str, rows: int = 0) -> dict[str, Any]:
    return {
        "name": name,
        "field": "order_date" if name == "date_order" else "",
        "value": "day_first",
        "certainty": certainty,
        "evidence": "headers are Spanish",
        "remedy": "" if certainty == "proven" else f"set {name} in the contract",
        "told": True,
        "rows": rows,
    }


def put_read_as(
    aws: MemoryAws, name: str, *choices: dict[str, Any], outcome: str = "done", **codes: int
) -> None:
    key = f"raw/{name}.csv"
    report = report_of(key, aws.upload(key), outcome, rejected=sum(codes.values()))
    aws.tell(key, report | {"choices": list(choices), "reject_codes": codes})


def test_files_with_settled_or_doubtful_choices_are_counted_and_named_with_what_settles_them(
    tmp_path: Path,
) -> None:
    aws = MemoryAws(tmp_path)
    put_read_as(aws, "plain", choice("price_is", "proven"))
    put_read_as(aws, "one", choice("date_order", "doubtful"), choice("price_is", "proven"))
    put_read_as(aws, "two", choice("currency", "settled"), choice("date_order", "settled"))
    put_read_as(aws, "three", choice("carried_down", "proven", 12), total_row=2, other_table=3)
    for _ in range(2):  # the second time out of the cache
        now = look(aws)
        assert set(now.doubts) == {"raw/one.csv", "raw/two.csv"}
        assert now.carried == {"raw/three.csv": 12}
        assert now.left_out == 5
    inventory = read_inventory(aws.as_aws(), lambda done, total: None)
    now = replace(now, file_states=tuple(file_states(inventory, {})))
    text = status_lines(now, datetime(2027, 1, 1, tzinfo=UTC))
    assert "doubts    2 files were read by doubtful choices" in text
    assert [line.strip() for line in text if "if wrong" in line] == [
        "raw/one.csv: order_date is read with the day before the month (date_order: doubtful); "
        "if wrong: set date_order in the contract",
        "raw/two.csv: currency is day_first (settled); if wrong: set currency in the contract",
        "raw/two.csv: order_date is read with the day before the month (date_order: settled); "
        "if wrong: set date_order in the contract",
    ]
    assert "carried   12 rows in 1 file got values of the order's first row" in text
    assert "left out  5 rows: totals, or of another table in the file" in text
    document = as_document(now, now.file_states)
    (doubt,) = document["doubts"]["raw/one.csv"]
    assert (doubt["certainty"], doubt["evidence"]) == ("doubtful", "headers are Spanish")
    assert document["left_out"] == 5
    assert [len(file["choices"]) for file in document["file_states"]] == [2, 1, 1, 2]


def test_the_files_in_an_archive_and_the_sheets_of_a_workbook_are_counted(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    put_read_as(aws, "plain")
    read = {"name": "a.csv", "counts": {"records": 2}, "reject_codes": {}, "refusal": None}
    refusal = {"code": "protected", "message": "it has a password"}
    archive = "raw/week.zip"
    report = report_of(archive, aws.upload(archive), "done", records=2, accepted=2)
    members = [read, read | {"name": "b.csv", "refusal": refusal}]
    aws.tell(archive, report | {"members": members})
    for _ in range(2):  # the second time out of the cache
        now = look(aws)
        assert (now.files, now.done) == (2, 2)
        assert (now.tables, now.refused_tables) == ({archive: 2}, 1)
    text = status_lines(now, datetime(2027, 1, 1, tzinfo=UTC))
    assert (
        "          1 file (archives and workbooks) with 2 tables inside, 1 of them refused" in text
    )


def test_the_rows_of_a_refused_file_got_no_values_and_are_not_left_out(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    carried = choice("carried_down", "proven", 12)
    put_read_as(aws, "refused", carried, outcome="refused", total_row=2)
    now = look(aws)
    assert (now.carried, now.left_out) == ({}, 0)
    text = "\n".join(status_lines(now, datetime(2027, 1, 1, tzinfo=UTC)))
    assert "carried" not in text


def test_nothing_is_said_of_doubts_where_every_file_proves_how_it_is_read(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    put_read_as(aws, "plain", choice("price_is", "proven"))
    text = "\n".join(status_lines(look(aws), datetime(2027, 1, 1, tzinfo=UTC)))
    assert "doubt" not in text
    assert "carried" not in text
    assert "left out" not in text
