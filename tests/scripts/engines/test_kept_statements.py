"""A statement that was checked before is used again only where a check would give the same."""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from athena_sql.catalog import CatalogColumn, CatalogTable, TableName
from athena_sql.values import zones
from orderlake.engines import QueryRequest
from orderlake.engines.check_statement import check_statement
from orderlake.engines.checked_statement import statement_from_json, statement_to_json
from orderlake.engines.code_version import (
    FOLDERS,
    code_version,
    installed_files,
    sources,
    version_of,
)
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.engines.kept_statements import MOST_KEPT, KeptStatements, kept_statements
from orderlake.mirror.store import MirrorStore
from sql_lake import ALIASES, mirror_with

LINES = '{"product_id":"MUG","price":1.5}\n{"product_id":"PEN","price":2.5}\n'
COLUMNS = [("product_id", "string"), ("price", "decimal(18,2)")]
SUM = QueryRequest("-e", "select sum(price) as total from processed_orders")


def table(*columns: tuple[str, str]) -> CatalogTable:
    """Return a table without data."""
    found = tuple(CatalogColumn(name, kind) for name, kind in columns)
    return CatalogTable("shop_orders", "shop_processed_orders", "", "", found, (), ())


ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = (table(*COLUMNS),)


@pytest.fixture(autouse=True)
def _new_program() -> None:
    """Forget the rules of time zones that other tests of this process have read."""
    zones.region.cache_clear()


@pytest.fixture
def kept(tmp_path: Path) -> KeptStatements:
    """A folder that holds the checked sum."""
    kept = KeptStatements(tmp_path / "statements", "v1")
    kept.keep(SUM, SCHEMAS, ALIASES, check_statement(SUM, SCHEMAS, ALIASES))
    return kept


@pytest.fixture
def store(tmp_path: Path) -> MirrorStore:
    """A mirror of two orders."""
    return mirror_with(tmp_path, {"a.json.gz": LINES}, COLUMNS)


def file_of(kept: KeptStatements) -> Path:
    """Return the only file."""
    (path,) = kept.folder.iterdir()
    return path


def printed(code: str) -> str:
    """Return what a program prints that can import what this test can."""
    # A module's bytecode would be cut off, too, where a test limits the size of files.
    env = {"PYTHONPATH": ":".join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def rows(store: MirrorStore, request: QueryRequest = SUM) -> list[tuple[Any, ...]]:
    """Check a statement and answer it, as the command does."""
    with open_duckdb(store, ALIASES) as engine:
        engine.check(request)
        return list(engine.answer(request).rows)


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(price) as total, max(product_id) as m from processed_orders",
        "select array[1, 2] as a, map(array['x'], array[price]) as m from processed_orders",
        "select cast(row('a', 1) as row(name varchar, n bigint)) as r",
        "select timestamp '2026-01-01 10:00:00 UTC' as t, date '2026-01-01' as d, 1.5e0 as x",
        "select count(*) from processed_orders limit 3",
    ],
)
def test_a_statement_is_the_same_after_its_json_form(sql: str) -> None:
    checked = check_statement(QueryRequest("-e", sql), SCHEMAS, ALIASES)
    again = statement_from_json(json.loads(json.dumps(statement_to_json(checked))))
    assert again == checked
    assert again.translation.duckdb_types == checked.translation.duckdb_types


def test_what_was_checked_is_found_again(kept: KeptStatements) -> None:
    assert kept.find(SUM, SCHEMAS, ALIASES) == check_statement(SUM, SCHEMAS, ALIASES)
    assert kept.is_sql(SUM)


