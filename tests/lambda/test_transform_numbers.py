"""Which cells are numbers, and how the number style of a whole file is found."""

from decimal import Decimal
from itertools import product

import pytest
from order_transform.contract.definition import NumberStyle
from transformed import HASTY, orders, prices, ruled, run

READABLE = {
    "5": "5",
    "5.": "5",
    ".5": "0.5",
    "+5": "5",
    " 7 ": "7",
    "\t8": "8",
    "$5": "5",
    "5 €": "5",
    "€ 5.50": "5.5",
    "USD 5": "5",
    "usd5": "5",
    "R$5": "5",
    "US$5": "5",
    "CA$ 5": "5",
    "5 TL": "5",
    "5 \u0440\u0443\u0431.": "5",
    "5\u5143": "5",
    "1,000": "1000",
    "1,00,000": "100000",
    "1 000": "1000",
    "1'000": "1000",
    "1\u00a0000.5": "1000.5",
    "-0": "0",
    "0.000": "0",
    "000000000000000000000000000001.5": "1.5",
    "1.50000000000": "1.5",
    "999999999999999999.999999": "999999999999999999.999999",
    "1e5": "100000",
    "1.5E+03": "1500",
    "1.25e-3": "0.00125",
    "25E-2": "0.25",
    "\uff11\uff12": "12",
    "\u0663": "3",
    "\u0661\u0662\u066b\u0665": "12.5",
    "\u06f4": "4",
    "\u0661\u066c\u0662\u0663\u0664": "1234",
    "\uff04\uff15\uff0e\uff12": "5.2",
    "\u200e5": "5",
    "1\u2009234": "1234",
    "1\u202f234.5": "1234.5",
    "1\u2019234": "1234",
    "1,23,45,678.50": "12345678.50",
    "5.-": "5",
    "5.--": "5",
    "Fr. 5.-": "5",
    "5.\u2013": "5",
}
UNREADABLE = [
    "-",
    ".",
    ",",
    "1e50",
    "1e",
    "e5",
    "1.5e5.5",
    "0x10",
    "1_000",
    "NaN",
    "inf",
    "\u00bd",
    "--5",
    "+-5",
    "(5",
    "5)",
    "-(5)",
    "((5)",
    "-$(5)",
    "$(5",
    "1,,000",
    "1,00",
    "5%",
    "1/2",
    "5 USD 5",
    "$$5",
    "5-5",
    "1.2.3",
    "1'234,567.8",
    "1 234,567",
    "5\u22125",
    "ERROR",
    "NULL",
    "1;2",
    "'5",
    "5\u20125",
]


@pytest.mark.parametrize(("cell", "value"), READABLE.items(), ids=map(repr, READABLE))
def test_a_readable_price_has_its_value(cell: str, value: str) -> None:
    outcome = prices([cell, "0.25"])  # the second shows the style
    assert outcome.column("price") == [Decimal(value), Decimal("0.25")]


@pytest.mark.parametrize("cell", UNREADABLE, ids=map(repr, UNREADABLE))
def test_an_unreadable_price_is_quarantined(cell: str) -> None:
    outcome = prices([cell, "0.25"])
    assert outcome.reasons() == [[("not_a_number", "price")]]
    assert outcome.rejects[0]["reasons"][0]["value"] == cell
    assert outcome.column("price") == [Decimal("0.25")]


@pytest.mark.parametrize(
    "cell",
    [
        "-5",
        "(5)",
        "5-",
        "- 5",
        "$-5",
        "-$5",
        "($5.00)",
        "$(5.00)",
        "$ (5)",
        "\u22125",
        "5\u2212",
        "\u20135",
        "\uff085\uff09",
        "-1e2",
    ],
)
def test_a_negative_price_is_below_the_minimum(cell: str) -> None:
    assert prices([cell]).reasons() == [[("below_minimum", "price")]]


@pytest.mark.parametrize("cell", ["-2", "(2)", "2-", "-2.0", "\u22122", "2\u2212", "-2e0"])
def test_a_return_has_a_negative_total(cell: str) -> None:
    outcome = run(orders(f"a,1.50,{cell}"))
    assert outcome.column("total_amount") == [Decimal("-3.00")]


@pytest.mark.parametrize(
    ("cells", "style", "certain"),
    [
        (["1.5"], "dot", True),
        (["1,5"], "comma", True),
        (["1,234"], "dot", False),
        (["1.234"], "dot", False),
        (["1,234", "1.5"], "dot", True),
        (["1.234", "1,5"], "comma", True),
        (["1.234,50", "ERROR"], "comma", True),
        (["5", "7", "ERROR"], "dot", True),
        (["1,234,567"], "dot", True),
        (["1.5", "2.5", "3,5"], "dot", True),
    ],
)
def test_the_number_style_is_that_of_the_whole_file(
    cells: list[str], style: str, certain: bool
) -> None:
    outcome = prices(cells)
    assert outcome.result.assumptions["number_style"] == style
    assert outcome.is_doubtful is not certain


def test_a_field_has_its_own_style_where_all_its_numbers_need_it() -> None:
    rows = ('a,"0,90 €",1.0', 'b,"1.250,00 €",2.0', "c,3,1.0")
    outcome = run(orders(*rows))
    assert outcome.column("total_amount") == [Decimal("0.90"), Decimal("2500.00"), Decimal(3)]
    told = {(one.field, one.value): one for one in outcome.result.choices if one.is_told}
    style = told["price", NumberStyle.COMMA]
    assert style.name == "number_style"
    assert style.evidence.endswith("those of quantity only otherwise")


