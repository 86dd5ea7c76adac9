"""Read one Athena statement into what it asks for.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html. Pure. It raises BadQuery with
Athena's words for a text that does not parse, and for a statement that Athena supports and this
package does not.
"""

import re
from collections.abc import Callable, Mapping

from athena_sql.ddl import statements as s
from athena_sql.ddl.create_table import read_create_table
from athena_sql.ddl.properties import read_pairs, read_properties
from athena_sql.ddl.words import CATALOG, Words, split_list, unsupported
from athena_sql.errors import BadQuery

COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
QUESTIONS = ("select", "with", "values", "table", "(")


def read_statement(sql: str) -> s.Statement:
    """Return what a statement asks for."""
    body = COMMENTS.sub("", sql).rstrip().rstrip(";").rstrip()
    if not body:
        raise BadQuery("line 1:1: mismatched input '<EOF>'. Expecting: a statement", "")
    first = re.match(r"\(|\w+|.", body)
    word = first[0].lower() if first else ""
    if word in QUESTIONS:
        return s.Select(sql)
    if word == "create":
        return read_create(body)
    if word in UNSUPPORTED:
        raise unsupported(word.upper())
    reader = READERS.get(word)
    if reader is None:
        raise BadQuery(f"line 1:1: mismatched input '{word}'. Expecting: a statement", "")
    return reader(body)


def check_catalog(statement: s.Statement, other_catalogs: frozenset[str]) -> None:
    """Raise BadQuery for a statement in another data catalog than the Glue catalog."""
    named = s.catalog_of(statement)
    if named not in ("", CATALOG) and named not in other_catalogs:
        raise catalog_not_found(named)


def catalog_not_found(name: str) -> BadQuery:
    """Return Athena's answer to a data catalog that is not there."""
    return BadQuery(f"CATALOG_NOT_FOUND: Catalog '{name}' not found", "")


def read_create(sql: str) -> s.Statement:
    """Read any CREATE."""
    words = Words(sql, "trino" if re.search(r"(?is)\bas\b", sql) else "hive")
    words.expect("CREATE")
    or_replace = words.accept("OR", "REPLACE")
    if words.accept("VIEW") or words.accept("PROTECTED", "MULTI", "DIALECT", "VIEW"):
        view = words.name()
        words.expect("AS")
        return s.CreateView(view, or_replace, words.rest())
    if words.accept("DATABASE") or words.accept("SCHEMA"):
        return read_create_database(sql)
    if words.accept("EXTERNAL"):
        return read_create_table(Words(sql, "hive"))
    words.expect("TABLE")
    if_not_exists = words.accept("IF", "NOT", "EXISTS")
    table = words.name()
    properties = read_properties(words.inside()) if words.accept("WITH") else {}
    if not words.accept("AS"):
        raise unsupported("CREATE TABLE without EXTERNAL (an Iceberg table)")
    return read_table_as(table, if_not_exists, properties, words.rest())


def read_table_as(
    table: s.Name, if_not_exists: bool, properties: dict[str, str | list[str]], sql: str
) -> s.CreateTableAs:
    """Read what follows AS: a select, perhaps in parentheses, and WITH [NO] DATA."""
    found = re.search(r"(?is)\s+with\s+(no\s+)?data\s*\Z", sql)
    text = sql[: found.start()] if found else sql
    return s.CreateTableAs(table, if_not_exists, properties, text, not (found and found[1]))


def read_create_database(sql: str) -> s.CreateDatabase:
    """Read CREATE DATABASE."""
    words = Words(sql, "hive")
    words.take(), words.take()
    if_not_exists = words.accept("IF", "NOT", "EXISTS")
    made, comment, location, properties = words.database(), "", "", {}
    while not words.is_done:
        if words.accept("COMMENT"):
            comment = words.text()
        elif words.accept("LOCATION"):
            location = words.text()
        elif words.accept("WITH", "DBPROPERTIES") or words.accept("WITH"):
            words.accept("DBPROPERTIES")
            properties = read_pairs(words.inside())
        else:
            raise words.unexpected("COMMENT, LOCATION, WITH DBPROPERTIES")
    where = made.catalog
    return s.CreateDatabase(made.database, if_not_exists, comment, location, properties, where)


def read_drop(sql: str) -> s.Statement:
    """Read DROP DATABASE, TABLE, VIEW."""
    words = Words(sql, quotes_of(sql))
    words.expect("DROP")
    kind = words.word()
    if_exists = words.accept("IF", "EXISTS")
    if kind in ("database", "schema"):
        dropped = words.database()
        cascade = words.accept("CASCADE")
        words.accept("RESTRICT")
        words.end()
        return s.DropDatabase(dropped.database, if_exists, cascade, dropped.catalog)
    if kind in ("table", "view"):
        table = words.name()
        words.end()
        return s.DropTable(table, if_exists, kind == "view")
    raise unsupported(f"DROP {kind.upper()}")


def quotes_of(sql: str) -> str:
    """Return whose quotes are around names: a view is Trino's, and takes backticks, too."""
    is_view = re.match(r"(?is)(drop|show\s+create)\s+view\b", sql)
    return "trino" if is_view and "`" not in sql else "hive"


def read_alter(sql: str) -> s.Statement:
    """Read ALTER TABLE: partitions and properties."""
    words = Words(sql, "hive")
    words.expect("ALTER")
    words.expect("TABLE")
    table = words.name()
    if words.accept("ADD"):
        if_not_exists = words.accept("IF", "NOT", "EXISTS")
        if words.peek("PARTITION"):
            return s.AddPartitions(table, if_not_exists, read_partitions(words))
    elif words.accept("DROP"):
        if_exists = words.accept("IF", "EXISTS")
        if words.peek("PARTITION"):
            return s.DropPartitions(table, if_exists, read_partitions(words))
    elif words.accept("SET"):
        words.expect("TBLPROPERTIES")
        return s.SetProperties(table, read_pairs(words.inside()))
    raise unsupported("this ALTER TABLE")


