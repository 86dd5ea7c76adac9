"""Encodings: files of many languages read back, and what is told of bytes that are not text."""

import pytest
from order_transform.reading.choices import Certainty, Choice
from order_transform.sql.engine import Engine
from transformed import LENIENT, Outcome, orders, ruled, run

# encoding, header, and texts that must come back as they were
EXPORTS = [
    ("cp1250", "Číslo objednávky;Název produktu;Množství;Cena za kus", "Žlutý hrnek|Kůň|Šálek"),
    ("cp1250", "Numer zamówienia;Nazwa produktu;Ilość;Cena", "Łyżka stołowa|Świeca|Długopis"),
    ("cp1250", "Rendelésszám;Terméknév;Mennyiség;Egységár", "Fűszer|Tűzőgép|Őszi kabát"),
    ("cp1250", "order_id;product;qty;price", "Kubek żółty|Łyżka|Gęś"),
    ("iso8859_2", "Číslo objednávky;Název produktu;Množství;Cena", "Žlutý|Kůň|Šálek|Řepka"),
    ("cp1251", "Номер заказа;Товар;Количество;Цена", "Кружка|Ручка|Чайник"),
    ("cp1251", "order_id;product;quantity;unit_price", "Кружка|Ручка"),
    ("cp1251", "Номер замовлення;Назва товару;Кількість;Ціна", "Їжак іграшка|Ґудзик"),
    ("cp866", "Номер заказа;Товар;Количество;Цена", "Кружка|Ручка|Чайник"),
    ("koi8_r", "Номер заказа;Товар;Количество;Цена", "Кружка|Ручка|Чайник"),
    ("cp1252", "order_id;product;qty;price", "Käse|Müsli"),
    ("cp1252", "order_id,product,qty,price", "Café|Jalapeño|Crème brûlée"),
    ("cp1252", "order_id;product;qty;price", "Smörgås|Köttbullar|Ål"),
    ("cp1252", "order_id;product;qty;price", "Rødgrød|Æble|Ål"),
    ("cp1252", "order_id;product;qty;price", "Pão|Maçã|Feijão"),
    ("cp1252", "order_id,product,qty,price", "24” Monitor|Men’s shirt|Pen – blue|Tea €5"),
    ("cp1253", "Αριθμός παραγγελίας;Προϊόν;Ποσότητα;Τιμή", "Κούπα|Στυλό|Ελαιόλαδο"),
    ("cp1254", "Sipariş No;Ürün Adı;Adet;Birim Fiyat", "Çay bardağı|Kırmızı şapka|İpek eşarp"),
    ("cp1254", "order_id;product;qty;price", "Çay bardağı|Kırmızı şapka"),
    ("cp1255", "מספר הזמנה;מוצר;כמות;מחיר", "ספל|עט"),
    ("cp1256", "رقم الطلب;المنتج;الكمية;السعر", "كوب|قلم"),
    ("gb18030", "订单号,商品名称,数量,单价", "杯子|钢笔|书包"),
    ("gb18030", "order_id,product,qty,price", "杯子|钢笔|T恤 红色"),
    ("big5", "訂單編號,商品名稱,數量,單價", "杯子|鋼筆|書包"),
    ("big5", "order_id,product,qty,price", "馬克杯|鋼筆"),
    ("shift_jis", "注文番号,商品名,数量,単価", "マグカップ|ペン|かばん"),
    ("cp932", "order_id,product,qty,price", "マグカップ|ペン"),
    ("euc_jp", "注文番号,商品名,数量,単価", "マグカップ|ペン|かばん"),
    ("cp949", "주문번호,상품명,수량,단가", "머그컵|볼펜|가방"),
    ("euc_kr", "order_id,product,qty,price", "머그컵|볼펜"),
    ("mac_roman", "Bestellnummer;Artikel;Menge;Einzelpreis", "Käse|Müsli|Brötchen"),
    ("mac_roman", "order_id,product,qty,price", "Café|Crème brûlée"),
    ("cp850", "order_id;product;qty;price", "Käse|Müsli|Brötchen"),
]
PLAIN = orders("Käse,1.50,2", "Tea,2.00,1", "Brötchen,1,1")


def export(header: str, texts: list[str], line_end: str = "\r\n") -> str:
    delimiter = ";" if ";" in header else ","
    price = "7,50" if delimiter == ";" else "7.50"
    rows = [delimiter.join((str(at), text, "2", price)) for at, text in enumerate(texts, 1)]
    return line_end.join((header, *rows, ""))


def encoding_of(outcome: Outcome) -> Choice[object]:
    [choice] = [one for one in outcome.result.choices if one.name == "encoding"]
    return choice


