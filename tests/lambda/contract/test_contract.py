"""The contract: the one that ships is whole, and each way to break one names its line."""

from importlib.resources import files

import pytest
from order_transform.contract.definition import (
    Contract,
    FieldType,
    NumberStyle,
    OnProblem,
)
from order_transform.contract.errors import ContractError
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.contract.word_lists import FILES, parse_word_lists
from order_transform.reading.columns.columns import Columns, map_columns

TEXT = default_contract_text()
LINES = TEXT.splitlines()


def changed(old: str, new: str) -> tuple[str, int]:
    """Return the default contract with one line changed, and that line's number."""
    [number] = [number for number, line in enumerate(LINES, 1) if line.startswith(old)]
    return "\n".join([*LINES[: number - 1], new, *LINES[number:]]), number


def test_the_default_contract_says_what_the_documentation_says() -> None:
    contract = parse_contract(TEXT)
    assert [field.name for field in contract.fields if field.required] == [
        "product_id",
        "price",
        "quantity",
    ]
    assert contract.field("price").type is FieldType.DECIMAL
    assert contract.field("price").minimum == 0
    assert contract.field("quantity").nonzero
    assert contract.rules.returns is OnProblem.ACCEPT
    assert contract.rules.number_style is NumberStyle.DOT


def test_any_change_of_a_byte_of_the_contract_or_a_list_changes_the_digest() -> None:
    folder = files("order_transform.contract")
    texts = [folder.joinpath(name).read_text("utf-8") for name in FILES]
    digests = {parse_contract(TEXT).digest, parse_contract(TEXT + "\n").digest}
    for place in range(len(texts)):
        changed = [text + "\n" * (number == place) for number, text in enumerate(texts)]
        digests.add(parse_contract(TEXT, lists=parse_word_lists(*changed)).digest)
    assert len(digests) == 2 + len(texts)
    assert {len(digest) for digest in digests} == {12}


def test_the_contract_is_a_page() -> None:
    assert len(LINES) < 80


def test_a_contracts_own_alias_adds_to_the_shipped_names_and_wins() -> None:
    text = TEXT + '\n[fields.cost]\ntype = "decimal"\naliases = ["Unit Price", "What it costs"]\n'
    contract = parse_contract(text)
    columns = map_columns(["sku", "qty", "Price", "UNIT PRICE"], contract)
    assert isinstance(columns, Columns)
    assert (columns.fields["price"], columns.fields["cost"]) == (2, 3)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("returns =", 'returns = "maybe"', "accept"),
        ("returns =", "retruns = 'accept'", "unknown key 'retruns'"),
        ("number_style =", "number_style = 5", "must be one of"),
        ("date_order =", 'date_order = "guess"', "month_first"),
        ("encoding =", 'encoding = "klingon"', "unknown text encoding"),
        ("encoding =", 'encoding = "base64"', "unknown text encoding"),
        ("encoding =", 'encoding = "undefined"', "unknown text encoding"),
        ("max_rejected_share =", "max_rejected_share = 1.5", "from 0 to 1"),
        ("max_rejected_share =", 'max_rejected_share = "all"', "type float"),
        ("max_rejected_share =", "max_rejected_share = true", "type float"),
        ("returns =", "currency_words = [1]", "list of texts"),
        ("returns =", 'currency_words = ["a-z"]', "not a currency"),
        ("returns =", 'currency_words = ["A("]', "not a currency"),
        ("returns =", 'currency_words = [" "]', "not a currency"),
        ("country =", 'country = { type = "string", minimum = 1 }', "minimum is for numbers"),
        ("country =", 'country = { type = "string", nonzero = true }', "this is a string"),
        ("country =", 'country = { type = "text" }', "type must be one of"),
        ("country =", 'country = { type = "string", typ = 1 }', "unknown key 'typ'"),
        ("country =", 'country = { type = "string", if_no_column = 1.5 }', "type str"),
        ("country =", 'country = { type = "string", name = "x" }', "name is its table's"),
        ("country =", 'Country = { type = "string" }', "snake_case"),
        ("country =", 'total_amount = { type = "string" }', "total_amount"),
        ("country =", 'dt = { type = "string" }', "dt"),
        ("country =", 'country = { type = "string", aliases = ["#"] }', "no letter and no digit"),
        ("columns =", "columns = 0", "above 0"),
        ("line_bytes =", "line_bytes = -1", "above 0"),
        ("line_bytes =", "line_bytes = 1.5", "type int"),
        ("decompressed_bytes =", "decompressed_bytes = 0", "above 0"),
        ("minimum =", 'minimum = "0"', "type int"),
        ("nonzero =", "nonzero = 1", "type bool"),
    ],
)
def test_a_broken_value_names_its_line(old: str, new: str, says: str) -> None:
    text, line = changed(old, new)
    with pytest.raises(ContractError, match=says) as caught:
        parse_contract(text)
    assert caught.value.line == line
    assert f"line {line}: " in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = 1\n", "version"),
        ('version = "1"\nfields = 3\n', "must be a table"),
        ('version = "1"\nrules = 3\n', "must be a table"),
        ('version = "1"\n[fields]\nprice = 3\n', "must be a table"),
        ('version = "1"\n[fields.price]\ntype = "decimal"\n', "price"),
        (TEXT.replace('type = "integer"', 'type = "decimal"'), "quantity"),
        (TEXT.replace("[rules]", "[ruels]"), "ruels"),
        (
            TEXT + '\n[fields.a]\ntype = "string"\naliases = ["x"]'
            '\n[fields.b]\ntype = "string"\naliases = ["X "]\n',
            "already means a",
        ),
        (TEXT + "\n[fields.price]\n", "not TOML"),
        (TEXT + "\n= 5\n", "not TOML"),
        ("", "version"),
    ],
)
def test_a_broken_contract_is_refused_with_a_reason(text: str, says: str) -> None:
    with pytest.raises(ContractError, match=says):
        parse_contract(text)


