"""Texts and items of the first rows that may not be what the shop meant: told, and kept."""

import pytest
from order_transform.contract.definition import OnProblem
from order_transform.reading.choices import Choice
from transformed import HASTY, Outcome, orders, ruled, run

HEADER = "order_id,sku,customer_id,price,quantity"


def told(outcome: Outcome, name: str) -> list[Choice[object]]:
    return [choice for choice in outcome.result.choices if choice.name == name]


@pytest.mark.parametrize(
    ("rows", "field", "evidence"),
    [
        (["1,A,NULL,2,1", "2,B,7,2,1"], "customer_id", "'NULL' stands in 1 of the first 2 rows"),
        (["1,A,7,2,1", "〃,B,7,2,1"], "order_id", "'〃' stands in 1 of the first 2 rows"),
        (["TRUE,A,7,2,1", "2,B,7,2,1"], "order_id", "a program has put a yes or a no there"),
        (["1,-,7,2,1", "2,?,7,2,1"], "product_id", "'-' or '?' stands in 2 of the first 2 rows"),
        (["1,nan,7,2,1"], "product_id", "'nan' stands in 1 of the first 1 rows"),
        (["1.23E+15,A,7,2,1"], "order_id", "a spreadsheet has rounded it"),
        (["1,'4,00638E+12',7,2,1".replace("'", '"')], "product_id", "a spreadsheet has rounded it"),
        (["123456789012345000,A,7,2,1", "123456789012346000,B,7,2,1"], "order_id", "rounded"),
        (["1,3-Jan,7,2,1", "2,B-1,7,2,1"], "product_id", "made a day of it"),
        (["1,'00123,7,2,1", "2,B,7,2,1"], "product_id", "'00123', in 1 of the first 2 rows"),
        (["1,MUG,7,2,1", "2,01. Mrz,7,2,1"], "product_id", "made a day of it"),
        (["1001.0,A,7,2,1", "1002.0,B,7,2,1"], "order_id", "made a decimal number of it"),
        (["1,2026-01-03,7,2,1", "2,B-1,7,2,1"], "product_id", "made a day of it"),
        (["1,3.1.2026 00:00,7,2,1", "2,B-1,7,2,1"], "product_id", "made a day of it"),
        (['"1,001",A,7,2,1', '"1,002",A,7,2,1', "999,A,7,2,1"], "order_id", "with a separator"),
        (["1,A,7,2,1", "1,,7,2,1"], "product_id", "empty in 1 of the first 2 rows, such as '1, 7"),
    ],
)
def test_a_text_that_is_no_value_or_that_a_program_has_changed_is_told(
    rows: list[str], field: str, evidence: str
) -> None:
    text = orders(*rows, header=HEADER)
    for outcome in (run(text), run(text, engine=HASTY)):
        [choice] = told(outcome, "texts")
        assert choice.field == field
        assert evidence in choice.evidence
        assert outcome.counts.accepted == len(rows)


def test_a_day_that_stands_for_no_date_is_told() -> None:
    text = orders("A,1,1,1970-01-01", "B,1,1,2026-01-05", header="sku,price,quantity,order_date")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert [choice.field for choice in told(outcome, "texts")] == ["order_date"]


@pytest.mark.parametrize("sku", ["'A'", "\u201cA\u201d", "\u00abA\u00bb"])
def test_texts_in_quotes_of_another_kind_are_told(sku: str) -> None:
    outcome = run(orders(f"{sku},1,1"))
    assert outcome.column("product_id") == [sku]
    assert sku in told(outcome, "texts")[0].evidence
    assert not told(run(orders(f"{sku},1,1", "A,1,1")), "texts")


def test_a_character_that_nobody_sees_is_told() -> None:
    assert told(run(orders("A\t,1,1")), "texts")
    outcome = run("sku,price,quantity\nA,1,1\n\ufeffB,1,1\n")
    assert r"'\ufeffB' has a character" in told(outcome, "texts")[0].evidence


