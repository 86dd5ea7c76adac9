"""Query files: each holds one Athena statement, and a header that says what the query asks.

Pure apart from reading the files. It neither checks nor runs the SQL.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from athena_sql.answer import Value
from athena_sql.errors import BadQuery

from orderlake.errors import UnknownName, unreadable_text

HEADER = re.compile(r"--\s?(.*)")
PARAMETER = re.compile(
    r"param (?P<name>\w+): (?P<type>\w+)(?: = (?P<default>[^,]*))?, (?P<meaning>.+)"
)
CHART = re.compile(
    r"chart: (?P<kind>bar|line|heat) (?P<label>\w+) (?:(?P<across>\w+) )?(?P<value>\w+)"
)
TOPIC = re.compile(r"topic: (?P<topic>[a-z]\w*)(?: (?P<place>\d{1,2}))?")
# The `:name` of a parameter that is used without being declared.
USED_NAME = re.compile(r":([A-Za-z_]\w*)")
LAST_PLACE = 100
TYPES = ("varchar", "bigint", "double", "date")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `:name` of a query. `default` is text as typed, None where a value must be given."""

    name: str
    type: str
    default: str | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Which columns a chart of the answer shows: `kind` is bar, line or heat.

    A heat map has one row per `label` and one column per `across`; `value` gives the colour.
    """

    kind: str
    label: str
    value: str
    across: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it draws."""
        return tuple(filter(None, (self.label, self.across, self.value)))


@dataclass(frozen=True, slots=True)
class Query:
    """One question: what it asks, what a row of the answer is, and its SQL in Athena's dialect."""

    name: str
    sql: str
    question: str = ""
    grain: str = ""
    chart: Chart | None = None
    parameters: tuple[Parameter, ...] = field(default=())
    topic: str = ""
    place: int = LAST_PLACE

    @property
    def title(self) -> str:
        """The name as words: `revenue_by_day` is `Revenue by day`."""
        return self.name.replace("_", " ").capitalize()

    def bind(self, given: Mapping[str, str]) -> dict[str, Value]:
        """Return a typed value for every declared parameter, and for the undeclared ones given.

        Raises UnknownName for a value that the query does not use, and BadQuery for a missing one
        or one that is not of the declared type.
        """
        declared = [parameter.name for parameter in self.parameters]
        known = declared or sorted(set(USED_NAME.findall(self.sql)))
        if unknown := sorted(set(given) - set(known)):
            raise UnknownName("parameter", unknown[0], known, place=self.name)
        values: dict[str, Value] = {name: guess_value(text) for name, text in given.items()}
        for parameter in self.parameters:
            text = given.get(parameter.name, parameter.default)
            if text is None:
                raise BadQuery(
                    f"{self.name} needs {parameter.name}: {parameter.meaning}",
                    f"give it: --param {parameter.name}=...",
                )
            values[parameter.name] = parse_value(parameter, text)
        return values


def parse_value(parameter: Parameter, text: str) -> Value:
    """Return the text as a value of the parameter's type; raises BadQuery."""
    try:
        match parameter.type:
            case "bigint":
                return int(text)
            case "double":
                return float(text)
            case "date":
                return date.fromisoformat(text)
            case _:
                return text
    except ValueError as error:
        raise BadQuery(
            f"--param {parameter.name}={text} is not a {parameter.type}",
            f"{parameter.name}: {parameter.meaning}",
        ) from error


def guess_value(text: str) -> Value:
    """Return the value of a parameter that nobody declared: a number where it looks like one."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else float(number)


def parse_query(name: str, text: str) -> Query:
    """Return the query of a file's text. A file without a header is a query without facts.

    The first comment line holds the question, up to its question mark, and then the grain;
    further lines may say `param NAME: TYPE = DEFAULT, MEANING`, `topic: TOPIC PLACE` (which
    part of the report, and where in it), and `chart: bar LABEL VALUE`, `line LABEL VALUE` or
    `heat ROW COLUMN VALUE`.
    """
    header: list[str] = []
    for line in text.lstrip("\ufeff").splitlines():
        if not (match := HEADER.fullmatch(line.strip())):
            break
        header.append(match[1].strip())
    question, mark, grain = (header[0] if header else "").partition("?")
    chart = next((m for line in header if (m := CHART.fullmatch(line))), None)
    topic = next((m for line in header if (m := TOPIC.fullmatch(line))), None)
    found = [m for line in header if (m := PARAMETER.fullmatch(line))]
    return Query(
        name=name,
        sql=text,
        question=question + mark,
        grain=grain.strip(),
        chart=Chart(**chart.groupdict("")) if chart else None,
        parameters=tuple(Parameter(**match.groupdict()) for match in found),
        topic=topic["topic"] if topic else "",
        place=int(topic["place"]) if topic and topic["place"] else LAST_PLACE,
    )


def read_query(path: Path) -> Query:
    """Return the query of one file; raises UnreadableInput."""
    try:
        return parse_query(path.stem, path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable_text(path, error, "give the path of a .sql file") from error


def list_queries(folder: Path) -> list[Query]:
    """Return every query of a folder, by name."""
    return [read_query(path) for path in sorted(folder.glob("*.sql"))]


def find_query(name: str, folder: Path) -> Query:
    """Return a query by its name, or by the path of its file; raises UnknownName."""
    path = folder / f"{name}.sql"
    if re.fullmatch(r"[\w-]+", name) and path.is_file():
        return read_query(path)
    if name.endswith(".sql") or "/" in name:
        return read_query(Path(name))
    raise UnknownName("query", name, [path.stem for path in sorted(folder.glob("*.sql"))])
