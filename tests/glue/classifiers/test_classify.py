"""Custom classifiers as the crawler uses them: in their order, before the built-in ones."""

from typing import Any

import pytest
from glue_crawler.classifiers.definition import read_classifier
from glue_crawler.crawl import Run, crawl
from glue_crawler.definition import read_definition
from glue_crawler.errors import InvalidClassifierError
from glue_memory import GlueDict, MemoryCatalog, MemoryStore, columns_of

LOG = (
    b'10.0.0.1 - ann [22/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 512\n'
    b'10.0.0.2 - - [22/Nov/2026:10:00:01 +0000] "POST /b HTTP/1.1" 404 -\n'
)
APACHE: GlueDict = {
    "GrokClassifier": {"Name": "g", "Classification": "web", "GrokPattern": "%{COMMONAPACHELOG}"}
}
NUMBERED: GlueDict = {
    "GrokClassifier": {
        "Name": "n",
        "Classification": "numbered",
        "GrokPattern": r"%{CODE:code} %{INT:Amount:int} %{NUMBER:price:double}",
        "CustomPatterns": r"CODE [A-Z]{2}\d+",
    }
}


def table_of(body: bytes, *given: GlueDict) -> GlueDict:
    """Crawl one file with classifiers, and return its table."""
    crawler = {
        "Name": "c",
        "DatabaseName": "d",
        "Targets": {"S3Targets": [{"Path": "s3://shop/data/"}]},
    }
    definition = read_definition(crawler, [read_classifier(one) for one in given])
    catalog = MemoryCatalog()
    result = crawl(definition, MemoryStore({"data/a": body}), catalog, Run("r", 0))
    catalog.apply(result)
    return catalog.found["data"]


def csv(**settings: Any) -> GlueDict:
    return {"CsvClassifier": {"Name": "c", **settings}}


def test_a_grok_pattern_names_the_columns_and_the_classification() -> None:
    table = table_of(LOG, APACHE)
    assert table["Parameters"]["classification"] == "web"
    names = "clientip ident auth timestamp verb request httpversion rawrequest response bytes"
    assert list(columns_of(table)) == names.split()
    assert table["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "com.amazonaws.glue.serde.GrokSerDe",
        "Parameters": {"input.format": "%{COMMONAPACHELOG}"},
    }


def test_a_grok_pattern_has_types_and_patterns_of_its_own() -> None:
    table = table_of(b"AB1 5 1.5\nCD22 7 2\n", NUMBERED)
    assert columns_of(table) == {"code": "string", "amount": "int", "price": "double"}
    serde = table["StorageDescriptor"]["SerdeInfo"]["Parameters"]
    assert serde["input.grokCustomPatterns"] == r"CODE [A-Z]{2}\d+"


REFERRED = LOG.rstrip(b"\n").splitlines()[0] + b' "http://shop/" "curl/8"\n'


@pytest.mark.parametrize(
    ("body", "classification", "last"),
    [(LOG, "apache", "bytes"), (REFERRED * 3, "combined_apache", "agent")],
)
def test_a_web_servers_log_needs_no_classifier(body: bytes, classification: str, last: str) -> None:
    table = table_of(body)
    assert table["Parameters"]["classification"] == classification
    assert list(columns_of(table))[-1] == last
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("GrokSerDe")


def test_unwanted_parts_make_no_column_and_named_groups_make_one() -> None:
    pattern = r"\[%{INT:UNWANTED}\] (?<Level>INFO|WARN) %{MESSAGESLOG}"
    rule = {"GrokClassifier": {"Name": "g", "Classification": "own", "GrokPattern": pattern}}
    table = table_of(b"[7] INFO Nov 22 10:00:00 host app[12]: text\n", rule)
    assert list(columns_of(table)) == [
        *("timestamp", "facility", "priority", "logsource", "program", "pid"),
        "level",
    ]


def test_the_first_classifier_that_fits_is_taken_and_the_built_in_ones_come_last() -> None:
    everything = {
        "GrokClassifier": {"Name": "e", "Classification": "any", "GrokPattern": "%{DATA:line}$"}
    }
    assert table_of(LOG, NUMBERED, APACHE, everything)["Parameters"]["classification"] == "web"
    assert table_of(LOG, everything, APACHE)["Parameters"]["classification"] == "any"
    assert table_of(b"id,x\n1,a\n2,b\n", APACHE)["Parameters"]["classification"] == "csv"


