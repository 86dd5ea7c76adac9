"""Columns that a person has named, by an option or as an alias in the contract itself. Pure."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from order_transform.contract.definition import Contract, FieldType
from order_transform.contract.header_names import normalise
from order_transform.reading.columns.problems import ColumnProblem
from order_transform.reading.columns.spelled_headers import forms_of, spelled_header


def split_overrides(
    overrides: Mapping[str, str], header: Sequence[str], contract: Contract
) -> tuple[dict[str, str], dict[str, str]]:
    """Part overrides that give every row a value, such as `quantity=1`, from names of columns."""
    given: dict[str, str] = {}
    cells = [cell.strip() for cell in header]
    for name, wanted in overrides.items():
        is_number = contract.field(name).type in (FieldType.DECIMAL, FieldType.INTEGER)
        if is_number and wanted.strip().isdecimal() and wanted.strip() not in cells:
            given[name] = wanted.strip()
    return given, {name: wanted for name, wanted in overrides.items() if name not in given}


def named_columns(
    header: Sequence[str], contract: Contract, overrides: Mapping[str, str], given: Iterable[str]
) -> dict[str, int] | ColumnProblem:
    """Return the places of fields that an option names, then of those that the contract does.

    A field that is `given` a value needs no column. Where the contract names several columns of
    the file, none of them is named more clearly than the others.
    """
    names = [normalise(cell) for cell in header]
    found: dict[str, int] = {}
    for name, wanted in overrides.items():
        places = [place for place, cell in enumerate(header) if cell.strip() == wanted.strip()]
        places = places or [place for place, cell in enumerate(names) if cell == normalise(wanted)]
        if len(places) != 1:
            how_many = "no column" if not places else "several columns"
            columns = ", ".join(repr(cell) for cell in header)
            message = f"{how_many} called {wanted!r} to map to {name}; columns: {columns}"
            return ColumnProblem("no_required_column", message, 1)
        found[name] = places[0]
    return found | _named_in_contract(header, contract, found.keys() | set(given), found.values())


def _named_in_contract(
    header: Sequence[str], contract: Contract, settled: Container[str], taken: Collection[int]
) -> dict[str, int]:
    if not contract.own_aliases:
        return {}
    spelled = list(zip(*spelled_header(header, contract), strict=True))
    found: dict[str, int] = {}
    for name, aliases in contract.own_aliases.items():
        forms = {form for alias in aliases for form in forms_of(alias, contract.words)}
        places = [place for place, each in enumerate(spelled) if not forms.isdisjoint(each)]
        if len(places) == 1 and name not in settled and places[0] not in taken:
            found[name] = places[0]
    return found
