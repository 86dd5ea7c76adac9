"""Dates: read in one way for the whole file, written as ISO 8601, null if unreadable."""

from datetime import date

import pytest
from order_transform.contract.definition import DateOrder
from order_transform.reading.closer_look import Circumstances
from order_transform.sql.engine import Engine
from transformed import ENGINE, HASTY, dates, orders, ruled, run

ONE = {
    "2026-02-28": "2026-02-28",
    "2026-02-28 23:59": "2026-02-28T23:59",
    "2026-02-28T23:59:58.123456": "2026-02-28T23:59:58.123456",
    "2026-02-28T10:00:00Z": "2026-02-28T10:00:00Z",
    "2026-02-28 10:00:00 +0530": "2026-02-28T10:00:00+05:30",
    "2026-02-28 10:00-05": "2026-02-28T10:00:00-05:00",
    "2026-02-28 10:00 UTC": "2026-02-28T10:00:00Z",
    "2026-02-28 10:00:00.1234567": "2026-02-28T10:00:00.123456",
    "2026-2-8": "2026-02-08",
    "2026/2/8": "2026-02-08",
    "20260228": "2026-02-28",
    "28.2.2026": "2026-02-28",
    "28.2.26": "2026-02-28",
    "12/31/99": "1999-12-31",
    "31/12/1999": "1999-12-31",
    "1/2/2020 3:04 PM": "2020-01-02T15:04:00",
    "1/2/2020, 12:04:05 am": "2020-01-02T00:04:05",
    "Dec 1 2010": "2010-12-01",
    "December 1, 2010": "2010-12-01",
    "1-Dec-10": "2010-12-01",
    "5 may 2020": "2020-05-05",
    "Jan-15-24": "2024-01-15",
    "January-15-2024": "2024-01-15",
    "Fri, 5 Jan 2024 10:20:30 +0100": "2024-01-05T10:20:30+01:00",
    "Friday, January 5, 2024": "2024-01-05",
    "Sat Jan 06 2024": "2024-01-06",
    "sunday 7 jan 2024, 1:05 PM": "2024-01-07T13:05:00",
    "1/2/2020, 3:04:05\u202fPM": "2020-01-02T15:04:05",
    "1/2/2020 3:04 p.m.": "2020-01-02T15:04:00",
    "1/2/2020 3:04 a. m.": "2020-01-02T03:04:00",
    "20260228101500": "2026-02-28T10:15:00",
    "202602281015": "2026-02-28T10:15:00",
    "2024\u5e743\u67085\u65e5": "2024-03-05",
    "2024\u5e7403\u670805\u65e5 10:20": "2024-03-05T10:20:00",
    "2024\ub144 3\uc6d4 5\uc77c": "2024-03-05",
    "2024. 3. 5.": "2024-03-05",
    "5. 3. 2024": "2024-03-05",
    "\uff12\uff10\uff12\uff14/\uff13/\uff15": "2024-03-05",
    "1577836800": "2020-01-01T00:00:00Z",
    "1577836800.5": "2020-01-01T00:00:00.5Z",
    "1577836800123": "2020-01-01T00:00:00.123Z",
    "45567": "2024-10-02",
    "45567.5104166667": "2024-10-02T12:15:00",
    "45567,25": "2024-10-02T06:00:00",
}
NONE = [
    "2026-02-30",
    "2026-02-28 24:00",
    "24:00",
    "2026-13-01",
    "2026-02-28 10:60",
    "29/02/2021",
    "13/13/2020",
    "0/1/2020",
    "x",
    "-",
    "10000-01-01",
    "-2020-01-01",
    "infinity",
    "epoch",
    "{0}",
    "2020-01-01 (BC)",
    "2020-01-01 10:00:00 America/New_York",
    "15778",
    "99999",
]


@pytest.mark.parametrize(("cell", "iso"), ONE.items(), ids=ONE)
def test_a_date_is_written_as_iso(cell: str, iso: str) -> None:
    outcome = dates(cell)
    assert outcome.column("order_date") == [iso]
    assert outcome.result.warnings == {}


@pytest.mark.parametrize("cell", NONE, ids=map(repr, NONE))
def test_what_is_not_a_date_becomes_null_and_a_warning(cell: str) -> None:
    outcome = dates(cell, "2026-02-28")
    assert outcome.column("order_date")[0] is None
    assert outcome.column("order_date")[1][:10] == "2026-02-28"
    assert outcome.result.warnings == {"order_date": 1}


def test_an_empty_date_is_null_without_a_warning() -> None:
    outcome = dates("", "  ", "2026-02-28")
    assert outcome.column("order_date")[:2] == [None, None]
    assert outcome.result.warnings == {}


def test_one_row_tells_the_order_of_days_and_months_for_all() -> None:
    outcome = dates("03/04/2026", "25/04/2026", "05/06/2026")
    assert outcome.column("order_date") == ["2026-04-03", "2026-04-25", "2026-06-05"]
    assert not outcome.is_doubtful