def read_partitions(words: Words) -> tuple[s.PartitionSpec, ...]:
    """Read `PARTITION (...) [LOCATION '...']`, once or more."""
    found = []
    while words.accept("PARTITION"):
        values = read_pairs(words.inside())
        found.append(s.PartitionSpec(values, words.text() if words.accept("LOCATION") else ""))
        words.accept(",")
    words.end()
    return tuple(found)


def read_show(sql: str) -> s.Show:
    """Read any SHOW."""
    words = Words(sql, quotes_of(sql))
    words.expect("SHOW")
    what = words.word()
    if what == "create":
        what = f"create {words.word()}"
        table = words.name()
        words.end()
        return s.Show(what, table)
    if what in ("databases", "schemas"):
        catalog = words.word() if words.accept("IN") or words.accept("FROM") else ""
        pattern = words.text() if words.accept("LIKE") or not words.is_done else ""
        words.end()
        return s.Show("databases", s.Name("", "", catalog), pattern)
    if what in ("tables", "views"):
        is_named = words.accept("IN") or words.accept("FROM")
        place = words.database() if is_named else s.Name("", "")
        words.accept("LIKE")
        pattern = "" if words.is_done else words.text()
        words.end()
        return s.Show(what, place, pattern)
    if what in ("partitions", "columns", "tblproperties"):
        if what == "columns" and not (words.accept("IN") or words.accept("FROM")):
            raise words.unexpected("IN, FROM")
        table = words.name()
        if words.accept("IN") or words.accept("FROM"):
            place = words.database()
            table = s.Name(place.database, table.name, place.catalog)
        words.end()
        return s.Show(what, table)
    raise unsupported(f"SHOW {what.upper()}")


def read_describe(sql: str) -> s.Describe:
    """Read DESCRIBE [EXTENDED | FORMATTED] table."""
    words = Words(sql, "hive")
    words.take()
    is_detailed = words.accept("EXTENDED") or words.accept("FORMATTED")
    table = words.name()
    words.end()
    return s.Describe(table, is_detailed)


def read_msck(sql: str) -> s.RepairTable:
    """Read MSCK REPAIR TABLE."""
    words = Words(sql, "hive")
    words.expect("MSCK", "REPAIR")
    words.expect("TABLE")
    table = words.name()
    words.end()
    return s.RepairTable(table)


def read_insert(sql: str) -> s.Insert:
    """Read INSERT INTO table [(columns)] select or values."""
    words = Words(sql, "trino")
    words.expect("INSERT")
    words.expect("INTO")
    words.accept("TABLE")
    table, columns = words.name(), tuple[str, ...]()
    if words.peek("(") and not re.match(r"(?is)\(\s*(select|with|values)\b", words.peek_rest()):
        columns = tuple(part.strip('"` ').lower() for part in split_list(words.inside()))
    return s.Insert(table, columns, words.rest())


def read_unload(sql: str) -> s.Unload:
    """Read UNLOAD (select) TO 'location' WITH (properties)."""
    words = Words(sql, "trino")
    words.take()
    query = words.inside()
    words.expect("TO")
    location = words.text()
    properties = read_properties(words.inside()) if words.accept("WITH") else {}
    words.end()
    return s.Unload(query, location, properties)


def read_explain(sql: str) -> s.Explain:
    """Read EXPLAIN [ANALYZE] [(options)] statement."""
    words = Words(sql, "trino")
    words.take()
    if words.accept("ANALYZE"):
        raise unsupported("EXPLAIN ANALYZE")
    is_option = words.peek("(") and re.match(r"(?is)\(\s*(type|format)\b", words.peek_rest())
    options = words.inside().lower() if is_option else ""
    if other := re.search(r"\bformat\s+(?!text)\w+|\btype\s+io\b", options):
        raise unsupported(f"EXPLAIN ({other[0].upper()})")
    return s.Explain(words.rest(), options)


def read_prepare(sql: str) -> s.Prepare:
    """Read PREPARE name FROM statement."""
    words = Words(sql, "trino")
    words.take()
    name = words.take().text
    words.expect("FROM")
    return s.Prepare(name, words.rest())


def read_execute(sql: str) -> s.Execute:
    """Read EXECUTE name [USING value, ...]."""
    words = Words(sql, "trino")
    words.take()
    name = words.take().text
    values = split_list(words.rest()) if words.accept("USING") else []
    words.end()
    return s.Execute(name, tuple(values))


def read_deallocate(sql: str) -> s.Deallocate:
    """Read DEALLOCATE PREPARE name."""
    words = Words(sql, "trino")
    words.expect("DEALLOCATE", "PREPARE")
    return s.Deallocate(words.take().text)


# Statements of Iceberg tables and others that Athena knows.
UNSUPPORTED = ("merge", "update", "delete", "optimize", "vacuum", "call", "refresh")
READERS: Mapping[str, Callable[[str], s.Statement]] = {
    "drop": read_drop,
    "alter": read_alter,
    "show": read_show,
    "describe": read_describe,
    "desc": read_describe,
    "msck": read_msck,
    "insert": read_insert,
    "unload": read_unload,
    "explain": read_explain,
    "prepare": read_prepare,
    "execute": read_execute,
    "deallocate": read_deallocate,
}
