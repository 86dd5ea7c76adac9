from pathlib import Path

import duckdb
import pytest
from athena_sql.catalog import is_hidden, split_location, table_from_glue
from athena_sql.errors import UnreadableData, UnsupportedData
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.errors import DamagedMirror
from orderlake.mirror.columns import attach_fresh
from orderlake.mirror.store import MirrorStore
from orderlake.mirror.sync import sync
from sql_lake import ALIASES, COLUMNS, MemoryLake, glue_table, mirror_with

LETTERS = (("x", "string"), ("y", "double"))
ALL = "select * from processed_orders order by 1, 2, 3"


def ask(store: MirrorStore, sql: str = ALL) -> list[tuple[object, ...]]:
    with open_duckdb(store, ALIASES) as engine:
        return list(engine.answer(QueryRequest("-e", sql)).rows)


def test_rows_have_the_catalogs_types(tmp_path: Path) -> None:
    store = mirror_with(
        tmp_path, {"a.json.gz": '{"product_id":"007","quantity":2,"total_amount":1}\n'}
    )
    assert ask(store) == [("007", 2, 1.0)]


def test_partition_values_are_the_catalogs_strings(tmp_path: Path) -> None:
    files = {f"dt={day}/a.json": '{"product_id":"A"}\n' for day in ("2026-01-01", "07")}
    store = mirror_with(tmp_path, files, partitions=["2026-01-01", "07"])
    assert ask(store, "select dt from processed_orders order by 1") == [("07",), ("2026-01-01",)]


def test_hive_s_default_partition_is_null(tmp_path: Path) -> None:
    name = "__HIVE_DEFAULT_PARTITION__"
    store = mirror_with(tmp_path, {f"dt={name}/a.json": "{}\n"}, partitions=[name])
    assert ask(store, "select dt from processed_orders") == [(None,)]


def test_a_folder_that_no_crawl_has_seen_adds_no_rows(tmp_path: Path) -> None:
    files = {"dt=1/a.json": '{"product_id":"A"}\n', "dt=2/b.json": '{"product_id":"B"}\n'}
    store = mirror_with(tmp_path, files, partitions=["1"])
    assert ask(store, "select product_id from processed_orders") == [("A",)]


@pytest.mark.parametrize("name", ["_a.json", ".a.json", "_tmp/a.json"])
def test_hidden_objects_are_not_read(tmp_path: Path, name: str) -> None:
    store = mirror_with(tmp_path, {name: "broken", "b.json": '{"product_id":"B"}\n'})
    assert ask(store, "select product_id from processed_orders") == [("B",)]


def test_empty_objects_add_no_rows(tmp_path: Path) -> None:
    assert ask(mirror_with(tmp_path, {"a.json": "", "sub/": ""})) == []


def test_a_table_without_objects_is_empty(tmp_path: Path) -> None:
    assert ask(mirror_with(tmp_path, {})) == []


def test_keys_match_without_regard_to_case(tmp_path: Path) -> None:
    store = mirror_with(
        tmp_path,
        {
            "a.json": '{"Product_ID":"A","quantity":1,"Total_Amount":1.5}\n',
            "b.json": '{"product_id":"B","QUANTITY":2,"total_amount":2.5}\n',
        },
    )
    assert ask(store) == [("A", 1, 1.5), ("B", 2, 2.5)]


def test_keys_that_the_catalog_does_not_know_are_left_out(tmp_path: Path) -> None:
    assert ask(mirror_with(tmp_path, {"a.json": '{"product_id":"A","new":1}\n'})) == [
        ("A", None, None)
    ]


def test_a_number_in_quotes_is_a_number(tmp_path: Path) -> None:
    assert ask(mirror_with(tmp_path, {"a.json": '{"quantity":"5","total_amount":"2.5"}\n'})) == [
        (None, 5, 2.5)
    ]


def test_date_like_text_stays_text(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"2024-01-05"}\n'})
    assert ask(store, "select product_id from processed_orders") == [("2024-01-05",)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"quantity":1}\n\n{"quantity":2}\n', "blank line"),
        ('\n{"quantity":1}\n', "blank line"),
        ('{"quantity":1}\n  \t\n{"quantity":2}\n', "blank line"),
        ('{"quantity":1}\r\n\r\n', "blank line"),
        ('{"quantity":1}\n   ', "blank line"),
        ('{"quantity":1.7}\n', "quantity is 1.7, not BIGINT"),
        ('{"quantity":"many"}\n', "quantity is many, not BIGINT"),
        ('{"quantity":true}\n', "quantity is true, not BIGINT"),
        ('{"quantity":30000000000000000000}\n', "quantity is 30000000000000000000, not BIGINT"),
        ('{"total_amount":"much"}\n', "total_amount is much, not DECIMAL(38,6)"),
        ('{"quantity":1\n', "unexpected end"),
        ('{"quantity":1}{"quantity":2}\n', "unexpected content"),
        ('{"quantity":\n1}\n', "unexpected end"),
        ("[1, 2]\n", "not a JSON object"),
        ("7\n", "not a JSON object"),
        ("null\n", "not a JSON object"),
        ('{"quantity":1,"quantity":2}\n', "duplicate key"),
        ('{"quantity":1,"Quantity":2}\n', "are one"),
    ],
)
def test_an_object_that_athena_would_refuse_is_refused_by_name(
    tmp_path: Path, content: str, reason: str
) -> None:
    store = mirror_with(tmp_path, {"good.json": '{"quantity":1}\n', "bad.json": content})
    with pytest.raises(UnreadableData) as caught:
        ask(store)
    assert caught.value.address == "s3://bucket/processed/orders/bad.json"
    assert reason in caught.value.reason
    assert str(tmp_path) not in str(caught.value)


