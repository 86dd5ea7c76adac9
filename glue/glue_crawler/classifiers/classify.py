"""Apply custom classifiers to the head of an object: the first one that fits makes its sample."""

import csv
import itertools
import re
from collections.abc import Sequence
from functools import cache

from glue_crawler.classifiers.definition import (
    Classifier,
    CsvClassifier,
    GrokClassifier,
    JsonClassifier,
)
from glue_crawler.classifiers.grok_pattern import compile_grok
from glue_crawler.classifiers.json_path import find_values
from glue_crawler.reading.compression import Head
from glue_crawler.reading.csv_text import MAX_RECORDS, column_types, header_names, is_header
from glue_crawler.reading.json_text import JsonCursor, read_array, read_objects
from glue_crawler.reading.sample import Format, Sample, decode_text, scale_counts
from glue_crawler.schema.columns import Column, Schema, SchemaBuilder
from glue_crawler.schema.hive_types import HiveType, Scalar

# Nine lines in ten must match a grok pattern; AWS does not say how many.
GROK_SHARE = 0.9
RECORD_COLUMN = "record"
# Host, two names and a time in brackets: how a web server's log begins, told at little cost.
_LOG_START = re.compile(rb"\S{1,255} \S{1,255} \S{1,255} \[[^\]\n]{10,40}\] \"")


def classify(head: Head, size_bytes: int, classifiers: Sequence[Classifier]) -> Sample | None:
    """Return the sample that the first fitting classifier makes, or None where none fits."""
    for classifier in classifiers:
        match classifier:
            case GrokClassifier():
                found = _classify_grok(head, size_bytes, classifier)
            case JsonClassifier():
                found = _classify_json(head, size_bytes, classifier)
            case CsvClassifier():
                found = _classify_csv(head, size_bytes, classifier)
        if found is not None:
            return found
    return None


def classify_log(head: Head, size_bytes: int) -> Sample | None:
    """Return the sample of a web server's log, which AWS's built-in classifiers know before CSV.

    Of the built-in grok classifiers (docs.aws.amazon.com/glue/latest/dg/add-classifier.html), only
    Apache's two have patterns that AWS publishes.
    """
    if _LOG_START.match(head.data) is None:
        return None
    found = (_classify_grok(head, size_bytes, rule) for rule in _apache_classifiers())
    return next(filter(None, found), None)


@cache
def _apache_classifiers() -> tuple[GrokClassifier, ...]:
    patterns = {"combined_apache": "%{COMBINEDAPACHELOG}", "apache": "%{COMMONAPACHELOG}"}
    return tuple(
        GrokClassifier(name, pattern, "", compile_grok(pattern))
        for name, pattern in patterns.items()
    )


def _complete_text(head: Head) -> str:
    text = decode_text(head)
    return text if head.at_end else text[: text.rfind("\n") + 1]


def _classify_grok(head: Head, size_bytes: int, classifier: GrokClassifier) -> Sample | None:
    text = _complete_text(head)
    lines = [line for line in text.splitlines() if line.strip()][:MAX_RECORDS]
    matching = sum(classifier.compiled.regex.search(line) is not None for line in lines)
    if not lines or matching < GROK_SHARE * len(lines):
        return None
    settings = [("input.format", classifier.pattern)]
    if classifier.custom_patterns:
        settings.append(("input.grokCustomPatterns", classifier.custom_patterns))
    kind = Format(
        classifier.classification, head.codec, layout="grok", settings=tuple(sorted(settings))
    )
    columns = (Column(name, Scalar(t), (name,)) for name, t in classifier.compiled.columns)
    used = sum(len(line.encode()) + 1 for line in lines)
    records, decoded = scale_counts(head, size_bytes, len(lines), used)
    return Sample(kind, Schema(tuple(columns)), records, decoded, decoded)