@pytest.mark.parametrize(
    ("order", "first"),
    [(DateOrder.MONTH_FIRST, "2026-03-04"), (DateOrder.DAY_FIRST, "2026-04-03")],
)
def test_the_contract_settles_an_order_that_nothing_tells(order: DateOrder, first: str) -> None:
    outcome = dates("03/04/2026", contract=ruled(date_order=order))
    assert outcome.column("order_date") == [first]
    [choice] = [one for one in outcome.result.choices if one.name == "date_order"]
    assert (choice.field, choice.value, choice.certainty) == ("order_date", order, "settled")


def test_the_contract_may_refuse_an_order_that_nothing_tells() -> None:
    contract = ruled(date_order=DateOrder.REFUSE)
    assert dates("03/04/2026", contract=contract).refusal == "ambiguous_dates"
    assert dates("25/04/2026", contract=contract).refusal is None
    assert dates("2026-04-03", contract=contract).refusal is None


def test_dates_that_a_later_record_settles_are_not_refused_for_the_first_ones() -> None:
    text = orders(
        "a,1,1,01/02/2026",
        "b,1,1,02/02/2026",
        "c,1,1,13/02/2026",
        header="sku,price,quantity,order_date",
    )
    for engine in (ENGINE, HASTY):
        outcome = run(text, ruled(date_order=DateOrder.REFUSE), engine=engine)
        assert outcome.column("order_date") == ["2026-02-01", "2026-02-02", "2026-02-13"]


OTHER_YEARS = {
    "05/03/2569": "2569 may be of the Thai Buddhist calendar",
    "2569-03-05": "2569 may be of the Thai Buddhist calendar",
    "2569-03-05T10:00:00Z": "2569 may be of the Thai Buddhist calendar",
    "5 Mar 2569": "2569 may be of the Thai Buddhist calendar",
    "25690305": "2569 may be of the Thai Buddhist calendar",
    "1404/12/15": "1404 may be of the Persian or the Islamic calendar",
    "15.9.1447": "1447 may be of the Persian or the Islamic calendar",
    "05/03/69": "1969 may be of another calendar",
    "05/03/68": "2068 may be of another calendar",
    "0001-01-01": "1 may be of another calendar",
    "9999-12-31 00:00": "9999 may be of another calendar",
    "1969-12-31": "1969 may be of another calendar",
    "2050-01-01": "2050 may be of another calendar",
}


@pytest.mark.parametrize(("cell", "calendar"), OTHER_YEARS.items(), ids=OTHER_YEARS)
@pytest.mark.parametrize("engine", [ENGINE, HASTY], ids=["careful", "hasty"])
def test_a_year_that_no_order_can_be_of_is_told_and_null(
    cell: str, calendar: str, engine: Engine
) -> None:
    rows = ["p,1,1,2026-03-05"] * 3 + [f"p,1,1,{cell}"] * 2
    outcome = run(orders(*rows, header="sku,price,quantity,order_date"), engine=engine)
    assert [day and day[:10] for day in outcome.column("order_date")] == ["2026-03-05"] * 3 + [
        None
    ] * 2
    assert outcome.result.warnings == {"order_date": 2}
    [told] = [one for one in outcome.result.choices if one.name == "calendar"]
    assert (told.field, told.rows, told.certainty) == ("order_date", 2, "doubtful")
    assert f"in 2 rows the year is not from 1970 to 2049, as in '{cell}' ({calendar}" in (
        told.evidence
    )


@pytest.mark.parametrize("day", ["1970-01-01", "2049-12-31", "1/1/1970", "31.12.2049"])
def test_the_first_and_the_last_year_of_orders_are_read(day: str) -> None:
    outcome = dates(day)
    assert outcome.result.warnings == {}
    assert "calendar" not in [one.name for one in outcome.result.choices]


OPEN, PROVEN, DOUBTED = "settled", "proven", "doubtful"
CENTURIES = {
    "nothing else": (["05.03.24", "07.03.24"], "", OPEN),
    "a month's name": (["5-Mar-24"], "", OPEN),
    "another script": (["\u0665/\u0663/\u0662\u0664"], "", OPEN),
    "the same year in the file": (["5 Mar 24", "6 Mar 2024"], "", PROVEN),
    "the name": (["05.03.24"], "raw/orders-2024-03.csv", PROVEN),
    "the name without dashes": (["05.03.24"], "orders_20240331.csv", PROVEN),
    "the name of the year after": (["05.03.24"], "orders 2025.csv", PROVEN),
    "a name of some years after": (["05.03.24"], "orders-2030.csv", OPEN),
    "Reiwa by the name": (["05.03.08"], "orders-2026-03.csv", DOUBTED),
    "Reiwa by other dates": (["08/03/15", "2026/03/15"], "", DOUBTED),
    "the Persian calendar by the name": (["04/12/15"], "orders-2026.csv", DOUBTED),
    "a date after the export": (["05.03.28"], "orders-2026.csv", DOUBTED),
    "decades": (["05.03.24", "05.03.75"], "", DOUBTED),
}