@pytest.mark.parametrize(
    "schemas",
    [
        (),
        (table(("product_id", "string"), ("price", "decimal(18,3)")),),
        (table(("price", "decimal(18,2)"), ("product_id", "string")),),
        (table(*COLUMNS, ("country", "string")),),
        (replace(SCHEMAS[0], name="other"),),
        (replace(SCHEMAS[0], partition_keys=(CatalogColumn("dt", "string"),)),),
        (*SCHEMAS, replace(SCHEMAS[0], name="other")),
    ],
)
def test_over_another_catalog_it_is_checked_again(
    kept: KeptStatements, schemas: Sequence[CatalogTable]
) -> None:
    assert kept.find(SUM, schemas, ALIASES) is None


def test_over_another_table_of_the_same_alias_it_is_checked_again(kept: KeptStatements) -> None:
    aliases = {"processed_orders": TableName("shop_orders", "other")}
    assert kept.find(SUM, SCHEMAS, aliases) is None
    assert kept.find(SUM, SCHEMAS, {}) is None


@pytest.mark.parametrize("value", [2, "1", 1.0, Decimal(1), date(2026, 1, 1), True])
def test_another_value_or_one_of_another_type_is_another_statement(
    tmp_path: Path, value: Any
) -> None:
    kept = KeptStatements(tmp_path, "v1")
    request = QueryRequest("-e", "select :x as x", {"x": 1})
    kept.keep(request, SCHEMAS, ALIASES, check_statement(request, SCHEMAS, ALIASES))
    assert kept.find(request, SCHEMAS, ALIASES)
    assert kept.find(replace(request, values={"x": value}), SCHEMAS, ALIASES) is None


def test_one_more_blank_is_another_statement(kept: KeptStatements) -> None:
    assert not kept.is_sql(replace(SUM, sql=f"{SUM.sql} "))


