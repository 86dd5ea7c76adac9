"""Whole files of every kind: encodings, delimiters, line ends, ragged and blank rows, headers."""

import csv
import dataclasses
import gzip
import io
import re
from decimal import Decimal

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from order_transform.sql.engine import Engine
from transformed import HASTY, LENIENT, Outcome, limited, orders, ruled, run

PLAIN = orders("Tea,1.50,2", "Käse €,2.00,1")
EXPECTED = ["Tea", "Käse €"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"], ids=lambda name: str(name)
)
def test_an_encoding_is_found(encoding: str) -> None:
    outcome = run(PLAIN.encode(encoding))
    assert outcome.column("product_id") == EXPECTED
    assert outcome.result.assumptions["encoding"] == encoding.removesuffix("-sig")


def test_the_contract_may_name_another_encoding() -> None:
    outcome = run(orders("Žlutý,1,1").encode("cp1250"), ruled(encoding="cp1250"))
    assert outcome.column("product_id") == ["Žlutý"]


def test_cp1252_behind_a_mark_of_utf_8_keeps_its_first_header() -> None:
    outcome = run(b"\xef\xbb\xbf" + orders("K\xe4se,1,1").encode("latin-1"))
    assert outcome.column("product_id") == ["Käse"]


def test_bytes_that_cp1252_does_not_have_are_kept_as_controls() -> None:
    data = b"sku,price,quantity\n\x81\xe4,1,1\n"
    assert run(data, ruled(encoding="cp1252")).column("product_id") == ["\x81ä"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("last", ["", "{}", "{}{}"])
def test_line_ends_are_read_and_blank_ones_at_the_end_counted(line_end: str, last: str) -> None:
    text = PLAIN.rstrip("\n").replace("\n", line_end) + last.replace("{}", line_end)
    outcome = run(text)
    assert outcome.column("product_id") == EXPECTED
    assert outcome.counts.blank == max(last.count("{}") - 1, 0)


def test_mixed_line_ends_are_read() -> None:
    outcome = run("sku,price,quantity\r\na,1,1\nb,1,1\rc,1,1")
    assert outcome.column("product_id") == ["a", "b", "c"]
    assert outcome.result.assumptions["line_end"] == "mixed"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=repr)
@pytest.mark.parametrize("blank", ["", "\n"], ids=["regular", "rewritten"])
def test_a_delimiter_is_found_and_reported(delimiter: str, blank: str) -> None:
    outcome = run(orders("a,1,2", "b,1,2").replace(",", delimiter) + blank * 2 + blank)
    assert outcome.column("product_id") == ["a", "b"]
    assert outcome.result.assumptions["delimiter"] == delimiter


@pytest.mark.parametrize("hint", ["sep=;", '"sep=;"', "SEP=;", "sep=,", "sep=^"])
def test_excels_first_line_is_not_a_header(hint: str) -> None:
    delimiter = hint.strip('"')[-1]
    outcome = run(f"{hint}\r\n" + orders("a,1,2").replace(",", delimiter))
    assert outcome.column("product_id") == ["a"]
    assert outcome.counts.records == 1


@pytest.mark.parametrize("hint", ['sep="', "sep=", "sep=x", "sep=;", "sep=;;"])
def test_a_wrong_hint_harms_nothing_but_itself(hint: str) -> None:
    outcome = run(f"{hint}\n" + orders("a,1,2"))
    assert outcome.refusal in (None, "no_required_column")


