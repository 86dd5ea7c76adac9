"""What kind of statement a query is: its StatementType, and how its result's name ends.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
"""

from localstack_lake.athena.errors import invalid_request


def kinds_of(sql: str, *, is_trino: bool = False) -> tuple[str, str, str]:
    """Return StatementType, SubstatementType and the ending of the result's name.

    Raises InvalidRequestException for SQL that does not parse; what is only not supported is
    left to fail as a query. Trino parses its own statements.
    """
    from athena_sql.ddl import statements as s
    from athena_sql.ddl.read import read_statement
    from athena_sql.errors import BadQuery, BadSyntax
    from athena_sql.statement import parse_statement

    if is_trino and (kinds := trino_kinds(sql)):
        return kinds
    try:
        statement = read_statement(sql)
        if isinstance(statement, s.Select):
            parse_statement(statement.sql)
    except BadQuery as error:
        if error.message.startswith("NOT_SUPPORTED"):
            return "DDL", "UNKNOWN", ".txt"
        reason = error.reason if isinstance(error, BadSyntax) else error.message
        raise invalid_request(reason) from error
    match statement:
        case s.Select() | s.Execute():
            return "DML", "SELECT", ".csv"
        case s.CreateTableAs():
            return "DDL", "CREATE_TABLE_AS_SELECT", ""
        case s.Insert():
            return "DML", "INSERT", ""
        case s.Unload():
            return "DML", "UNLOAD", ".csv"
        case s.Show() | s.Describe() | s.Explain():
            what = f"SHOW_{statement.what}" if isinstance(statement, s.Show) else ""
            name = (what or type(statement).__name__).upper().replace(" ", "_")
            return "UTILITY", name, ".txt"
        case _:
            return "DDL", snake_case(type(statement).__name__), ".txt"


def trino_kinds(sql: str) -> tuple[str, str, str] | None:
    """Return the same for a statement that Trino runs, or None for one of the catalog."""
    from athena_sql.ddl.read import COMMENTS
    from athena_sql.errors import BadQuery

    from localstack_lake.athena.trino_sql import read_vacuum, to_trino

    try:
        if translated := to_trino(sql, "default", "", ""):
            return translated.kind
        if COMMENTS.sub("", sql)[:6].lower() == "vacuum":
            read_vacuum(sql)
            return "DML", "VACUUM", ".csv"
    except BadQuery as error:
        if "mismatched input" in error.message:
            raise invalid_request(error.message) from error
        return "DDL", "UNKNOWN", ".txt"
    return None


def snake_case(name: str) -> str:
    """Return `CREATE_TABLE` for `CreateTable`."""
    return "".join(f"_{char}" if char.isupper() else char for char in name).lstrip("_").upper()
