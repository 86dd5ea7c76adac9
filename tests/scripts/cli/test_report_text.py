from pathlib import Path

import pytest
from click.testing import CliRunner
from orderlake.cli import cli
from orderlake.cli.report_text import rows_text
from orderlake.wording import amount_text

REPORT = {
    "counts": {"records": 1200, "accepted": 1190, "rejected": 7, "blank": 3},
    "reject_codes": {"empty": 5, "zero": 2},
    "sums": {"total_amount": "12.50"},
    "warnings": {"order_date": 1001},
}


@pytest.mark.parametrize(
    ("amount", "text"),
    [("121610.490000", "121610.49"), ("5.000000", "5.00"), ("0.123400", "0.1234"), ("7", "7")],
)
def test_an_amount_has_the_digits_of_the_data(amount: str, text: str) -> None:
    assert amount_text(amount) == text


def test_a_files_rows_are_told_with_all_that_became_of_them() -> None:
    assert rows_text(REPORT) == (
        "1,200 records, 1,190 accepted, 7 rejected (empty 5, zero 2), 3 blank; total 12.50; "
        "order_date unreadable in 1,001, written as null"
    )


def test_counts_of_zero_are_left_out() -> None:
    counts = {"records": 2, "accepted": 2, "rejected": 0, "blank": 0}
    plain = {"counts": counts, "reject_codes": {}, "sums": {"total_amount": "5.00"}, "warnings": {}}
    assert rows_text(plain) == "2 records, 2 accepted, 0 rejected; total 5.00"


def test_a_total_is_told_per_currency_with_the_part_that_is_not_sales(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text(
        "sku,price,quantity,currency,status\na,10.5,2,EUR,paid\nb,3,1,USD,paid\n"
        "c,0.999,1,USD,cancelled\nd,1000,1,JPY,shipped\ne,1,1,,paid\n"
    )
    ran = CliRunner().invoke(cli, ["transform", str(source), "--out", str(tmp_path / "out")])
    assert ran.stdout.endswith(
        "total 21.00 EUR, 1000.00 JPY, 3.999 USD, 1.00 without a currency; "
        "of which not sales: 0.999 USD (cancelled 1)\n"
    )


def test_a_total_in_one_currency_names_it() -> None:
    part = {"currency": "EUR", "no_sale": "", "rows": 3, "total_amount": "12.500000"}
    sums = {"total_amount": "12.500000", "parts": [part]}
    assert "; total 12.50 EUR;" in rows_text(REPORT | {"sums": sums})


def test_a_date_that_nobody_can_read_is_told_at_once(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("sku,price,quantity,order_date\na,1,2,some day\nb,1,2,2026-11-25\n")
    ran = CliRunner().invoke(cli, ["transform", str(source), "--out", str(tmp_path / "out")])
    assert "order_date unreadable in 1, written as null" in ran.stdout


def test_lines_above_the_header_are_told(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("Sales\nNovember\nsku,price,quantity\na,1,2\n")
    ran = CliRunner().invoke(cli, ["transform", str(source), "--out", str(tmp_path / "out")])
    assert ran.stdout.endswith("total 2.00; 2 lines above the header left out\n")


def test_a_choice_that_the_file_leaves_open_is_told(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("sku,price,quantity,order_date\na,1,2,03/04/2026\n")
    command = ["transform", str(source), "--out", str(tmp_path / "out")]
    (note,) = CliRunner().invoke(cli, command).stdout.splitlines()[1:]
    assert note.startswith("  note: order_date is read with the month before the day (date_order: ")
    assert note.endswith(
        '; if wrong: set date_order in the contract, to "day_first" or "month_first"'
    )
    source.write_text("sku,price,quantity,order_date\na,1,2,03/14/2026\n")
    assert "note:" not in CliRunner().invoke(cli, command).stdout


def test_a_transform_names_the_folders_that_it_wrote(tmp_path: Path) -> None:
    source, out = tmp_path / "orders.csv", tmp_path / "out"
    for quantity, folders in (("2", ["processed"]), ("2\nb,1.00,none", ["processed", "rejected"])):
        source.write_text(f"sku,price,quantity\na,1.00,{quantity}\n")
        ran = CliRunner().invoke(cli, ["transform", str(source), "--out", str(out)])
        named = ", ".join(str(out / name) for name in folders)
        assert f"written to {named} and {out / 'reports'}\n" in ran.stderr