@pytest.mark.parametrize(
    "titles",
    [
        "Sales\n",
        "Sales\n\nPeriod,2026-11\n",
        "Sales,,\n",
        '"Sales,\nall of them"\n',
        "sep=,\nSales\n",
    ],
    ids=repr,
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=repr)
def test_titles_above_the_header_are_counted_and_left_out(titles: str, line_end: str) -> None:
    text = titles + orders("Tea,1.50,2", ",2.00,1", "x,1,0")
    outcome = run(text.replace("\n", line_end))
    assert outcome.column("product_id") == ["Tea", None]
    assert [line["record"] for line in outcome.rejects] == [3]
    assert outcome.counts.records == 3
    assert outcome.result.assumptions["lines_above_header"] == 1 + ("Period" in titles)
    assert run(orders("Tea,1.50,2")).result.assumptions["lines_above_header"] == 0


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_quotes_after_a_space_are_quotes(delimiter: str) -> None:
    rows = ['"sku", "price", "quantity", "Note"', '"a", "1.50", 2, "x, y; z | ""q"""', "b, 2,3, w"]
    text = "".join(f"{row}\n" for row in rows).replace(", ", f"{delimiter} ")
    outcome = run(text.replace(",3", f"{delimiter}3").replace(f"x{delimiter} y", "x, y"))
    assert outcome.column("price") == [Decimal("1.50"), Decimal(2)]
    assert outcome.column("note") == ['x, y; z | "q"', "w"]
    assert outcome.result.assumptions["space_before_quotes"] is True
    assert run(orders("a, 1 ,2")).result.assumptions["space_before_quotes"] is False


def test_a_record_that_may_be_an_order_is_never_taken_for_a_title() -> None:
    lost = run("Tea,1.50,2\n" + orders("Tea,1.50,2"))
    assert lost.refusal == "no_required_column"
    assert lost.result.refusal is not None
    assert "'Tea', '1.50', '2'" in lost.result.refusal[1]


def test_a_line_that_names_groups_of_columns_stands_above_the_header() -> None:
    outcome = run(",Item,,Money,\n" + orders("1,Tea,x,1.50,2", header="no,sku,size,price,quantity"))
    assert outcome.column("price") == [Decimal("1.50")]
    assert outcome.result.assumptions["lines_above_header"] == 1
    lost = run("Tea,,1.50,2\n" + orders("Tea,1.50,2"))
    assert lost.refusal == "no_required_column"
    unknown = run("Order,,Item,,Money\nx,how much,,how many,y\n1,2,3,4,5\n").result.refusal
    assert unknown is not None
    assert "'Order', '', 'Item'" in unknown[1]


def test_of_titles_and_an_unknown_header_the_header_is_shown() -> None:
    refused = run("Sales\nSKU,how much,how many\nTea,1,2\n").result.refusal
    assert refused is not None
    assert "'SKU', 'how much', 'how many'" in refused[1]


def test_ragged_rows_are_read_and_shifted_ones_quarantined() -> None:
    outcome = run(orders("a,1", "b,1,2,3", "c,1,2,", "d,1,2", "", "  ", ",,"))
    assert outcome.column("product_id") == ["c", "d"]
    assert outcome.reasons() == [[("empty", "quantity")], [("too_many_cells", None)]]
    assert outcome.counts.blank == 3


def test_repeated_headers_are_quarantined_as_such() -> None:
    outcome = run(orders("a,1,2", "sku,price,quantity", "b,1,2"))
    assert outcome.reasons() == [[("repeated_header", None)]]
    assert outcome.rejects[0]["record"] == 2


@pytest.mark.parametrize("cell", ["two\nlines", "two\r\nlines", "a\rb", "a,b", 'say "x"', "a;b"])
def test_a_quoted_cell_comes_through_whole(cell: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [["sku", "price", "quantity", "note"], [cell, "1", "2", cell]]
    )
    outcome = run(text.getvalue())
    assert (outcome.column("product_id"), outcome.column("note")) == ([cell], [cell])


def test_a_rewritten_file_with_carriage_returns_in_its_first_cells_is_read() -> None:
    rows = [f'"a\r{number}",1,2' for number in range(30)]
    assert run(orders(*rows, 'x,"1 ",2,')).counts.accepted == 31


