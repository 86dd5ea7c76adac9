"""Types as texts: read, written, and widened by new nested fields."""

import pytest
from glue_crawler.schema.hive_types import Scalar, render
from glue_crawler.schema.type_text import add_nested_fields, read_type


@pytest.mark.parametrize(
    "text",
    [
        "decimal(38,6)",
        "map<string,struct<a:int>>",
        "array<struct<a:decimal(9,2),b:array<map<string,int>>>>",
        "struct<a:struct<b:struct<c:double>>,d:varchar(10)>",
    ],
)
def test_a_type_comes_back_as_it_was_spelled(text: str) -> None:
    assert render(read_type(text)) == text


def test_what_no_crawl_infers_is_one_word() -> None:
    assert read_type("map<string,int>") == Scalar("map<string,int>")


@pytest.mark.parametrize(
    ("present", "found", "expected"),
    [
        ("decimal(24,6)", "double", "decimal(24,6)"),
        ("struct<a:int>", "string", "struct<a:int>"),
        ("struct<a:int>", "struct<b:string,a:double>", "struct<a:int,b:string>"),
        ("struct< a : int >", "struct<a:double>", "struct< a : int >"),
        (
            "array<struct<a:decimal(9,2)>>",
            "array<struct<a:double,b:array<int>>>",
            "array<struct<a:decimal(9,2),b:array<int>>>",
        ),
        ("map<string,int>", "struct<a:int>", "map<string,int>"),
    ],
)
def test_only_new_nested_fields_are_added(present: str, found: str, expected: str) -> None:
    assert add_nested_fields(present, found) == expected
