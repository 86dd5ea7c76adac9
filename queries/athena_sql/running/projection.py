"""Partition projection: compute partitions from a table's properties. Pure.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

from athena_sql.catalog import CatalogPartition, CatalogTable
from athena_sql.errors import UnsupportedData

MOST_PARTITIONS = 100_000
NOW = re.compile(r"(?i)\s*now\s*(?:([+-])\s*(\d+)\s*(\w+))?\s*\Z")
JAVA_TO_PYTHON = (
    ("yyyy", "%Y"),
    ("MM", "%m"),
    ("dd", "%d"),
    ("HH", "%H"),
    ("mm", "%M"),
    ("ss", "%S"),
)


def is_projected(table: CatalogTable) -> bool:
    """Whether Athena works the partitions out instead of asking the catalog."""
    return table.parameters.get("projection.enabled", "").lower() == "true"


def project(table: CatalogTable, now: datetime) -> CatalogTable:
    """Return the table with its projected partitions; raises UnsupportedData for `injected`."""
    keys = [key.name for key in table.partition_keys]
    values = [list(values_of(table, key, now)) for key in keys]
    partitions: list[CatalogPartition] = []
    for combination in product(*values):
        if len(partitions) >= MOST_PARTITIONS:
            raise UnsupportedData(table.name, "its projection has more than 100,000 partitions")
        location = location_of(table, dict(zip(keys, combination, strict=True)))
        partitions.append(CatalogPartition(combination, location, ()))
    return replace(table, partitions=tuple(partitions))


def location_of(table: CatalogTable, values: Mapping[str, str]) -> str:
    """Return a partition's folder: by the template, or `key=value/` below the table's."""
    template = table.parameters.get("storage.location.template")
    if not template:
        folders = "/".join(f"{key}={value}" for key, value in values.items())
        return f"{table.location.rstrip('/')}/{folders}/"
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1].lower()], template)


def values_of(table: CatalogTable, key: str, now: datetime) -> Iterator[str]:
    """Yield a key's values, in order."""
    given = {
        name.removeprefix(f"projection.{key}."): value
        for name, value in table.parameters.items()
        if name.startswith(f"projection.{key}.")
    }
    match given.get("type", "").lower():
        case "enum":
            yield from (value.strip() for value in given["values"].split(","))
        case "integer":
            yield from integers(given)
        case "date":
            yield from dates(given, now)
        case kind:
            raise UnsupportedData(table.name, f"'{key}' has a projection of type '{kind}'")


def integers(given: Mapping[str, str]) -> Iterator[str]:
    """Yield the numbers of a range, with leading zeros where digits are asked for."""
    first, last = (int(end) for end in given["range"].split(","))
    digits = int(given.get("digits", "0"))
    for number in range(first, last + 1, int(given.get("interval", "1"))):
        yield f"{number:0{digits}d}"


def dates(given: Mapping[str, str], now: datetime) -> Iterator[str]:
    """Yield the dates of a range in the format, which Java's letters describe."""
    form = given["format"]
    for java, python in JAVA_TO_PYTHON:
        form = form.replace(java, python)
    form = form.replace("'", "")
    first, last = (date_of(end, form, now) for end in given["range"].split(","))
    unit = given.get("interval.unit", "hours" if "%H" in form else "days").lower().rstrip("s")
    step, moment = int(given.get("interval", "1")), first
    while moment <= last:
        yield moment.strftime(form)
        moment = later(moment, step, unit)


def date_of(text: str, form: str, now: datetime) -> datetime:
    """Return one end of a range: a date in the format, or NOW with a distance."""
    if found := NOW.match(text):
        count = int(found[2] or 0) * (-1 if found[1] == "-" else 1)
        return later(now.replace(tzinfo=None), count, (found[3] or "day").lower().rstrip("s"))
    return datetime.strptime(text.strip(), form)  # noqa: DTZ007 (a date without a zone, as written)


def later(moment: datetime, count: int, unit: str) -> datetime:
    """Return a moment that many units later."""
    if unit in ("month", "year"):
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
        return moment.replace(year=months // 12, month=months % 12 + 1, day=min(moment.day, 28))
    return moment + timedelta(**{f"{unit}s": count})