@pytest.mark.parametrize("cell", ['"da"y', 'da"y', '"da""y"', '"da\ny"', 'day"', '""day', '"day" '])
def test_a_misplaced_quote_in_the_header_swallows_no_row(cell: str) -> None:
    outcome = run(orders("a,b,1,2", '"c","d",1,2', header=f"sku,{cell},price,quantity"))
    assert outcome.column("product_id") == ["a", "c"]
    assert outcome.counts.records == 2


def test_a_header_alone_is_a_file_without_rows() -> None:
    for text in ("sku,price,quantity", "sku,price,quantity\n", "\nsku,price,quantity\n"):
        outcome = run(text)
        assert outcome.refusal is None
        assert outcome.counts.records == 0
        assert outcome.result.processed is None


@pytest.mark.parametrize(
    "data", ["", "\n\n", "  \n ", "\ufeff", gzip.compress(b"", mtime=0)], ids=repr
)
def test_nothing_is_refused_as_empty(data: str | bytes) -> None:
    assert run(data).refusal == "empty"


@pytest.mark.parametrize("blank", ["\n", "\r\n", " \n", ",,\n"], ids=repr)
@pytest.mark.parametrize("count", [1, 31, 2000])
def test_a_header_may_stand_below_many_blank_lines(blank: str, count: int) -> None:
    outcome = run(blank * count + PLAIN)
    assert outcome.refusal is None
    assert outcome.column("product_id") == EXPECTED


def test_more_blank_lines_than_are_searched_for_a_header_are_named_as_the_reason() -> None:
    refused = run("\n" * 1_100_000 + PLAIN).result.refusal
    assert refused == (
        "no_required_column",
        "1,048,576 blank lines or more stand above the header; remove them",
    )


def test_gzip_is_known_by_its_bytes_and_not_by_its_name() -> None:
    packed = gzip.compress(PLAIN.encode())
    assert run(packed, name="orders.csv").column("product_id") == EXPECTED
    assert run(PLAIN, name="orders.csv.gz").column("product_id") == EXPECTED


def test_gzip_of_several_members_is_read_to_the_end() -> None:
    first, second = PLAIN[:30].encode(), PLAIN[30:].encode()
    outcome = run(gzip.compress(first) + gzip.compress(second) + b"\0" * 9)
    assert outcome.column("product_id") == EXPECTED


@pytest.mark.parametrize("cut", [2, 5, 15, -9, -1])
def test_gzip_that_is_cut_short_is_refused(cut: int) -> None:
    assert run(gzip.compress(PLAIN.encode())[:cut]).refusal == "damaged"


def test_a_gzip_bomb_is_refused_at_the_limit() -> None:
    bomb = gzip.compress(b"sku,price,quantity\n" * 500_000)
    assert run(bomb, limited(decompressed_bytes=1 << 20)).refusal == "too_large"
    assert run(gzip.compress(b"\0" * 9_000_000)).refusal == "line_too_long"


@pytest.mark.parametrize("rest", ["", ",x"], ids=["regular", "ragged"])
def test_a_line_over_the_limit_is_refused_however_it_is_read(rest: str) -> None:
    text = orders(f"{'a' * 2000},1,2{rest}")
    assert run(text, limited(line_bytes=1900)).refusal == "line_too_long"
    assert run(text, limited(line_bytes=4000)).refusal != "line_too_long"


@pytest.mark.parametrize("cell", ['"' + "a\n" * 1000 + '"', '"' + "€\n" * 500 + '"'])
@pytest.mark.parametrize("rest", ["", ",x"], ids=["regular", "ragged"])
def test_a_quoted_cell_over_the_limit_is_read_line_by_line(cell: str, rest: str) -> None:
    text = orders("a,1,2", f"{cell},1,2{rest}", "b,1,2")
    short = run(text, dataclasses.replace(limited(line_bytes=1900), rules=LENIENT.rules))
    assert short.column("product_id") == ["a", "b"]
    assert short.reasons()[0] == [("malformed_quote", None)]
    assert short.counts.records == text.count("\n") - 1
    assert run(text, limited(line_bytes=4000)).counts.records == 3


