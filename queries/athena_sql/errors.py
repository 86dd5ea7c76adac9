"""The errors of a statement or of the data it reads: what happened, and the next step.

Each error carries its facts as fields; each caller translates it once: the command line into
lines and an exit code, the local Athena into AWS's words.

SqlError                  exit 1: the statement was not answered
├── BadQuery              exit 2: SQL that cannot be asked: syntax, names, parameters
│   ├── BadSyntax         a text that Athena's grammar does not allow
│   └── UnknownTable      a table that the catalog does not have
├── MissingColumns        the shop's files lack what a query needs
├── UnreadableData        an object that Athena would refuse to read
│   └── UnsupportedData   data that Athena reads, or may read, and DuckDB here does not
│       └── TooLittleMemory  data that needs more memory than there is
├── NotPortable           SQL that Athena and DuckDB would answer differently
│   └── NotAnswered       SQL whose answer on Athena is not known to be DuckDB's
└── QueryFailed           an engine gave up on a query
"""

from collections.abc import Iterable

# The text of the RuntimeError that DuckDB makes of Ctrl-C. A cancelled connection raises
# duckdb.InterruptException instead.
INTERRUPTED = "Query interrupted"


class SqlError(Exception):
    """A statement without an answer; `message` says what happened, `next_step` what to do."""

    exit_code = 1

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}\n{self.next_step}" if self.next_step else self.message


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like the given one, or None where none is close."""
    import difflib  # only for a wrong name

    matches = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return matches[0] if matches else None


class BadQuery(SqlError):
    """SQL that cannot be run as it is: its syntax, its names or its parameters are wrong."""

    exit_code = 2


class BadSyntax(BadQuery):
    """A text that Athena's grammar does not allow; `reason` has the place, as Athena says it."""

    def __init__(self, reason: str, next_step: str = "correct the statement") -> None:
        self.reason = reason
        super().__init__(f"not Athena SQL: {reason}", next_step)


class UnknownTable(BadQuery):
    """A table that the catalog does not have; suggests the nearest name and lists them all."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(known)
        self.suggestion = nearest(name, self.known)
        hint = f"did you mean '{self.suggestion}'? " if self.suggestion else ""
        listing = ", ".join(self.known) or "none"
        super().__init__(f"there is no table '{name}'", f"{hint}known: {listing}")


class MissingColumns(SqlError):
    """A query needs columns that no processed file of this shop has."""

    def __init__(self, query: str, columns: Iterable[str], table: str) -> None:
        self.query, self.columns, self.table = query, tuple(columns), table
        super().__init__(
            f"{query} needs {', '.join(self.columns)}, which {table} lacks",
            "none of the processed files has it; what can be asked: orderlake query",
        )


class UnreadableData(SqlError):
    """An object that Athena would refuse, and with it the whole query; `code` is Athena's own."""

    advice = "replace or remove the object; Athena would refuse it too"

    def __init__(self, address: str, reason: str, *, code: str = "HIVE_BAD_DATA") -> None:
        self.address, self.reason, self.code = address, reason, code
        shown = f"{code}: " if code == "HIVE_PARTITION_SCHEMA_MISMATCH" else ""
        super().__init__(f"{address}: {shown}{reason}", self.advice)


class UnsupportedData(UnreadableData):
    """Data that Athena reads, or may read, and that would be read otherwise here."""

    advice = "replace the object by clean JSON Lines, CSV or Parquet, or ask on Athena: --env aws"

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason, code="NOT_SUPPORTED")


class TooLittleMemory(UnsupportedData):
    """Data that is right and needs more memory here than there is, as very long lines do."""

    advice = (
        "free memory or use a machine with more, write the objects with shorter lines, or ask on"
        " Athena: --env aws"
    )


class NotPortable(SqlError):
    """SQL with constructs that Athena and DuckDB take differently; `findings` are the reasons."""

    def __init__(
        self, name: str, findings: Iterable[str], next_step: str = "write the portable form"
    ) -> None:
        self.name, self.findings = name, tuple(findings)
        reasons = "\n".join(f"  {finding}" for finding in self.findings)
        super().__init__(
            f"{name} would be answered differently by Athena and DuckDB:\n{reasons}", next_step
        )


class NotAnswered(NotPortable):
    """SQL that Athena answers, but for which it is not known that DuckDB gives the same answer."""

    def __init__(self, name: str, findings: Iterable[str], instead: str) -> None:
        self.instead = instead
        SqlError.__init__(self, "", f"{instead}, or ask it on Athena: --engine athena --env aws")
        self.name, self.findings = name, tuple(findings)
        reasons = "\n".join(f"  {finding}" for finding in self.findings)
        self.message = f"{name} is not answered on DuckDB, for its answer might differ:\n{reasons}"


class QueryFailed(SqlError):
    """An engine started the query and gave up; `reason` is in the engine's own words."""

    def __init__(self, engine: str, reason: str, next_step: str = "") -> None:
        self.engine, self.reason = engine, reason
        super().__init__(
            f"{engine}: {reason}", next_step or "fix the query, or inspect the data with -e"
        )