@pytest.mark.parametrize("quantity", ["-100.000", "(100.000)", "100.000-"])
def test_a_sign_is_not_a_digit_of_a_group(quantity: str) -> None:
    outcome = run(orders('a,"0,5",1', f'a,"0,5",{quantity}'))
    assert outcome.column("quantity") == [1, -100_000]


def test_the_contract_settles_what_the_file_does_not_tell() -> None:
    assert prices(["1,234"]).column("price") == [Decimal(1234)]
    comma = ruled(number_style=NumberStyle.COMMA)
    assert prices(["1,234"], comma).column("price") == [Decimal("1.234")]


def test_a_cell_of_the_other_style_is_quarantined_and_not_guessed() -> None:
    outcome = prices(["1.5", "2.5", "3,5"])
    assert outcome.column("price") == [Decimal("1.5"), Decimal("2.5")]
    assert outcome.reasons() == [[("not_a_number", "price")]]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("9999999999999", "too_large"),
        ("2.5", "not_whole"),
        ("0", "zero"),
        ("-0", "zero"),
        ("", "empty"),
        ("two", "not_a_number"),
        ("1e-2", "not_whole"),
        ("1e99", "not_a_number"),
    ],
)
def test_a_quantity_is_a_whole_number_and_not_zero(cell: str, code: str) -> None:
    outcome = run(orders(f"a,1,{cell}", "b,1,2.0"))
    assert outcome.reasons() == [[(code, "quantity")]]
    assert outcome.column("quantity") == [2]


def test_a_quantity_in_a_style_that_is_not_the_files_does_not_crash() -> None:
    outcome = run(orders('a,1.5,"1 234,567"', "a,1.5,1"))
    assert outcome.counts.accepted == 1


@pytest.mark.parametrize("word", ["Fr.", "\\", "[", "^", "]", "$$", "Kč", "{x}", "'"])
def test_a_currency_word_is_a_text_and_no_pattern(word: str) -> None:
    outcome = prices([f"{word} 5.25", "x 5.25"], ruled(currency_words=(word,)))
    assert outcome.column("price") == [Decimal("5.25")]


LISTS = [
    '"A-1, B-2","3,125","1,250"',
    '"A-1;B-2","3,125","1,250"',
    '"A-1\nB-2","3,125","1,250"',
    '"A, B, C","1,102,103","4,205,206"',
    '"Desk, oak","1,250.75","1,200"',
    '"A-1, B-2","3.5, 12.5","1, 2"',
    '"A-1|B-2",3.5|12.5,1|2',
    '"A-1; B-2","3,50; 12,50","1; 2"',
]
NO_LISTS = {
    '"Mug, red","1,250",2': "2500",
    '"Mug, red",1.50,"1,250"': "1875",
    'MUG,"3,125","1,250"': "3906250",
    '"Mug, red, big","3,125","1,250"': "3906250",
    '"Desk, oak","1,250.00","1,000"': "1250000",
    '"Desk, oak","1,250.50","1,200"': "1500600",
    '"Desk, oak","1,250.75","1,050"': "1313287.50",
    '"Desk, oak","$1,250.00","1,200"': "1500000",
    '"A, B, C","1,002,003","4,105,106"': "4113328527318",
}


@pytest.mark.parametrize("row", LISTS)
def test_a_row_of_several_items_is_rejected_and_not_read_as_thousands(row: str) -> None:
    outcome = run(orders(row, "CUP,1.25,1"))
    assert outcome.counts.rejected == 1
    assert ("several_items", "quantity") in outcome.reasons()[0]


@pytest.mark.parametrize(("row", "total"), NO_LISTS.items(), ids=NO_LISTS)
def test_a_product_with_commas_beside_other_numbers_is_one_item(row: str, total: str) -> None:
    assert run(orders(row, "CUP,1.25,0")).lines[0]["total_amount"] == Decimal(total)


@pytest.mark.parametrize(("total", "accepted"), [("3906250", 1), ('"3,906,250.00"', 1), ("8", 0)])
def test_a_rows_own_total_shows_that_its_numbers_have_thousands(total: str, accepted: int) -> None:
    rows = [f'"A-1, B-2","3,125","1,250",{total}', "CUP,1.25,1,1.25"]
    outcome = run(orders(*rows, header="sku,price,quantity,line total"))
    assert outcome.counts.accepted == 1 + accepted


def test_a_decimal_comma_makes_no_list() -> None:
    rows = ['"Mug, red";3,50;2,00', "Cup;12,25;1,00"]
    outcome = run(orders(*rows, header="sku;price;quantity"))
    assert outcome.column("total_amount") == [Decimal("7.00"), Decimal("12.25")]


# More words than a file's currencies are noted for; no currency begins with one of them.
TWO_LETTERS = tuple(product(range(0x3B1, 0x3C2), repeat=2))


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["5 EUR", "7,50", "US$ 8"], ["5", "7.5", "8"]),
        (["1e2", "7 kr"], ["100", "7"]),
        (["5", f"8{' ' * 80}EUR"], ["5", "8"]),
        ([*(f"5 {chr(first)}{chr(last)}q" for first, last in TWO_LETTERS), "7 kr"], ["7"]),
        (["5 \u017fek", "6 \u212ar"], ["5", "6"]),
    ],
    ids=["several", "an exponent", "a long cell", "hundreds of words", "letters like others"],
)
def test_each_currency_of_a_file_is_read(cells: list[str], amounts: list[str]) -> None:
    assert prices(cells).column("price") == list(map(Decimal, amounts))


def test_a_mark_far_below_changes_nothing_of_what_is_told() -> None:
    text = orders("a,1,2", "b,2,3", "c,3.5,1")
    assert run(text).said() == run(text, engine=HASTY).said()