def test_cells_beyond_the_header_that_grow_when_quoted_are_refused_not_a_crash() -> None:
    text = orders("a,1,2," + "\x01" * 900)
    assert run(text, limited(line_bytes=1000, columns=9)).refusal == "line_too_long"


@pytest.mark.parametrize("rows", [2, pytest.param(400_000, marks=pytest.mark.long)])
def test_a_quote_that_never_ends_costs_one_row(rows: int) -> None:
    outcome = run(orders("a,1,2", '"b,1,2', *["c,1,2"] * rows))
    assert outcome.counts.accepted == rows + 1
    assert outcome.reasons() == [[("malformed_quote", None)]]
    assert outcome.rejects[0]["line"] == 3


@pytest.mark.parametrize("memory_mib", [256, 50], ids=["as usual", "only at the second try"])
def test_wide_files_are_read(memory_mib: int) -> None:
    width = 250
    extra = [f"k{number}" for number in range(width - 3)]
    header = ",".join(["sku", "price", "quantity", *extra])
    good, bad = ",".join(["a", "1", "2", *extra]), ",".join(["a", "x", "2", *extra])
    outcome = run(orders(*[good, bad] * 40, header=header), engine=Engine(2, memory_mib))
    assert (outcome.counts.accepted, outcome.counts.rejected) == (40, 40)
    assert len(outcome.rejects[0]["cells"]) == width


def test_names_of_our_own_are_free_for_a_files_columns() -> None:
    names = ["accepted", "record", "c0", "c1", "blank", "price_value", "cells", "reasons", "place"]
    outcome = run(
        orders(",".join(["a", "1", "2", *names]), header="sku,price,quantity," + ",".join(names))
    )
    assert [outcome.lines[0][name] for name in names] == names


def test_columns_the_contract_does_not_know_pass_through_under_free_names() -> None:
    header = "sku,price,quantity,Note,NOTE,note_2,Größe,😀,,total_amount,dt,2nd"
    outcome = run(orders("a,1,2,b,c,d,e,f,g,h,i,j", header=header))
    assert list(outcome.lines[0]) == [
        "product_id",
        "price",
        "quantity",
        "total_amount",
        "is_sale",
        "note",
        "note_2",
        "note_2_2",
        "größe",
        "grinning_face",
        "unnamed",
        "source_total_amount",
        "source_dt",
        "column_2nd",
    ]


@pytest.mark.parametrize("name", ["o[1].csv", "it's.csv", "a*b?.csv", "back\\slash.csv", "c0=5"])
def test_a_path_is_only_a_path(name: str) -> None:
    assert run(PLAIN, name=name).column("product_id") == EXPECTED


@pytest.mark.parametrize("text", ["a\x00b", "\u2028", "\x0b\x0c\x1c\x85", "\\", "=1+1", "#x", "'"])
def test_odd_characters_come_through(text: str) -> None:
    filling = ["b,1,2,y"] * 600
    outcome = run(orders(f"a,1,2,{text}", *filling, header="sku,price,quantity,note"))
    assert outcome.column("note")[0] == text


def test_a_header_may_be_mapped_by_hand() -> None:
    text = orders("a,b,1,2", header="sku,code,Betrag,quantity")
    outcome = run(text, overrides={"price": "Betrag", "product_id": "code"})
    assert outcome.column("product_id") == ["b"]
    assert run(text, overrides={"price": "nothing"}).refusal == "no_required_column"


def test_the_same_input_gives_the_same_bytes_and_another_mark_gives_others() -> None:
    rows = orders(*(f"p{number},1.25,{number % 9 + 1}" for number in range(3000)))
    first, second, marked = run(rows), run(rows), run(rows, version_tag="another")
    sums = [one.result.processed.sha256 for one in (first, second, marked) if one.result.processed]
    assert sums[0] == sums[1]
    assert sums[0] != sums[2]
    assert first.text == marked.text
    assert run(rows, compression="none").text == first.text


