"""Only the macros that a statement calls are defined, with those that they call."""

import duckdb
from athena_sql.running.macros import define_macros
from athena_sql.values.macros.catalogue import MACROS, called_macros, macros_by_name


def test_every_macro_can_be_defined_alone() -> None:
    assert len(macros_by_name()) == len(MACROS)
    with duckdb.connect() as connection:
        for name in macros_by_name():
            connection.begin()
            define_macros(connection, f"select {name}(x)")
            rows = connection.execute(
                "select function_name from duckdb_functions() where not internal"
            ).fetchall()
            assert {found for (found,) in rows} == called_macros(name)
            connection.rollback()


def test_a_statement_defines_what_it_calls_through_others_once_or_twice() -> None:
    with duckdb.connect() as connection:
        for _ in range(2):
            define_macros(connection, "select trino_divide(1, 2, 0, 0)")
        assert connection.execute("select trino_half_up(5, 2)").fetchall() == [(3,)]
    assert called_macros("select sum(price) from orders") == set()
