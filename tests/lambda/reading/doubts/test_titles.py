"""What the lines above a header, and a file's name, say of its rows."""

from order_transform.reading.closer_look import Circumstances
from transformed import orders, run

HEADER = "order_id,sku,quantity,price"
ROWS = ("1,MUG,2,3.50", "2,PLATE,1,4.00")
FILE = orders(*ROWS, header=HEADER)


def _told(text: str, name: str = "raw/orders.csv") -> list[str]:
    result = run(text, around=Circumstances(name)).result
    return [choice.name for choice in result.choices if choice.is_told]


def test_a_title_that_says_thousands_or_cents_is_told() -> None:
    for title in (
        "Sales in thousands",
        "All figures in k€",
        "TEUR",
        "USD '000",
        "en milliers d’euros",
        "单位：万元",
        "Beträge in Cent",
    ):
        assert _told(f"{title}\n{FILE}") == ["amounts_in"], title


def test_a_unit_below_the_header_is_told() -> None:
    assert "amounts_in" in _told(orders(",,pcs,kEUR", *ROWS, header=HEADER))
    assert "amounts_in" not in _told(orders(",,pcs,EUR", *ROWS, header=HEADER))


def test_a_file_that_is_called_as_a_list_without_sales_is_told() -> None:
    for title in ("Returns report November 2026", "Stornierte Bestellungen", "Status: cancelled"):
        assert _told(f"{title}\n{FILE}") == ["no_sale"], title
    for name in ("raw/refunds-2026-11.csv.gz", "raw/quotes/11.csv", "raw/2026.xlsx!Returns"):
        assert _told(FILE, name) == ["no_sale"], name


def test_ordinary_titles_and_names_say_nothing() -> None:
    for title in (
        "Orders and returns",
        "50 Cent Store",
        '"Total orders:","1,000"',
        "Orders over 10.000 EUR",
        "Status: paid",
        "Stock Shop GmbH",
    ):
        assert _told(f"{title}\n{FILE}") == [], title
    for name in ("raw/sample-export.csv", "raw/order-returns-and-sales.csv", "test.csv", ""):
        assert _told(FILE, name) == [], name


def test_returns_that_lower_the_total_in_a_file_of_returns_are_not_doubted_by_its_name() -> None:
    header = f"{HEADER},status"
    text = orders("1,MUG,-2,3.50,", "2,PLATE,1,4.00,returned", header=header)
    assert _told(text, "raw/returns.csv") == []
