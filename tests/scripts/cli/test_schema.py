"""The command schema: the table of a local folder, as a program reads it."""

import json
from pathlib import Path

from click.testing import CliRunner, Result
from orderlake.cli import cli


def schema(*args: str) -> Result:
    return CliRunner().invoke(cli, ["schema", *args])


def test_a_folder_of_partitions_is_one_table_in_the_shape_of_get_table(tmp_path: Path) -> None:
    for day, price in (("2026-11-21", "1.5"), ("2026-11-22", "2")):
        path = tmp_path / "orders" / f"dt={day}" / "a.json"
        path.parent.mkdir(parents=True)
        path.write_text(f'{{"product_id": "A", "price": {price}}}\n')
    done = schema(str(tmp_path / "orders"), "--database", "shop", "--table-prefix", "shop_")
    assert done.exit_code == 0
    table = json.loads(done.stdout)["Table"]
    assert (table["DatabaseName"], table["Name"]) == ("shop", "shop_orders")
    assert [column["Name"] for column in table["PartitionKeys"]] == ["dt"]
    columns = {c["Name"]: c["Type"] for c in table["StorageDescriptor"]["Columns"]}
    assert columns == {"product_id": "string", "price": "double"}
    assert "HIVE_PARTITION_SCHEMA_MISMATCH" in done.stderr


def test_several_tables_come_as_a_list_with_a_warning(tmp_path: Path) -> None:
    for name, line in (("a", '{"x": 1}'), ("b", '{"y": 1, "z": 2}')):
        path = tmp_path / "data" / name / f"{name}.json"
        path.parent.mkdir(parents=True)
        path.write_text(f"{line}\n")
    done = schema(str(tmp_path / "data"))
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["TableList"]) == 2
    assert f"warning: {tmp_path}/data/ makes 2 tables" in done.stderr


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["schema", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "there is no such folder" in done.output
