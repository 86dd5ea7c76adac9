"""From an Athena statement and the catalog to the DuckDB statement with the same answer.

Pure. It raises BadQuery for what Athena would refuse while it analyses, and MissingColumns for a
question that this shop's files cannot answer.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from order_transform.contract.hive_types import hive_columns
from order_transform.contract.parse import default_contract_text, parse_contract
from sqlglot import exp
from sqlglot.errors import ErrorLevel, OptimizeError, SchemaError, UnsupportedError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from athena_sql.answer import Column, Value
from athena_sql.catalog import CatalogTable
from athena_sql.errors import BadQuery, MissingColumns
from athena_sql.statement import DIALECT, TableName, resolve_tables
from athena_sql.translation.rewrites import rewrite
from athena_sql.typing.inference import common_type, trino_metadata
from athena_sql.typing.types import hive_to_trino

# What an order line may have, with the types that the catalog has after a crawl: a query of a
# column that is here, but not in the catalog, is a good query for other files.
CONTRACT_COLUMNS = hive_columns(parse_contract(default_contract_text()))
PARAMETER_TYPES: Mapping[type, str] = {int: "bigint", float: "double", date: "date", str: "varchar"}


@dataclass(frozen=True, slots=True)
class Translation:
    """A DuckDB statement with `$name` parameters, and the columns that Trino would answer with.

    A column's type is `unknown` where it cannot be inferred.
    """

    sql: str
    columns: tuple[Column, ...]


def analyse(
    name: str,
    tree: exp.Query,
    tables: Iterable[CatalogTable],
    aliases: Mapping[str, TableName],
    values: Mapping[str, Value],
) -> exp.Query:
    """Return the tree qualified and typed by the catalog; `name` is for messages."""
    tables = tuple(tables)
    known = [TableName(table.database, table.name) for table in tables]
    tree = resolve_tables(tree, aliases, known)
    name_outputs(tree)
    type_parameters(tree, values)
    schema = schema_of(tables)
    try:
        tree = qualify(tree, schema=schema, dialect=DIALECT, expand_alias_refs=False)
        tree = typed(tree, schema)
        # The type of an outer lambda may hang on that of an inner one.
        while type_lambdas(tree):
            tree = typed(tree, schema)
        return tree
    except (OptimizeError, SchemaError) as error:
        raise unresolved(name, error, tree, tables) from error


def typed(tree: exp.Query, schema: dict[str, object]) -> exp.Query:
    """Return the tree with the type of every expression that can be inferred."""
    return annotate_types(
        tree, schema=schema, dialect=DIALECT, expression_metadata=trino_metadata()
    )


def type_lambdas(tree: exp.Query) -> bool:
    """Cast the parameter of each lambda to the type of the array's elements, if it is known.

    Without it `x -> x / 2` would not be seen to divide integers. Returns whether any was found.
    """
    is_changed = False
    for node in tree.find_all(exp.Transform, exp.ArrayFilter):
        function = node.expression
        if not isinstance(function, exp.Lambda) or not node.this.type.expressions:
            continue
        name, element = function.expressions[0].name, node.this.type.expressions[0]
        for part in list(function.this.find_all(exp.Column, exp.Identifier)):
            is_whole = isinstance(part, exp.Column) or not isinstance(part.parent, exp.Column)
            is_typed = isinstance(part.parent, exp.Cast) and part.parent.args["to"] == element
            if is_whole and not is_typed and part.name == name and part.parent is not None:
                part.replace(exp.Cast(this=part.copy(), to=element.copy()))
                is_changed = True
    return is_changed


def columns_hint(tables: tuple[CatalogTable, ...]) -> str:
    """Return what columns there are, as the step after a wrong one."""
    return "; ".join(
        f"{table.name} has {', '.join(column.name for column in table.all_columns)}"
        for table in tables
    )


def schema_of(tables: Iterable[CatalogTable]) -> dict[str, object]:
    """Return database -> table -> column -> Trino type, for sqlglot."""
    schema: dict[str, dict[str, object]] = {}
    for table in tables:
        columns = {column.name: hive_to_trino(column.type) for column in table.all_columns}
        schema.setdefault(table.database, {})[table.name] = columns
    return dict(schema)


def unresolved(
    name: str, error: Exception, tree: exp.Query, tables: tuple[CatalogTable, ...]
) -> BadQuery | MissingColumns:
    """Return the error for a name that the catalog does not know.

    A name of the contract is a good question to files that do not have it; any other is wrong.
    """
    reason = str(error).splitlines()[0].rstrip(".")
    known = {column.name for table in tables for column in table.all_columns}
    found = re.search(r"Column '\"?(?:\w+\"?\.\"?)?(\w+)\"?' could not be resolved", reason)
    if found and found[1] in CONTRACT_COLUMNS.keys() - known:
        asked = {node.name.lower() for node in tree.find_all(exp.Column)}
        missing = [column for column in CONTRACT_COLUMNS if column in asked - known]
        return MissingColumns(name, missing, ", ".join(table.name for table in tables))
    return BadQuery(f"{name}: {reason}", columns_hint(tables))


def name_outputs(tree: exp.Query) -> None:
    """Give unnamed columns of the answer Trino's names: `_col0`, by position."""
    for position, node in enumerate(tree.selects):
        if not isinstance(node, exp.Alias | exp.Column | exp.Star):
            node.replace(exp.alias_(node.copy(), f"_col{position}"))


def type_parameters(tree: exp.Query, values: Mapping[str, Value]) -> None:
    """Give each `:name` the type of its value; raises BadQuery for one without a value."""
    for node in list(tree.find_all(exp.Placeholder)):
        if not node.this:
            raise BadQuery("a ? has no name to bind by", "write :name and give --param name=...")
        if node.name not in values:
            raise BadQuery(f":{node.name} has no value", f"give it: --param {node.name}=...")
        kind = PARAMETER_TYPES.get(type(values[node.name]), "varchar")
        node.replace(exp.Cast(this=node.copy(), to=exp.DataType.build(kind, dialect="trino")))


def type_text(kind: exp.DataType | None) -> str:
    """Return a type as Athena spells it; `unknown` where there is none.

    Athena keeps times to the millisecond, whatever the digits of a literal.
    """
    if kind is None:
        return "unknown"
    if kind.this == exp.DType.TIMESTAMP:
        return "timestamp(3)"
    return kind.sql("trino").lower().replace(", ", ",")


def output_columns(tree: exp.Query) -> tuple[Column, ...]:
    """Return names and Trino types of an analysed statement's columns."""
    return tuple(
        Column(node.alias_or_name, type_text(kind))
        for node, kind in zip(tree.selects, output_types(tree), strict=True)
    )


def output_types(tree: exp.Expr) -> list[exp.DataType | None]:
    """Return the types of a statement's columns; a union's are those that both sides become."""
    if not isinstance(tree, exp.SetOperation):
        return [node.type for node in tree.selects] if isinstance(tree, exp.Query) else []
    sides = (output_types(side.unnest()) for side in (tree.left, tree.right))
    return [common_type(one, other) or one for one, other in zip(*sides, strict=True)]


def to_duckdb(tree: exp.Query) -> Translation:
    """Return the DuckDB statement for an analysed tree, which is changed; raises BadQuery."""
    columns = output_columns(tree)
    try:
        sql = rewrite(tree).sql("duckdb", unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise BadQuery(
            f"DuckDB cannot be asked this: {error}", "write it in another way"
        ) from error
    return Translation(sql, columns)