@pytest.mark.parametrize("name", ["M\ufffdnchen", "Mug &amp; Cup", "Caf&eacute;", "It&#39;s"])
def test_texts_that_a_program_has_damaged_are_told(name: str) -> None:
    header = "sku,name,price,quantity"
    assert told(run(orders(f"A,{name},1,1", header=header)), "texts")
    assert not told(run(orders("A,Salt & Pepper; R&B;,1,1", header=header)), "texts")


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (["A,1,2.00", "B,2,3.00", "January,3,8.00"], 1),
        (["A,1,2.00", "B,2,3.00", "C,3,4.00"], 0),  # the quantity alone
        (["Group,3,8.00", "A,1,2.00", "B,2,3.00", "Group 2,3,7.00", "C,1,1.00", "D,2,3.00"], 1),
        (["A,1,2.00", "B,2,3.00", "C,1,5.00", "Z9,3,13.00"], 1),  # the number of rows
        (["A,1,2.00", "B,2,3.00", "C,1,5.00", "Z9,4,12.99"], 0),
        (["A,1,2.00", "B,2,3.00", ",3,8.00"], 0),  # rejected as a total, since it has no product
    ],
)
def test_a_row_with_the_sums_of_those_above_is_told(rows: list[str], count: int) -> None:
    text = orders(*rows, header="sku,quantity,price")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "totals")) == count


@pytest.mark.parametrize("label", ["Max", "MIN:", "\u00d8", "max."])
@pytest.mark.parametrize("above", [3, 1_200])
def test_a_row_with_the_largest_or_the_mean_of_those_above_is_told(label: str, above: int) -> None:
    rows = [f"{number},A,7,2,1" for number in range(above)]
    text = orders(*rows, f"{label},,,2,1", header=HEADER)
    for outcome in (run(text), run(text, engine=HASTY)):
        [choice] = told(outcome, "totals")
        assert label in choice.evidence


def test_a_product_that_is_sold_as_max_is_not_told() -> None:
    outcome = run(orders("1,Max,7,2,1", "2,Max,7,2,1", "3,Mini,7,2,1", header=HEADER))
    assert not told(outcome, "totals")


@pytest.mark.parametrize(
    ("parent", "price", "count"), [("SET", "10.00", 1), ("SET", "0.00", 0), ("", "10.00", 0)]
)
def test_parts_of_a_set_that_have_a_price_beside_it_are_told(
    parent: str, price: str, count: int
) -> None:
    rows = ["1,SET,1,30.00,", f"1,CUP,1,{price},{parent}"]
    outcome = run(orders(*rows, header="order_id,sku,quantity,price,parent_sku"))
    assert len(told(outcome, "bundles")) == count


def test_a_price_for_a_thousand_pieces_by_a_code_is_told() -> None:
    header = "sku,quantity,price,price_uom"
    [choice] = told(run(orders("S,2000,12.00,M", "T,5,2.00,EA", header=header)), "column")
    assert "'price_uom' is 'M'" in choice.evidence
    assert not told(run(orders("T,5,2.00,EA", header=header)), "column")


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (["1,A,1,10", "1,A,1,10", "2,B,1,5", "2,B,1,5"], 1),
        (["1,A,1,10", "2,B,1,5", "3,C,1,5", "1,A,1,10", "2,B,1,5", "4,C,1,5", "5,D,1,5"], 1),
        (["1,A,1,10", "1,A,1,10", "2,B,1,5", "3,C,1,5"], 0),  # two equal pieces of one order
        (["1,A,1,10", "1,A,2,10", "1,B,1,10"], 0),
        ([",A,1,10", ",A,1,10"], 0),  # no order tells that they are the same
    ],
)
def test_order_lines_that_come_again_are_told(rows: list[str], count: int) -> None:
    text = orders(*rows, header="order_id,sku,quantity,price")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "repeated")) == count


