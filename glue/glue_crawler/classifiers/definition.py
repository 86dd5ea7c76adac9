"""A classifier's definition: Glue's API shape, read into a frozen value or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glue_crawler.classifiers.grok_pattern import GrokPattern, compile_grok
from glue_crawler.classifiers.json_path import PathSteps, read_path
from glue_crawler.errors import InvalidClassifierError

# docs.aws.amazon.com/glue/latest/webapi/API_CreateCsvClassifierRequest.html
_HEADERS = ("UNKNOWN", "PRESENT", "ABSENT")
_SERDES = ("OpenCSVSerDe", "LazySimpleSerDe", "None")
_DATATYPES = {
    "BINARY": "binary",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DECIMAL": "decimal(10,0)",
    "DOUBLE": "double",
    "FLOAT": "float",
    "INT": "int",
    "LONG": "bigint",
    "SHORT": "smallint",
    "STRING": "string",
    "TIMESTAMP": "timestamp",
}
# docs.aws.amazon.com/glue/latest/webapi/API_CreateGrokClassifierRequest.html
MAX_GROK_CHARS = 2048


@dataclass(frozen=True, slots=True)
class GrokClassifier:
    """Lines that match a pattern; its named parts are the columns."""

    classification: str
    pattern: str
    custom_patterns: str
    compiled: GrokPattern


@dataclass(frozen=True, slots=True)
class JsonClassifier:
    """Records at a JSON path, such as `$.orders[*]`."""

    path: str
    steps: PathSteps


@dataclass(frozen=True, slots=True)
class CsvClassifier:
    """Delimited text by given rules instead of found ones. `datatypes` are Hive types."""

    delimiter: str = ","
    quote: str | None = None
    contains_header: str = "UNKNOWN"
    header: tuple[str, ...] = ()
    trims_values: bool = True
    allows_single_column: bool = False
    datatypes: tuple[str, ...] = ()
    serde: str | None = None


type Classifier = GrokClassifier | JsonClassifier | CsvClassifier


def read_classifier(given: Mapping[str, Any]) -> Classifier:
    """Read one of Glue's `Classifier` shapes. Raises `InvalidClassifierError`."""
    match given:
        case {"GrokClassifier": grok}:
            return _read_grok(grok)
        case {"JsonClassifier": json}:
            return JsonClassifier(json.get("JsonPath") or "", read_path(json.get("JsonPath") or ""))
        case {"CsvClassifier": csv}:
            return _read_csv(csv)
        case {"XMLClassifier": _}:
            raise InvalidClassifierError("XML classifiers are not supported here")
        case _:
            raise InvalidClassifierError("A grok, JSON or CSV classifier must be given")


def _read_grok(given: Mapping[str, Any]) -> GrokClassifier:
    pattern, custom = given.get("GrokPattern") or "", given.get("CustomPatterns") or ""
    if not pattern or len(pattern) > MAX_GROK_CHARS:
        raise InvalidClassifierError(f"GrokPattern must have 1 to {MAX_GROK_CHARS} characters")
    classification = given.get("Classification") or ""
    if not classification:
        raise InvalidClassifierError("A grok classifier must have a Classification")
    return GrokClassifier(classification, pattern, custom, compile_grok(pattern, custom))


def _read_csv(given: Mapping[str, Any]) -> CsvClassifier:
    delimiter, quote = given.get("Delimiter") or ",", given.get("QuoteSymbol") or None
    if len(delimiter) != 1 or (quote is not None and len(quote) != 1):
        raise InvalidClassifierError("Delimiter and QuoteSymbol must be one character each")
    if delimiter == quote:
        raise InvalidClassifierError("Delimiter and QuoteSymbol must differ")
    contains_header = given.get("ContainsHeader") or "UNKNOWN"
    serde = given.get("Serde") or "None"
    if contains_header not in _HEADERS or serde not in _SERDES:
        raise InvalidClassifierError(
            f"ContainsHeader must be one of {', '.join(_HEADERS)}, Serde of {', '.join(_SERDES)}"
        )
    header = tuple(given.get("Header") or ())
    if any(not re.fullmatch(r"[^\x00-\x1f]+", name) for name in header):
        raise InvalidClassifierError("Header must hold names without control characters")
    return CsvClassifier(
        delimiter=delimiter,
        quote=quote,
        contains_header=contains_header,
        header=header,
        trims_values=not given.get("DisableValueTrimming"),
        allows_single_column=bool(given.get("AllowSingleColumn")),
        datatypes=_read_datatypes(given),
        serde=None if serde == "None" else serde,
    )


def _read_datatypes(given: Mapping[str, Any]) -> tuple[str, ...]:
    if not given.get("CustomDatatypeConfigured"):
        return ()
    names = tuple(str(name).upper() for name in given.get("CustomDatatypes") or ())
    for name in names:
        if name not in _DATATYPES:
            raise InvalidClassifierError(f"{name} is not a data type of a CSV classifier")
    return tuple(_DATATYPES[name] for name in names)