def _classify_json(head: Head, size_bytes: int, classifier: JsonClassifier) -> Sample | None:
    text, cursor, builder = decode_text(head), JsonCursor(), SchemaBuilder()
    first, steps, count = text.lstrip()[:1], classifier.steps, 0
    if first == "[":
        if steps[:1] != (None,):
            return None
        values = read_array(text, head.at_end, cursor)
        steps = steps[1:]
    elif first == "{":
        values = iter(read_objects(text, head.at_end, cursor))
    else:
        return None
    for value in values:
        for record in find_values(value, steps):
            # Values other than objects make one column (docs.aws.amazon.com/glue/latest/dg/
            # custom-classifier.html, "Example of Using a JSON Classifier to Examine Only Parts").
            builder.add(record if isinstance(record, dict) else {RECORD_COLUMN: record})
            count += 1
    if count == 0 or cursor.malformed >= cursor.records:
        return None
    kind = Format("json", head.codec, settings=(("jsonPath", classifier.path),))
    used = len(text[: cursor.used_chars].encode())
    records, decoded = scale_counts(head, size_bytes, count, used)
    note = "a custom JSON classifier has read it, and Athena cannot read such a table"
    return Sample(kind, builder.build(), records, decoded, decoded, notes=(note,))


def _classify_csv(head: Head, size_bytes: int, classifier: CsvClassifier) -> Sample | None:
    text = _complete_text(head)
    rows = _split(text, classifier)
    width = max(map(len, rows), default=0)
    if width < (1 if classifier.allows_single_column else 2):
        return None
    if classifier.header and len(classifier.header) != width:
        return None
    has_header = _has_header(rows, classifier)
    body = rows[1:] if has_header else rows
    if classifier.datatypes and len(classifier.datatypes) != width:
        return None
    names = _names(rows, width, classifier, has_header=has_header)
    types: Sequence[HiveType] = (
        [Scalar(kind) for kind in classifier.datatypes]
        if classifier.datatypes
        else column_types(body, width)
    )
    columns = (Column(name, kind, (name,)) for name, kind in zip(names, types, strict=True))
    records, decoded = scale_counts(head, size_bytes, len(rows), len(text.encode()))
    return Sample(
        _csv_format(head, classifier),
        Schema(tuple(columns)),
        records,
        decoded,
        decoded,
        has_header,
    )


def _split(text: str, classifier: CsvClassifier) -> list[list[str]]:
    reader = csv.reader(
        text.splitlines(keepends=True),
        delimiter=classifier.delimiter,
        quotechar=classifier.quote or '"',
        quoting=csv.QUOTE_MINIMAL if classifier.quote else csv.QUOTE_NONE,
    )
    try:
        rows = [row for row in itertools.islice(reader, MAX_RECORDS) if row]
    except csv.Error:
        return []
    return [[cell.strip() for cell in row] for row in rows] if classifier.trims_values else rows


def _has_header(rows: list[list[str]], classifier: CsvClassifier) -> bool:
    if classifier.contains_header != "UNKNOWN":
        return classifier.contains_header == "PRESENT"
    if classifier.header:
        return [cell.lower() for cell in rows[0]] == [name.lower() for name in classifier.header]
    width = max(map(len, rows))
    return is_header(rows[0], column_types(rows[1:], width))


def _names(
    rows: list[list[str]], width: int, classifier: CsvClassifier, *, has_header: bool
) -> list[str]:
    if classifier.header:
        return header_names(list(classifier.header), width)
    return header_names(rows[0], width) if has_header else [f"col{n}" for n in range(width)]


def _csv_format(head: Head, classifier: CsvClassifier) -> Format:
    """Choose the SerDe: the given one, or OpenCSVSerDe where a quote is given (our own rule)."""
    serde = classifier.serde or ("OpenCSVSerDe" if classifier.quote else "LazySimpleSerDe")
    if serde == "LazySimpleSerDe":
        return Format("csv", head.codec, classifier.delimiter)
    settings = (("quoteChar", classifier.quote or '"'), ("separatorChar", classifier.delimiter))
    return Format("csv", head.codec, classifier.delimiter, layout="quoted_csv", settings=settings)