@pytest.mark.parametrize(
    ("header", "versions", "count"),
    [("Version", "1 2", 1), ("Rev.", "A B", 1), ("Version", "1 1", 0), ("Box", "1 2", 0)],
)
def test_an_order_in_two_versions_is_told(header: str, versions: str, count: int) -> None:
    first, second = versions.split()
    rows = [f"1,{first},A,2,5.00", f"1,{second},A,3,5.00", "2,1,B,1,7.00"]
    text = orders(*rows, header=f"order_id,{header},sku,quantity,price")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "repeated")) == count


@pytest.mark.parametrize(("status", "count"), [("paid", 1), ("refunded", 0)])
def test_a_refund_is_told_where_its_row_is_a_sale(status: str, count: int) -> None:
    rows = ["A,2,10.00,20.00,paid" if count else "A,2,10.00,0,paid", f"B,1,5.00,5.00,{status}"]
    text = orders(*rows, header="sku,quantity,price,refunded amount,status")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "discount")) == count


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (["A,Rome,1,5.00", "B,Paris, 75001,2,9.99", "C,Oslo,3,7.00,gift"], 1),
        (["A,Rome,1,5.00", "B,Paris,75001,2,9.99"], 1),
        (["A,Rome,1,5.00", "B,Paris,2,9.99,9.99"], 0),
        (["A,Rome,1,5.00,", "B,Paris,1,2,9.99"], 0),  # each row is as wide as the header
        (["A,Rome,1,5", "B,Paris,1,2,9.99"], 0),  # whole prices are usual here
    ],
)
def test_a_shifted_row_is_told_where_rows_end_early(rows: list[str], count: int) -> None:
    text = orders(*rows, header="sku,city,quantity,price,note")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "shifted")) == count


@pytest.mark.parametrize(
    "rows",
    [
        ["1,A-1,7,2,1", "2,B.0,8,2,1"],
        ["4006381333931,A,7,2,1", "4006381333000,B,7,2,1"],  # 13 digits are kept
        ["1234567890123450,A,7,2,1"],  # one zero is a chance in ten
        ["1,E12,7,2,1", "2,5E,7,2,1", "3,3-Jan-B,7,2,1"],
        ["1,3-Jan,7,2,1", "2,4-Jan,7,2,1"],  # all are so: days are what this shop sells
        ["1,,,,"],  # no order
        ["1,Tax Guide,7,2,1", "2,SHIPPING,7,0,1"],
    ],
)
def test_usual_texts_are_not_told(rows: list[str]) -> None:
    outcome = run(orders(*rows, header=HEADER))
    assert not told(outcome, "texts")
    assert not told(outcome, "side_items")


@pytest.mark.parametrize(
    "item", ["SHIPPING", "Versandkosten", "送料", "Tip", "Sales tax", "Frais de port"]
)
def test_rows_of_shipping_tips_and_taxes_count_and_are_told(item: str) -> None:
    text = orders("1,A,7,2,1", f"1,{item},7,3,1", header=HEADER)
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.result.total_amount == 5
        [choice] = told(outcome, "side_items")
        assert f"'{item}' count like products: 1 of the first 2 rows" in choice.evidence


def test_a_row_that_names_its_side_item_twice_counts_once() -> None:
    text = orders("1,A,7,2,1,Mug", "1,POST,7,3,1,Postage", header=f"{HEADER},product_name")
    [choice] = told(run(text), "side_items")
    assert choice.rows == 1
    assert "'POST' count like products: 1 of the first 2 rows" in choice.evidence


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("discount", "5.00"),
        ("Discount %", "50%"),
        ("Rabatt", "-5 EUR"),
        ("折扣金额", "¥5"),
        ("Order Discount", "5"),
    ],
)
def test_a_discount_in_a_column_of_its_own_is_told(header: str, cell: str) -> None:
    rows = ["A,10.00,2,0", f"B,20.00,1,{cell}"]
    text = orders(*rows, header=f"sku,price,quantity,{header}")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.result.total_amount == 40
        assert header in told(outcome, "discount")[0].evidence


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("discount", "0.00"),
        ("discount", ""),
        ("Discount code", "10"),
        ("discount", "SUMMER10"),
        ("discounted", "1"),
    ],
)
def test_a_discount_of_nothing_or_its_name_is_not_told(header: str, cell: str) -> None:
    outcome = run(orders(f"A,10.00,2,{cell}", header=f"sku,price,quantity,{header}"))
    assert not told(outcome, "discount")