@pytest.mark.parametrize("name", ["price", "quantity"])
@pytest.mark.parametrize("key", ["empty", "invalid"])
def test_a_row_without_a_total_is_never_accepted(name: str, key: str) -> None:
    table = TEXT.index(f"[fields.{name}]")
    line = TEXT[:table].count("\n") + 1
    text = TEXT[:table] + TEXT[table:].replace(f'{key} = "reject"', f'{key} = "accept"', 1)
    with pytest.raises(ContractError, match="must have required = true") as caught:
        parse_contract(text)
    assert caught.value.line > line


def test_a_user_may_add_a_field() -> None:
    contract: Contract = parse_contract(TEXT + '\n[fields.store]\ntype = "string"\n')
    assert contract.fields[-1].name == "store"


def test_a_contract_may_change_which_statuses_are_not_sales() -> None:
    own = 'no_sale = ["On Hold"]\nsale = ["Unpaid"]'
    text = TEXT.replace(LINES[[line[:7] for line in LINES].index("no_sale")], "", 1)
    text = text.replace(LINES[[line[:6] for line in LINES].index("sale =")], own, 1)
    no_sale = parse_contract(text).words.no_sale
    assert {"onhold", "cancelled"} <= no_sale
    assert "unpaid" not in no_sale
    assert "unpaid" in parse_contract(TEXT).words.no_sale


@pytest.mark.parametrize(
    ("field", "wanted", "header"),
    [
        ("price", "Unit Price", ["sku", "quantity", "Price", "Unit Price"]),
        ("price", "Price", ["sku", "quantity", "Price", "Unit Price"]),
        ("price", "Line Sum", ["sku", "quantity", "Price", "Line Sum"]),
        ("quantity", "Qty", ["sku", "Qty", "Quantity", "price"]),
        ("line_total", "Net Sales", ["sku", "quantity", "Gross Sales", "Net Sales"]),
    ],
)
def test_an_alias_of_the_contract_decides_where_several_columns_mean_a_field(
    field: str, wanted: str, header: list[str]
) -> None:
    text = TEXT.replace(f"[fields.{field}]", f'[fields.{field}]\naliases = ["{wanted}"]\n#', 1)
    columns = map_columns(header, parse_contract(text))
    assert isinstance(columns, Columns)
    assert columns.labels[columns.fields[field]] == wanted