def test_the_files_order_is_kept() -> None:
    names = [f"p{number}" for number in range(130_000)]  # more than one of DuckDB's batches
    outcome = run(orders(*(f"{name},1,1" for name in names)))
    assert re.findall(r'"product_id":"(\w+)"', outcome.text) == names


CELLS = st.text(st.sampled_from("ab \"',;\n\r\t|0.€\u00a0"), max_size=5)
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=5), max_size=12)


@settings(max_examples=examples(50))
@given(ROWS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_no_record_is_lost_whatever_the_dirt(
    rows: list[list[str]], line_end: str, quoted: bool
) -> None:
    text = io.StringIO()
    style = csv.unix_dialect if quoted else csv.excel
    table = [["sku", "price", "quantity"], *rows]
    csv.writer(text, style, lineterminator=line_end).writerows(table)
    outcome = run(text.getvalue(), LENIENT)
    check_conserved(outcome, len(rows))
    hasty = run(text.getvalue(), LENIENT, engine=HASTY)
    assert hasty.said() == outcome.said()


@settings(max_examples=examples(40))
@given(st.text(st.sampled_from('a1,"\n\r ;.'), max_size=60))
def test_no_record_is_lost_of_any_text(text: str) -> None:
    fewest = sum(1 for _ in csv.reader(io.StringIO(text, newline="")))
    outcome = run("sku,price,quantity\n" + text)
    if outcome.result.refusal and not outcome.counts.records:
        _, message = outcome.result.refusal
        assert "header" in message or "wrapped" in message
        return  # the whole file is refused, before any record is read
    assert fewest <= outcome.counts.records <= len(io.StringIO(text, newline="").readlines())
    check_conserved(outcome, outcome.counts.records)


def check_conserved(outcome: Outcome, records: int) -> None:
    counts = outcome.counts
    assert counts.records == records
    assert counts.records == counts.accepted + counts.rejected + counts.blank
    assert (len(outcome.lines), len(outcome.rejects)) == (counts.accepted, counts.rejected)
    assert all(line["reasons"] for line in outcome.rejects)


@settings(max_examples=examples(15))
@given(
    st.lists(st.tuples(CELLS.filter(str.strip), st.integers(1, 99)), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_the_quick_and_the_careful_reader_agree(
    rows: list[tuple[str, int]], delimiter: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["sku", "price", "quantity", "note"])
    writer.writerows([["p", "1.50", count, cell] for cell, count in rows])
    quick = run(text.getvalue())
    writer.writerow(["p", "1.50", 1, "last", "one cell more"])
    careful = run(text.getvalue())
    assert careful.counts.rejected == 1
    assert quick.text == careful.text
    assert quick.column("note") == [cell for cell, _ in rows]
    assert quick.result.total_amount == sum(count for _, count in rows) * Decimal("1.50")


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(max_examples=examples(15))
@given(st.lists(st.tuples(ANY_TEXT.filter(str.strip), ANY_TEXT), min_size=1, max_size=6))
def test_any_text_comes_through_and_into_quarantine(columns: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    labels, cells = [f"x{label}" for label, _ in columns], [cell for _, cell in columns]
    writer.writerow(["sku", "price", "quantity", *labels])
    writer.writerow(["p", "1", "2", *cells])
    writer.writerow(["p", "one", "2", *cells])
    outcome = run(text.getvalue())
    if outcome.refusal:  # a label that means a field
        return
    mapped = outcome.result.assumptions["columns"]
    assert isinstance(mapped, dict)
    known = len(mapped)
    extra = list(outcome.lines[0].values())[known + 2 :]  # total_amount and is_sale
    if known == 3:
        assert extra == [cell or None for cell in cells]
    assert list(outcome.rejects[0]["cells"].values()) == ["p", "one", "2", *cells]
