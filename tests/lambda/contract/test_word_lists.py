"""The lists beside the contract: whole as they ship, and refused with the entry that is wrong."""

import tomllib
from importlib.resources import files

import pytest
from order_transform.contract.compiled_lists import shipped_word_lists
from order_transform.contract.errors import ContractError
from order_transform.contract.header_names import normalise
from order_transform.contract.word_lists import FILES, parse_word_lists
from transformed import CONTRACT

TEXTS = [files("order_transform.contract").joinpath(name).read_text("utf-8") for name in FILES]
HEADERS, CURRENCIES, WORDS = TEXTS


def test_every_shipped_header_name_means_a_field_of_the_contract() -> None:
    lists = shipped_word_lists()
    names = {field.name for field in CONTRACT.fields}
    assert lists.aliases.keys() | lists.fallback.keys() == names


def test_every_habit_is_that_of_a_group_of_headers() -> None:
    words = shipped_word_lists().words
    groups = set(tomllib.loads(HEADERS))
    assert words.decimal_comma <= groups
    assert words.day_first <= groups


def test_every_currency_has_a_code_of_the_list() -> None:
    found = shipped_word_lists().currencies
    assert set(found.signs.values()) <= set(found.codes)
    assert {code for codes in found.shared.values() for code in codes} <= set(found.codes)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("SUBTOTAL", "totals"),
        ("Gesamtsumme", "totals"),
        ("Итого:", "totals"),
        ("合計", "totals"),
        ("Total général", "totals"),
        ("סה״כ", "totals"),
        ("Cancelled", "no_sale"),
        ("storniert", "no_sale"),
        ("Annulée", "no_sale"),
        ("wc-cancelled", "no_sale"),
        ("Refunded", "no_sale"),
        ("キャンセル", "no_sale"),
    ],
)
def test_a_label_or_a_status_is_known(label: str, kind: str) -> None:
    assert normalise(label) in getattr(CONTRACT.words, kind)


@pytest.mark.parametrize("status", ["paid", "shipped", "partially_refunded", "Teilweise erstattet"])
def test_a_sale_is_not_another_status(status: str) -> None:
    assert normalise(status) not in CONTRACT.words.no_sale


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("März", 3),
        ("maerz", 3),
        ("août", 8),
        ("dic", 12),
        ("Mayıs", 5),
        ("декабря", 12),
        ("5月", 5),
    ],
)
def test_a_month_is_known_in_its_language(name: str, month: int) -> None:
    assert CONTRACT.words.months[normalise(name)] == month


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ('[a]\n"X" = "price"\n[b]\n"x" = "quantity"', "means quantity here and price in another"),
        ('[a]\n"X" = 1', "'X' must have a letter"),
        ('[a]\n"#" = "price"', "'#' must have a letter"),
        ('[a]\n"X" = ["price", "quantity"]', "mean one field"),
        ("a = 1", "must be a table"),
        ("[a", "not TOML"),
    ],
)
def test_a_broken_list_of_headers_names_its_entry(headers: str, says: str) -> None:
    with pytest.raises(ContractError, match=says) as caught:
        parse_word_lists(headers, CURRENCIES, WORDS)
    assert caught.value.path == "headers.toml"


def test_a_fallback_may_mean_several_fields_in_its_order() -> None:
    headers = '[a.fallback]\n"Amount" = ["line_total", "price"]\n"Rate" = "price"'
    lists = parse_word_lists(headers, CURRENCIES, WORDS)
    assert lists.fallback == {"line_total": ("Amount",), "price": ("Amount", "Rate")}


@pytest.mark.parametrize("lost", ["articles", "header_endings", "totals", "no_sale", "months"])
def test_a_missing_list_is_named(lost: str) -> None:
    with pytest.raises(ContractError, match=lost) as caught:
        parse_word_lists(HEADERS, CURRENCIES, WORDS.replace(f"[{lost}]", "[other]"))
    assert caught.value.path == "words.toml"


def test_months_are_twelve_and_mean_one_number() -> None:
    for wrong in ('x = ["a"]', 'x = ["a", "a", "", "", "", "", "", "", "", "", "", ""]'):
        with pytest.raises(ContractError, match="month"):
            parse_word_lists(HEADERS, CURRENCIES, WORDS + wrong)
