"""How names are compared, and what a header becomes as a column name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_transform.contract.header_names import (
    bare_name,
    normalise,
    plain_name,
    snake_case,
    spellings,
)

ARTICLES = frozenset({"de", "del", "la", "the", "of", "l", "d"})
ENDINGS = frozenset({"eur", "exclvat"})


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ("UnitPrice", "unit_price"),
        ("Quantité", "QUANTITE"),
        ("Número de Pedido", "numero de pedido"),
        ("Ilość", "ilosc"),
        ("Šifra", "sifra"),
        ("Ｐｒｉｃｅ", "price"),
        ("Қағаз", "қағаз"),
        ("Ürün Adı", "urun adi"),
        ("Τιμή", "τιμη"),
        ("№ заказа", "No заказа"),
    ],
)
def test_case_accents_spaces_and_width_do_not_count(header: str, same: str) -> None:
    assert normalise(header) == normalise(same)


@pytest.mark.parametrize(("one", "other"), [("カキ", "ガギ"), ("ราคา", "รคา"), ("कि", "की")])
def test_a_mark_that_is_not_an_accent_counts(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_an_umlaut_may_be_spelled_out() -> None:
    assert spellings("Stückpreis") == ("stuckpreis", "stueckpreis")
    assert "stuckpreis" in spellings(unicodedata.normalize("NFD", "Stückpreis"))
    assert "beloeb" in spellings("Beløb")


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("Precio del producto", "precioproducto"),
        ("ID Produit", "produitid"),
        ("Produit ID", "produitid"),
        ("Nr. zamówienia", "zamowienianr"),
        ("Numéro de l'article", "articlenumero"),
        ("Quantity D", "quantityd"),
        ("La", "la"),
        ("", ""),
    ],
)
def test_articles_and_the_place_of_an_id_do_not_count(header: str, plain: str) -> None:
    assert plain_name(header, ARTICLES) == plain


def test_a_unit_or_a_tax_at_the_end_does_not_count() -> None:
    assert bare_name("Unit Price (EUR, excl. VAT)", ARTICLES, ENDINGS) == "unitprice"
    assert bare_name("EUR", ARTICLES, ENDINGS) == "eur"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("OrderTotal", "order_total"),
        ("Ship-To Country", "ship_to_country"),
        ("  É ü ", "é_ü"),
        ("Größe", "größe"),
        ("2nd", "column_2nd"),
        ("日本", "日本"),
        ("税率（％）", "税率"),
        ("Примечание к заказу", "примечание_к_заказу"),
        ("배송 메모", "배송_메모"),
        ("ملاحظات العميل", "ملاحظات_العميل"),
        ("שם הקונה", "שם_הקונה"),
        ("ชื่อผู้รับ", unicodedata.normalize("NFKC", "ชื่อผู้รับ")),
        ("İndirim Tutarı", "indirim_tutarı"),
        ("__x__", "x"),
        ("HTTPCode", "httpcode"),
        ("%", "percent_sign"),
        ("#", "number_sign"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_header_becomes_a_name_with_its_own_letters(header: str, name: str) -> None:
    assert snake_case(header) == name


@given(st.text())
def test_a_column_name_is_one_that_glue_and_athena_take(header: str) -> None:
    name = snake_case(header)
    assert len(name.encode()) <= 200
    assert name == name.lower()
    assert not set(name) & set(" \t\r\n\"'`.,;:=/")
    assert snake_case(name) == name or name.startswith("column_")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