@pytest.mark.parametrize(
    ("path", "body", "columns"),
    [
        ("$[*]", b'[{"id": 1, "Name": "a"}, {"id": 2}]', {"id": "int", "name": "string"}),
        (
            "$.orders[*]",
            b'{"orders": [{"id": 1}, {"total": 1.5}]}',
            {"id": "int", "total": "double"},
        ),
        (
            "$['a'].b",
            b'{"a": {"b": {"c": true}}}\n{"a": {"b": {"d": 1}}}\n',
            {"c": "boolean", "d": "int"},
        ),
        ("$.*[0]", b'{"x": [{"id": 1}, {"no": 2}]}', {"id": "int"}),
        ("$.id", b'{"id": "a", "n": 1}\n{"id": "b"}\n', {"record": "string"}),
        ("$.ids[*].no", b'{"ids": [{"no": 1}, {"no": 2.5}]}', {"record": "double"}),
    ],
)
def test_a_json_path_says_where_the_records_are(
    path: str, body: bytes, columns: dict[str, str]
) -> None:
    table = table_of(body, {"JsonClassifier": {"Name": "j", "JsonPath": path}})
    assert columns_of(table) == columns
    assert table["Parameters"]["jsonPath"] == path
    assert table["Parameters"]["classification"] == "json"


def test_a_json_path_that_leads_nowhere_leaves_it_to_the_built_in_one() -> None:
    table = table_of(b'{"id": 1}\n', {"JsonClassifier": {"Name": "j", "JsonPath": "$.a[*]"}})
    assert columns_of(table) == {"id": "int"}
    assert "jsonPath" not in table["Parameters"]


def test_a_csv_classifier_gives_delimiter_names_and_types() -> None:
    rules = csv(
        Delimiter="^",
        ContainsHeader="ABSENT",
        Header=["Id", "Price", "At"],
        CustomDatatypeConfigured=True,
        CustomDatatypes=["LONG", "DOUBLE", "TIMESTAMP"],
    )
    table = table_of(b"1^2.5^2026-11-22 10:00:00\n2^3^2026-11-22 10:00:01\n", rules)
    assert columns_of(table) == {"id": "bigint", "price": "double", "at": "timestamp"}
    assert table["Parameters"]["delimiter"] == "^"
    assert "skip.header.line.count" not in table["Parameters"]


def test_a_csv_classifier_that_has_a_header_of_texts_skips_it() -> None:
    table = table_of(b"a,b\nx,y\nz,w\n", csv(ContainsHeader="PRESENT"))
    assert columns_of(table) == {"a": "string", "b": "string"}
    assert table["Parameters"]["skip.header.line.count"] == "1"


def test_a_quote_symbol_chooses_the_serde_that_knows_quotes() -> None:
    table = table_of(b"id,note\n1,'a,b'\n2,'c'\n", csv(QuoteSymbol="'"))
    assert columns_of(table) == {"id": "bigint", "note": "string"}
    assert table["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        "Parameters": {"quoteChar": "'", "separatorChar": ","},
    }
    given = csv(QuoteSymbol="'", Serde="LazySimpleSerDe")
    serde = table_of(b"id,note\n1,'a,b'\n", given)["StorageDescriptor"]["SerdeInfo"]
    assert serde["SerializationLibrary"].endswith("LazySimpleSerDe")


def test_a_single_column_is_csv_only_where_it_is_allowed() -> None:
    assert table_of(b"id\n1\n2\n", csv())["Parameters"]["classification"] == "UNKNOWN"
    table = table_of(b"id\n1\n2\n", csv(AllowSingleColumn=True, ContainsHeader="PRESENT"))
    assert columns_of(table) == {"id": "bigint"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"GrokClassifier": {"Classification": "x", "GrokPattern": "%{NOPE:a}"}}, "NOPE"),
        ({"GrokClassifier": {"Classification": "x", "GrokPattern": "plain"}}, "no column"),
        ({"GrokClassifier": {"Classification": "x", "GrokPattern": "%{INT:a:money}"}}, "money"),
        ({"GrokClassifier": {"GrokPattern": "%{INT:a}"}}, "Classification"),
        (
            {
                "GrokClassifier": {
                    "Classification": "x",
                    "GrokPattern": "%{A:a}",
                    "CustomPatterns": "A %{A}",
                }
            },
            "itself",
        ),
        ({"JsonClassifier": {"JsonPath": "orders"}}, "begin with"),
        ({"JsonClassifier": {"JsonPath": "$..a"}}, "cannot be read"),
        ({"CsvClassifier": {"Delimiter": ",,"}}, "one character"),
        ({"CsvClassifier": {"Delimiter": '"', "QuoteSymbol": '"'}}, "differ"),
        ({"CsvClassifier": {"ContainsHeader": "MAYBE"}}, "ContainsHeader"),
        (
            {"CsvClassifier": {"CustomDatatypeConfigured": True, "CustomDatatypes": ["MONEY"]}},
            "MONEY",
        ),
        ({"XMLClassifier": {"Classification": "x", "RowTag": "r"}}, "XML"),
        ({}, "must be given"),
    ],
)
def test_a_wrong_classifier_is_refused_with_the_reason(given: GlueDict, why: str) -> None:
    with pytest.raises(InvalidClassifierError, match=why):
        read_classifier(given)