@pytest.mark.parametrize(("cell", "count"), [("0.2", 0), ("20%", 0), ("5.00", 1)])
def test_beside_a_line_total_only_an_amount_of_discount_is_told(cell: str, count: int) -> None:
    outcome = run(orders(f"A,20.00,2,{cell}", header="sku,line total,quantity,discount"))
    assert len(told(outcome, "discount")) == count


PLAIN = [f"{number},SKU{number % 7},C{number % 50},2,1" for number in range(1_500)]
FAR = [*PLAIN, *(f"{number},SKU{number % 9},C{number % 40},2,1" for number in range(30_000))]


@pytest.mark.parametrize(
    ("row", "evidence"),
    [
        ("x,NULL,7,2,1", "'NULL' stands in at least 1 row, where"),
        ("1.23E+15,A,7,2,1", "'1.23E+15', in at least 1 row: a spreadsheet has rounded it"),
        ("x,3-Jan,7,2,1", "'3-Jan', in at least 1 row: a spreadsheet may have made a day"),
    ],
)
def test_rows_below_the_first_thousand_are_looked_at(row: str, evidence: str) -> None:
    text = orders(*PLAIN, row, *PLAIN, header=HEADER)
    for outcome in (run(text), run(text, engine=HASTY)):
        [choice] = told(outcome, "texts")
        assert choice.evidence.startswith(evidence)


# A row, and what is told of it.
RARE = {
    "1.23E+15,A,7,2,1": "a spreadsheet has rounded it",
    "x,B &amp; C,7,2,1": "as for a web page in at least 1 row, such as 'B &amp;'",
    "x,'007,7,2,1": "may be a spreadsheet's mark of a text",
    "x,\u200bA,7,2,1": "has a character that nobody sees",
    "x,A,7\t,2,1": "has a character that nobody sees",
    "x,M\ufffdG,7,2,1": "a character that an earlier program has lost",
    "x,#N/A,7,2,1": "'#N/A' stands in at least 1 row",
}


def test_a_rare_mark_is_found_at_any_place_of_a_large_file() -> None:
    rows = list(FAR)
    for number, row in enumerate(RARE):
        rows.insert(7_777 + 3_001 * number, row)
    evidence = [choice.evidence for choice in told(run(orders(*rows, header=HEADER)), "texts")]
    assert len(evidence) == len(RARE)
    for expected in RARE.values():
        assert any(expected in found for found in evidence)


def test_a_large_file_of_usual_texts_has_no_doubt() -> None:
    rows = [f"{row},2024-05-01T10:00:00+01:00,+49 151,Salt & Pepper,O'Neill" for row in FAR]
    header = f"{HEADER},order_date,phone,product_name,customer_name"
    assert not told(run(orders(*rows, header=header)), "texts")


def test_repeated_lines_that_the_contract_rejects_do_not_count_again() -> None:
    rows = ["1,A,C1,2,1", "2,B,C2,2,1", "3,C,C1,2,1"] * 2
    assert told(run(orders(*rows, header=HEADER)), "repeated")
    outcome = run(orders(*rows, header=HEADER), ruled(duplicates=OnProblem.REJECT))
    assert outcome.counts.accepted == 3
    assert not told(outcome, "repeated")


def test_as_many_rows_are_told_of_however_many_an_engine_looks_at() -> None:
    # More than are looked at for the rules of rows, of which one has a cell too many.
    rows = [*(["2,1,1,A,x"] * 13), "2,1,1,A,\u2028", "2,1,1, ,x", *(["2,1,1,A,x"] * 200)]
    rows[48] += ","
    text = orders(*rows, header="price,quantity,line,sku,note")
    assert told(run(text), "texts")
    assert run(text).result.choices == run(text, engine=HASTY).result.choices