def test_a_cut_gzip_file_is_refused_by_name(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json.gz": '{"quantity":1}\n' * 1000})
    entry = store.read().objects[0]
    data = store.path_of(entry).read_bytes()
    store.path_of(entry).write_bytes(data[: len(data) // 2].ljust(len(data), b"\0"))
    with pytest.raises(UnreadableData, match=r"orders/a\.json\.gz: it is not a whole gzip file"):
        ask(store)


def test_a_compression_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableData, match="compression"):
        ask(mirror_with(tmp_path, {"a.json.bz2": "BZh"}))


def test_a_table_of_another_format_is_refused(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {})
    text = (store.folder / "snapshot.json").read_text()
    other = text.replace("org.openx.data.jsonserde.JsonSerDe", "org.example.OpenCSVSerde")
    (store.folder / "snapshot.json").write_text(other)
    with pytest.raises(UnreadableData, match="OpenCSVSerde"):
        ask(store)


def test_a_partition_with_another_type_is_refused_as_athena_does(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"dt=1/a.json": "{}\n"}, partitions=["1"])
    snapshot = store.read()
    part = snapshot.glue_tables[0]["Partitions"][0]["StorageDescriptor"]
    part["Columns"] = [{"Name": "quantity", "Type": "double"}]
    store.write(snapshot)
    with pytest.raises(UnreadableData, match="HIVE_PARTITION_SCHEMA_MISMATCH: 'quantity'"):
        ask(store)


def test_a_second_query_reads_no_json(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n'})
    ask(store)
    path = store.path_of(store.read().objects[0])
    path.write_bytes(b"x" * path.stat().st_size)
    assert ask(store) == [("A", None, None)]


def test_the_cache_is_not_a_substitute_for_a_file_that_is_gone(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n', "b.json": "{}\n"})
    ask(store)
    path = store.path_of(store.read().objects[0])
    whole = path.read_bytes()
    path.write_bytes(whole[:3])
    with pytest.raises(DamagedMirror, match=" has 3 of 19 bytes"):
        ask(store)
    path.unlink()
    with pytest.raises(DamagedMirror, match="is gone"):
        ask(store)


@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_a_changed_file_is_not_called_an_object_that_athena_would_refuse(
    tmp_path: Path, name: str
) -> None:
    lake, store = MemoryLake(), MirrorStore(tmp_path / "mirror")
    lake.put(name, '{"product_id":"A"}\n')
    sync(lake, store)
    path = store.path_of(store.read().objects[0])
    path.write_bytes(path.read_bytes().replace(b"A", b"B").replace(b"\x1f\x8b", b"\x1f\x8c"))
    with pytest.raises(DamagedMirror, match="was changed since it was downloaded"):
        ask(store)
    sync(lake, store)
    assert ask(store) == [("A", None, None)]


def test_only_changed_objects_are_loaded_again(tmp_path: Path) -> None:
    store = mirror_with(
        tmp_path, {"a.json": '{"product_id":"A"}\n', "b.json": '{"product_id":"B"}\n'}
    )
    ask(store)
    kept = store.path_of(store.read().objects[0])
    size = kept.stat().st_size
    mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n', "c.json": '{"product_id":"C"}\n'})
    # The kept object's bytes are ruined: had it been loaded again, the query would fail.
    kept.write_bytes(b"x" * size)
    assert ask(store, "select product_id from processed_orders order by 1") == [("A",), ("C",)]


def test_a_replaced_object_replaces_its_rows(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"old"}\n'})
    ask(store)
    mirror_with(tmp_path, {"a.json": '{"product_id":"new"}\n'})
    assert ask(store) == [("new", None, None)]


def test_new_column_types_load_everything_again(tmp_path: Path) -> None:
    files = {"a.json": '{"product_id":"A","quantity":1}\n'}
    store = mirror_with(tmp_path, files)
    ask(store)
    columns = (("product_id", "string"), ("quantity", "double"), ("total_amount", "double"))
    mirror_with(tmp_path, files, columns)
    assert ask(store) == [("A", 1.0, None)]


def test_a_new_column_is_filled_for_old_objects(tmp_path: Path) -> None:
    files = {"a.json": '{"product_id":"A","country":"NO"}\n'}
    store = mirror_with(tmp_path, files)
    ask(store)
    mirror_with(tmp_path, files, (*COLUMNS, ("country", "string")))
    assert ask(store, "select country from processed_orders") == [("NO",)]


def test_another_order_of_the_same_columns_swaps_no_values(tmp_path: Path) -> None:
    names = (("product_id", "string"), ("fabric", "string"), ("colour", "string"))
    first = '{"product_id":"A","fabric":"wool","colour":"red"}\n'
    ask(mirror_with(tmp_path, {"a.json": first}, names))
    second = '{"product_id":"C","colour":"green","fabric":"cotton"}\n'
    swapped = (names[0], names[2], names[1])
    store = mirror_with(tmp_path, {"a.json": first, "b.json": second}, swapped)
    sql = "select product_id, fabric, colour from processed_orders order by 1"
    assert ask(store, sql) == [("A", "wool", "red"), ("C", "cotton", "green")]
    assert ask(store, "select * from processed_orders where fabric = 'cotton'") == [
        ("C", "green", "cotton")
    ]


def test_another_lake_of_other_types_answers_from_its_own_rows(tmp_path: Path) -> None:
    ask(mirror_with(tmp_path, {"a.json": '{"x":"C0000348","y":1.5}\n'}, LETTERS), "select 1 as x")
    numbers = (("y", "string"), ("x", "double"))
    store = mirror_with(tmp_path, {"b.json": '{"x":2.5,"y":"B"}\n'}, numbers)
    assert ask(store, "select x, y from processed_orders") == [(2.5, "B")]


def test_a_cache_that_other_code_made_is_made_anew(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n'})
    ask(store)
    with duckdb.connect(store.cache_path) as connection:
        connection.execute("update made_by set version = 'another'")
    assert not attach_fresh(duckdb.connect(), store, store.read())
    assert ask(store) == [("A", None, None)]


def test_only_queries_of_an_unreadable_table_are_refused(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": "broken\n"})
    assert ask(store, "select 1 as x") == [(1,)]
    for _ in range(2):  # the second time the cache knows it
        with pytest.raises(UnreadableData, match="Athena would refuse it too"):
            ask(store)


def test_a_blank_line_is_not_said_to_be_refused_by_athena(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n\n{"product_id":"B"}\n'})
    with pytest.raises(UnsupportedData) as caught:
        ask(store)
    assert "refuse" not in str(caught.value)


@pytest.mark.parametrize("damage", [b"", b"not a database", b"\0" * 20_000])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n'})
    ask(store)
    store.cache_path.write_bytes(damage)
    assert not attach_fresh(duckdb.connect(), store, store.read())
    assert ask(store) == [("A", None, None)]


def test_a_refused_object_leaves_the_cache_as_it_was(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n'})
    ask(store)
    mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n', "b.json": "broken\n"})
    with pytest.raises(UnreadableData):
        ask(store)
    mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n'})
    assert ask(store) == [("A", None, None)]


def test_sql_reaches_nothing_but_the_tables(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n'})
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with open_duckdb(store, ALIASES) as engine, pytest.raises(duckdb.PermissionException):
        engine.connection.execute("select * from read_text(?)", [str(secret)])
    with open_duckdb(store, ALIASES) as engine, pytest.raises(duckdb.Error):
        engine.connection.execute("set enable_external_access = true")


def test_structs_and_arrays_are_read_with_their_types(tmp_path: Path) -> None:
    columns = (("tags", "array<string>"), ("buyer", "struct<name:string,age:int>"))
    store = mirror_with(
        tmp_path, {"a.json": '{"tags":["a"],"buyer":{"name":"N","age":3}}\n'}, columns
    )
    sql = "select element_at(tags, 1) as tag, buyer.name as buyer from processed_orders"
    assert ask(store, sql) == [("a", "N")]


def test_a_nested_key_in_capitals_is_refused_and_not_read_as_null(tmp_path: Path) -> None:
    columns = (("buyer", "struct<name:string>"),)
    store = mirror_with(tmp_path, {"a.json": '{"buyer":{"Name":"N"}}\n'}, columns)
    with pytest.raises(UnsupportedData, match="a key inside 'buyer' has capitals"):
        ask(store, "select * from processed_orders")


def test_two_queries_can_run_at_once(tmp_path: Path) -> None:
    store = mirror_with(tmp_path, {"a.json": '{"product_id":"A"}\n'})
    with open_duckdb(store, ALIASES) as one, open_duckdb(store, ALIASES) as other:
        rows = [list(engine.answer(QueryRequest("-e", ALL)).rows) for engine in (one, other)]
    assert rows == [[("A", None, None)]] * 2


def test_catalog_names_are_known_in_lower_case() -> None:
    entry = glue_table((("Product_ID", "String"),))
    table = table_from_glue(entry["Table"], [])
    assert [(c.name, c.type) for c in table.columns] == [("product_id", "string")]


def test_a_location_is_a_folder_with_or_without_its_slash() -> None:
    assert split_location("s3://b/a/c") == split_location("s3://b/a/c/") == ("b", "a/c/")
    assert split_location("s3://b") == ("b", "")


def test_hidden_is_judged_below_the_folder_only() -> None:
    assert not is_hidden("_x/orders/a.json", "_x/orders/")
    assert is_hidden("orders/_x/a.json", "orders/")
