"""The catalog's types of the contract's columns."""

from dataclasses import replace

from order_transform.contract.definition import Field, FieldType
from order_transform.contract.hive_types import hive_columns, shipped_hive_columns
from order_transform.contract.parse import default_contract_text, parse_contract

CONTRACT = parse_contract(default_contract_text())


def test_money_is_decimal_and_a_quantity_is_bigint() -> None:
    columns = hive_columns(CONTRACT)
    assert columns["price"] == "decimal(24,6)"
    assert columns["total_amount"] == "decimal(38,6)"
    assert columns["quantity"] == "bigint"


def test_the_columns_of_the_shipped_contract_need_no_word_lists() -> None:
    assert list(shipped_hive_columns().items()) == list(hive_columns(CONTRACT).items())


def test_every_field_has_a_type_and_the_computed_ones_come_last() -> None:
    columns = hive_columns(CONTRACT)
    assert list(columns) == [*(field.name for field in CONTRACT.fields), "total_amount", "is_sale"]


def test_every_kind_of_field_has_a_type() -> None:
    fields = tuple(Field(f"f_{kind}", kind) for kind in FieldType)
    columns = hive_columns(replace(CONTRACT, fields=fields))
    assert set(columns) == {*(field.name for field in fields), "total_amount", "is_sale"}
