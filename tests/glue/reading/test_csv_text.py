"""Delimited text: delimiter, header or none, and the types of columns."""

import pytest
from glue_crawler.reading.csv_text import CsvReading, read_csv
from glue_crawler.schema.columns import fold_types
from hypothesis import given
from hypothesis import strategies as st


def read(text: str, complete: bool = True) -> CsvReading:
    found = read_csv(text, complete)
    assert found is not None
    return found


@pytest.mark.parametrize("delimiter", [",", "|", "\t", ";", "\x01"])
def test_every_delimiter_of_the_classifier_is_found(delimiter: str) -> None:
    text = "ID,Name,Price\n1,a b,2.5\n2,c,3\n".replace(",", delimiter)
    found = read(text)
    assert (found.delimiter, found.has_header, found.records) == (delimiter, True, 3)
    assert fold_types(found.schema) == {"id": "bigint", "name": "string", "price": "double"}


def test_text_alone_has_no_header_and_columns_by_number() -> None:
    found = read("tx,amount\na,b\n")
    assert found.has_header is False
    assert fold_types(found.schema) == {"col0": "string", "col1": "string"}


def test_a_first_row_with_a_number_is_not_a_header() -> None:
    assert fold_types(read("1,a\n2,b\n").schema) == {"col0": "bigint", "col1": "string"}


def test_a_name_of_150_characters_is_not_a_header() -> None:
    assert read(f"{'x' * 150},b\n1,2\n").has_header is False
    assert read(f"{'x' * 149},b\n1,2\n").has_header is True


def test_an_empty_last_header_cell_is_a_trailing_delimiter() -> None:
    assert fold_types(read("a,b,\n1,x,\n2,y,\n").schema) == {
        "a": "bigint",
        "b": "string",
        "col2": "string",
    }


def test_names_keep_their_spaces_and_repeated_ones_are_numbered() -> None:
    assert read("Order ID,Qty,qty\n1,2,3\n").schema.names == ("order id", "qty", "col2")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2", "+3", "007"], "bigint"),
        (["1", "9223372036854775808"], "double"),
        (["1", "2.5"], "double"),
        ([".5", "1e3", "2."], "double"),
        (["1", ""], "bigint"),
        (["", ""], "string"),
        (["1", "x"], "string"),
        (["true", "FALSE"], "boolean"),
        (["true", "1"], "string"),
        (["2026-11-22", "2026-11-23"], "string"),
        (["1,5"], "string"),
        (["$1"], "string"),
    ],
)
def test_columns_have_the_type_that_holds_every_cell(cells: list[str], expected: str) -> None:
    body = "".join(f'"{cell}",1\n' for cell in cells)
    assert fold_types(read(f"a,b\n{body}").schema)["a"] == expected


@pytest.mark.parametrize("text", ["", "a\n1\n", "a,b\n", "a,b", "one, two\nthree\nfour\nfive\n"])
def test_fewer_than_two_columns_or_rows_are_not_csv(text: str) -> None:
    assert read_csv(text, complete=True) is None


def test_a_row_cut_off_by_the_sample_is_not_read() -> None:
    assert fold_types(read("a,b\n1,2\n3,x", complete=False).schema)["b"] == "bigint"
    assert fold_types(read("a,b\n1,2\n3,x", complete=True).schema)["b"] == "string"


def test_a_quoted_newline_and_delimiter_are_part_of_a_cell() -> None:
    found = read('id,note\n1,"a,\nb"\n2,c\n')
    assert (found.records, found.has_quotes) == (3, True)


def test_only_the_first_thousand_records_are_read() -> None:
    text = "a,b\n" + "1,2\n" * 999 + "x,y\n"
    assert fold_types(read(text).schema) == {"a": "bigint", "b": "bigint"}


@given(st.text(max_size=200), st.booleans())
def test_no_text_makes_reading_fail(text: str, complete: bool) -> None:
    read_csv(text, complete)


@pytest.mark.parametrize(
    "text",
    [
        "#Version: 1.0\nid,name\n1,a\n2,b\n",
        "id,name\n1,a\n#NAME?,b,c\n2,b\n",
        'id,name\n1,"first\n# second"\n2,b\n',
    ],
)
def test_a_line_that_begins_with_a_hash_makes_a_comment_character(text: str) -> None:
    reading = read(text)
    assert reading.has_comments
    assert reading.schema.names == ("id", "name")
    assert fold_types(reading.schema) == {"id": "bigint", "name": "string"}


def test_a_hash_elsewhere_is_not_a_comment() -> None:
    assert not read("id,name\n1,#a\n2,b\n").has_comments


def test_only_line_ends_end_a_row() -> None:
    reading = read("id,name\r\n1,a\u2028b\x0bc\r\n2,d\r\n")
    assert (reading.records, reading.schema.names) == (3, ("id", "name"))