@pytest.mark.parametrize(("cells", "name", "certainty"), CENTURIES.values(), ids=CENTURIES)
@pytest.mark.parametrize("engine", [ENGINE, HASTY], ids=["careful", "hasty"])
def test_a_year_of_two_digits_is_told_unless_other_years_agree(
    cells: list[str], name: str, certainty: str, engine: Engine
) -> None:
    text = orders(*(f"p,1,1,{day}" for day in cells), header="sku,price,quantity,order_date")
    outcome = run(text, around=Circumstances(name), engine=engine)
    [choice] = [one for one in outcome.result.choices if one.name == "century"]
    assert (choice.certainty, choice.value) == (certainty, "1970 to 2049")
    assert choice.is_told is (certainty != PROVEN)
    assert any(f"'{day}'" in choice.evidence for day in cells)


@pytest.mark.parametrize(
    ("shipped", "certainty"), [("2024-03-07", PROVEN), ("7.3.2042", DOUBTED), ("7.3.1985", OPEN)]
)
def test_a_year_of_two_digits_is_compared_with_further_columns(
    shipped: str, certainty: str
) -> None:
    text = orders(f"p,1,1,05.03.24,{shipped}", header="sku,price,quantity,order_date,shipped")
    [choice] = [one for one in run(text).result.choices if one.name == "century"]
    assert choice.certainty == certainty


@pytest.mark.parametrize(
    ("uploaded", "certainty"), [(date(2024, 3, 4), PROVEN), (date(2024, 3, 3), DOUBTED)]
)
def test_a_year_of_two_digits_is_not_after_the_upload(uploaded: date, certainty: str) -> None:
    text = orders("p,1,1,05.03.24", header="sku,price,quantity,order_date")
    outcome = run(text, around=Circumstances(uploaded=uploaded))
    [choice] = [one for one in outcome.result.choices if one.name == "century"]
    assert choice.certainty == certainty


@pytest.mark.parametrize("day", ["2024-03-05", "05.03.2024", "45567", "24-03-05T", ""])
def test_dates_without_years_of_two_digits_have_no_such_choice(day: str) -> None:
    assert "century" not in [one.name for one in dates(day).result.choices]


def test_years_of_two_and_of_four_digits_are_read_in_one_file() -> None:
    outcome = dates("5 Mar 24", "6 Mar 2024", "07/03/24", "08/03/2024", "31/03/24")
    days = ["2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-31"]
    assert outcome.column("order_date") == days


ARABIC = str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")


@pytest.mark.parametrize("others", [[], ["5/3/2024"]])
def test_dates_in_digits_of_another_script_show_their_order(others: list[str]) -> None:
    outcome = dates("13/03/2024".translate(ARABIC), *others)
    assert outcome.column("order_date") == ["2024-03-13", "2024-03-05"][: len(others) + 1]
    [order] = [one for one in outcome.result.choices if one.name == "date_order"]
    assert (order.value, order.certainty) == (DateOrder.DAY_FIRST, "proven")


@pytest.mark.parametrize("mark", ["-", "/", ".", ""])
def test_a_day_behind_the_year_shows_how_all_dates_of_the_file_are_read(mark: str) -> None:
    days = [mark.join(parts) for parts in (("2024", "13", "03"), ("2024", "25", "04"))]
    outcome = dates(*days, mark.join(("2024", "03", "04")))
    assert outcome.column("order_date") == ["2024-03-13", "2024-04-25", "2024-04-03"]
    [order] = [one for one in outcome.result.choices if one.name == "date_order"]
    assert (order.value, order.certainty, order.is_told) == ("year_day_month", "proven", True)


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (["2024-13-03", "2024-01-04"], ["2024-03-13", "2024-04-01"]),
        (["2024-13-03", "2024-04-25", "2024-03-04"], [None, "2024-04-25", "2024-03-04"]),
        (["2024-13-03", *["2024-03-04"] * 10], [None, *["2024-03-04"] * 10]),
    ],
)
def test_few_days_behind_the_year_are_told_as_a_doubt(days: list[str], read: list[str]) -> None:
    outcome = dates(*days)
    assert outcome.column("order_date") == read
    [order] = [one for one in outcome.result.choices if one.name == "date_order"]
    assert order.certainty == "doubtful"
    contract = ruled(date_order=DateOrder.REFUSE)
    refused = run(
        orders(*(f"p,1,1,{day}" for day in days), header="sku,price,quantity,order_date"), contract
    )
    assert refused.refusal == "ambiguous_dates"