def test_a_damaged_byte_is_noticed_wherever_it_is(kept: KeptStatements) -> None:
    path = file_of(kept)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert kept.find(SUM, SCHEMAS, ALIASES) is None
        assert not kept.is_sql(SUM)
    for length in (0, 1, 64, 65, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert kept.find(SUM, SCHEMAS, ALIASES) is None


def test_other_code_checks_again(kept: KeptStatements) -> None:
    assert replace(kept, version="v2").find(SUM, SCHEMAS, ALIASES) is None
    assert not replace(kept, version="v2").is_sql(SUM)


def test_without_a_version_nothing_is_found_or_kept(kept: KeptStatements) -> None:
    unknown = replace(kept, version=None)
    assert unknown.find(SUM, SCHEMAS, ALIASES) is None
    unknown.keep(SUM, SCHEMAS, ALIASES, check_statement(SUM, SCHEMAS, ALIASES))
    assert file_of(kept)


def test_the_version_changes_with_the_libraries_and_every_module(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    paths = [tmp_path / "a.py", tmp_path / "inside" / "b.py"]
    for path in paths:
        path.write_text("x = 1\n")
    assert list(sources(str(tmp_path))) == list(map(str, paths))
    found = {version_of(name, sources(str(tmp_path))) for name in ("3.13", "3.14")}
    for path in paths:
        path.write_text("x = 2\n")
        found.add(version_of("3.13", sources(str(tmp_path))))
    assert len(found) == 4


def test_the_version_holds_the_installed_files_of_the_libraries() -> None:
    for library, module in (("sqlglot", "parser.py"), ("duckdb", "__init__.py")):
        (record,) = map(Path, installed_files(library))
        assert f"{library}/{module},sha256=" in record.read_text()
    assert installed_files("no_such_package") == []
    assert code_version()


def test_every_module_that_a_check_imports_is_part_of_the_version() -> None:
    """Except the contract, which only a refused statement asks for: no refusal is kept."""
    code = """if True:
        import sys
        before = set(sys.modules)
        import orderlake.engines.check_statement
        for name in sorted(set(sys.modules) - before):
            print(getattr(sys.modules[name], "__file__", ""))
    """
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    ours = {path for path in done.stdout.split("\n") if path.startswith(f"{ROOT}/")}
    contract = {path for path in ours if path.startswith(f"{ROOT}/lambda/order_transform/")}
    installed = {path for path in ours if path.startswith(f"{ROOT}/.venv/")}
    package = {f"{ROOT}/scripts/orderlake/__init__.py"}
    known = {path for folder in FOLDERS for path in sources(folder)}
    assert ours - contract - installed - package <= known
    assert f"{ROOT}/queries/athena_sql/translation/translate.py" in ours & known


def test_where_nothing_can_be_written_the_answer_is_the_same(store: MirrorStore) -> None:
    (store.folder / "statements").write_text("in the way")
    assert rows(store) == [(Decimal("4.00"),)]
    (store.folder / "statements").unlink()
    (store.folder / "statements").symlink_to("/proc/self")  # read-only, even to root
    assert rows(store) == [(Decimal("4.00"),)]


def test_a_full_disk_changes_no_answer(store: MirrorStore) -> None:
    """A limit on the size of files ends a write in the middle, as a full disk does."""
    rows(store, replace(SUM, sql="select 1 as x"))  # fills the columnar cache
    code = f"""if True:
        import resource
        from pathlib import Path
        from orderlake.engines import QueryRequest
        from orderlake.engines.duckdb_engine import open_duckdb
        from orderlake.mirror.store import MirrorStore
        from sql_lake import ALIASES
        request = QueryRequest("-e", {SUM.sql!r})
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        with open_duckdb(MirrorStore(Path({str(store.folder)!r})), ALIASES) as engine:
            engine.check(request)
            print(*engine.answer(request).rows)
    """
    assert printed(code) == "(Decimal('4.00'),)\n"
    assert file_of(kept_statements(store))


def test_an_unreadable_file_changes_no_answer(store: MirrorStore) -> None:
    assert rows(store) == [(Decimal("4.00"),)]
    path = file_of(kept_statements(store))
    path.unlink()
    path.mkdir()
    assert rows(store) == [(Decimal("4.00"),)]


def test_a_changed_type_of_a_column_changes_the_answer(store: MirrorStore) -> None:
    assert rows(store) == [(Decimal("4.00"),)]
    mirror_with(store.folder, {"a.json.gz": LINES}, [("product_id", "string"), ("price", "double")])
    assert rows(store) == [(4.0,)]
    assert rows(store) == [(4.0,)]


def test_a_statement_whose_translation_read_the_machine_s_time_zones_is_not_kept(
    store: MirrorStore,
) -> None:
    code = f"""if True:
        from pathlib import Path
        from orderlake.engines import QueryRequest
        from orderlake.engines.duckdb_engine import open_duckdb
        from orderlake.mirror.store import MirrorStore
        from sql_lake import ALIASES
        sql = "select timestamp '2026-07-01 10:00:00 Europe/Oslo' < current_timestamp as x"
        with open_duckdb(MirrorStore(Path({str(store.folder)!r})), ALIASES) as engine:
            engine.check(QueryRequest("-e", sql))
            print(*engine.answer(QueryRequest("-e", sql)).rows)
    """
    assert printed(code) == "(True,)\n"
    assert not (store.folder / "statements").exists()


def test_two_that_keep_the_same_statement_leave_one_whole_file(kept: KeptStatements) -> None:
    checked = check_statement(SUM, SCHEMAS, ALIASES)
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(kept.keep, SUM, SCHEMAS, ALIASES, checked) for _ in range(40)]
        for one in done:
            one.result()
    assert kept.find(SUM, SCHEMAS, ALIASES) == checked
    assert file_of(kept)


def test_the_oldest_go_where_there_are_too_many(kept: KeptStatements) -> None:
    for number in range(MOST_KEPT):
        (kept.folder / f"{number}.json").write_text("")
    other = replace(SUM, sql="select 1 as x")
    kept.keep(other, SCHEMAS, ALIASES, check_statement(other, SCHEMAS, ALIASES))
    assert len(list(kept.folder.iterdir())) == MOST_KEPT
    assert kept.is_sql(other)
    assert not kept.is_sql(SUM)