@pytest.mark.parametrize(("encoding", "header", "texts"), EXPORTS)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_a_small_export_in_an_old_encoding_is_read_and_told(
    encoding: str, header: str, texts: str, line_end: str
) -> None:
    names = texts.split("|")
    outcome = run(export(header, names, line_end).encode(encoding))
    assert outcome.refusal is None
    assert outcome.column("product_id") == names
    assert encoding_of(outcome).is_told


def test_a_known_header_proves_an_encoding_and_a_few_texts_leave_a_doubt() -> None:
    known = run(export("Номер заказа;Товар;Количество;Цена", ["Кружка"]).encode("cp1251"))
    assert encoding_of(known).certainty is Certainty.PROVEN
    doubtful = run(export("id;product;qty;price", ["Кружка"]).encode("cp1251"))
    assert encoding_of(doubtful).certainty is Certainty.DOUBTFUL
    assert "Кружка" in encoding_of(doubtful).evidence


@pytest.mark.parametrize("letter", "ßäöüéèàçñåøÀÉ")
@pytest.mark.parametrize("beside", ["", "télling", "Größe"])
def test_a_lone_letter_is_read_as_western_and_told_as_a_guess(letter: str, beside: str) -> None:
    names = [name for name in ("Tea", beside, letter) if name]
    outcome = run(export("order_id,product,qty,price", names).encode("cp1252"))
    assert outcome.column("product_id") == names
    assert encoding_of(outcome).certainty is Certainty.DOUBTFUL
    if not beside:
        assert "these few letters may be others" in encoding_of(outcome).evidence


@pytest.mark.parametrize(
    ("encoding", "names"),
    [("cp1252", "Café|Fußmatte|Smörgås|Jalapeño"), ("cp1250", "Řepka|Őszi|Łyżka|Šálek|Gęś")],
)
def test_words_of_several_languages_in_one_file_are_read(encoding: str, names: str) -> None:
    outcome = run(export("order_id,product,qty,price", names.split("|")).encode(encoding))
    assert outcome.column("product_id") == names.split("|")


@pytest.mark.parametrize("rows", [1, 40_000], ids=["one chunk", "several chunks"])
def test_one_bad_byte_does_not_make_utf_8_another_encoding(rows: int) -> None:
    data = orders(*["Brötchen,1,1"] * rows, "B?d,1,1", "Käse,1,1").encode().replace(b"?", b"\xff")
    outcome = run(data)
    assert outcome.column("product_id")[-3:] == ["Brötchen", "B\ufffdd", "Käse"]
    assert encoding_of(outcome).value == "utf-8"
    assert "1 byte is not a character" in encoding_of(outcome).evidence
    assert f"the first in line {rows + 2:,}" in encoding_of(outcome).evidence


def test_a_character_that_is_cut_off_at_the_end_is_told() -> None:
    outcome = run(orders("Käse,1,1", "Brötchen,1,1,").encode()[:-2] + "é".encode()[:1])
    assert encoding_of(outcome).value == "utf-8"
    assert "1 byte is not a character" in encoding_of(outcome).evidence


def test_a_replacement_character_of_the_export_itself_is_not_counted() -> None:
    outcome = run(orders("K\ufffdse,1,1"))
    assert encoding_of(outcome).is_proven
    assert not encoding_of(outcome).is_told


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", [PLAIN, export("备注,商品,qty,price", ["杯子"])])
def test_utf_16_is_read_with_and_without_its_mark(encoding: str, text: str) -> None:
    outcome = run(text.encode(encoding), engine=Engine())
    assert encoding_of(outcome).value == encoding
    assert encoding_of(outcome).is_told
    assert outcome.counts.records == text.count("\n") - 1


def test_a_nul_byte_is_told_where_it_is() -> None:
    rows = [f"a{number},1,1" for number in range(500)]
    outcome = run(orders(*rows, "b\0c,1,1"))
    assert outcome.counts.records == 501
    assert "1 NUL byte is in it, the first in line 502" in encoding_of(outcome).evidence
    assert encoding_of(outcome).is_told
    refused = run(b"sku,price,quantity\na,1,1\n" + bytes(300)).result.refusal
    assert refused is not None
    assert refused[0] == "binary"
    assert "the first in line 3" in refused[1]


def test_a_contracts_encoding_is_taken_at_its_word() -> None:
    refused = run(orders("Käse,1,1"), ruled(encoding="ascii"))
    assert refused.refusal == "not_in_encoding"
    assert run(b"sku,price,quantity\nK\xe4se,1,1\n", ruled(encoding="utf-8")).refusal
    outcome = run(orders("Žlutý,1,1").encode("cp1250"), ruled(encoding="cp1250"))
    assert encoding_of(outcome).certainty is Certainty.SETTLED


def test_utf_8_is_not_told() -> None:
    assert not encoding_of(run(PLAIN, LENIENT)).is_told
