"""What a shop may choose in its contract: further fields, and what to do with their bad cells."""

import dataclasses
import itertools

import pytest
from order_transform.contract.definition import Field, FieldType, OnProblem
from order_transform.sql.engine import Engine
from transformed import CONTRACT, ENGINE, HASTY, LENIENT, Outcome, orders, ruled, run

ACCEPT, REJECT = OnProblem.ACCEPT, OnProblem.REJECT
GOOD = {
    FieldType.DECIMAL: ("5", "2.5"),
    FieldType.INTEGER: ("5", "25"),
    FieldType.DATE: ("2026-11-25", "2026-11-26"),
    FieldType.STRING: ("x", "y"),
}


def read(field: Field, cells: list[str], engine: Engine) -> Outcome:
    contract = dataclasses.replace(LENIENT, fields=(*CONTRACT.fields, field))
    rows = [f'a,1,1,"{cell}"' for cell in cells]
    return run(orders(*rows, header="sku,price,quantity,further"), contract, engine=engine)


@pytest.mark.parametrize(
    "engine",
    [pytest.param(ENGINE, id="careful"), pytest.param(HASTY, id="hasty", marks=pytest.mark.long)],
)
@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize(("empty", "invalid"), list(itertools.product(OnProblem, repeat=2)))
def test_a_further_field_of_any_type_and_any_rule(
    kind: FieldType, empty: OnProblem, invalid: OnProblem, engine: Engine
) -> None:
    field = Field("further", kind, empty=empty, invalid=invalid)
    good = list(GOOD[kind])
    for blank in ("", " "):
        outcome = read(field, [*good, blank], engine)
        assert outcome.counts.accepted == (2 if empty is REJECT else 3)
        assert outcome.result.reject_codes == ({"empty": 1} if empty is REJECT else {})
        assert outcome.result.warnings == {}
    outcome = read(field, [*good, "?"], engine)
    if kind is FieldType.STRING:
        assert outcome.column("further") == [*good, "?"]
    elif invalid is REJECT:
        assert outcome.counts.rejected == 1
        assert outcome.result.warnings == {}
    else:
        assert outcome.column("further")[2] is None
        assert outcome.result.warnings == {"further": 1}


@pytest.mark.parametrize("engine", [ENGINE, HASTY], ids=["careful", "hasty"])
def test_a_duplicate_is_equal_in_every_cells_text(engine: Engine) -> None:
    outcome = run(
        orders("a,5,1", "a,5.0,1", "a,5,1", "a,5,01"), ruled(duplicates=REJECT), engine=engine
    )
    assert outcome.counts.accepted == 3
    assert outcome.reasons() == [[("duplicate", None)]]
    assert outcome.rejects[0]["record"] == 3
