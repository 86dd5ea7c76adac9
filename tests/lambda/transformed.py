"""A text in, what the transform makes of it out: the smallest way to say what is tested."""

import dataclasses
import gzip
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from order_transform.contract import Contract, Limits, Rules
from order_transform.contract_file import default_contract_text, parse_contract
from order_transform.engine import Engine
from order_transform.transform import Counts, Result, transform

CONTRACT = parse_contract(default_contract_text())
ENGINE = Engine()
HASTY = Engine(large_bytes=0, first_records=2)  # guesses at every file, from next to nothing


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with its outputs read back; `text` is the processed file as it lies there."""

    result: Result
    text: str
    lines: list[dict[str, Any]]
    rejects: list[dict[str, Any]]

    @property
    def counts(self) -> Counts:
        return self.result.counts

    @property
    def refusal(self) -> str | None:
        return self.result.refusal[0] if self.result.refusal else None

    def said(self) -> tuple[Result, str, list[dict[str, Any]]]:
        """Return all of it but where the files lay."""
        result = dataclasses.replace(self.result, processed=None, rejected=None)
        return result, self.text, self.rejects

    def column(self, name: str) -> list[Any]:
        return [line[name] for line in self.lines]

    def reasons(self) -> list[list[tuple[str, str | None]]]:
        return [[(one["code"], one["field"]) for one in line["reasons"]] for line in self.rejects]


def ruled(**rules: Any) -> Contract:
    """Return the default contract with some of its rules set otherwise."""
    changed: Rules = dataclasses.replace(CONTRACT.rules, max_rejected_share=1.0)
    return dataclasses.replace(CONTRACT, rules=dataclasses.replace(changed, **rules))


def limited(**limits: int) -> Contract:
    """Return the default contract with some of its limits set otherwise."""
    changed: Limits = dataclasses.replace(CONTRACT.limits, **limits)
    return dataclasses.replace(CONTRACT, limits=changed)


LENIENT = ruled()  # no share of rejects refuses the file


def run(
    data: str | bytes,
    contract: Contract = LENIENT,
    *,
    name: str = "raw",
    compression: str = "gzip",
    mark: str = "",
    overrides: Mapping[str, str] | None = None,
    engine: Engine = ENGINE,
) -> Outcome:
    """Transform a file of these bytes and read back what it left."""
    with tempfile.TemporaryDirectory() as folder:
        source, work_dir = Path(folder) / name, Path(folder) / "work"
        source.write_bytes(data.encode() if isinstance(data, str) else data)
        work_dir.mkdir()
        result = transform(
            source,
            work_dir,
            contract,
            overrides=overrides,
            compression=compression,
            mark=mark,
            engine=engine,
        )
        text = _text(result.processed.path) if result.processed else ""
        rejected = _text(result.rejected.path) if result.rejected else ""
    return Outcome(result, text, _objects(text), _objects(rejected))


def orders(*rows: str, header: str = "sku,price,quantity") -> str:
    """Return a CSV file of these rows."""
    return "".join(f"{row}\n" for row in (header, *rows))


def prices(cells: Iterable[str], contract: Contract = LENIENT) -> Outcome:
    """Transform a file with one row a price, each sold once."""
    return run(orders(*(f'p,"{cell}",1' for cell in cells)), contract)


def dates(*cells: str, contract: Contract = LENIENT) -> Outcome:
    """Transform a file with one row a date."""
    rows = [f'p,1,1,"{cell}"' for cell in cells]
    return run(orders(*rows, header="sku,price,quantity,order_date"), contract)


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()


def _objects(text: str) -> list[dict[str, Any]]:
    assert text == "" or text.endswith("\n")
    return [json.loads(line, parse_float=Decimal) for line in text.split("\n")[:-1]]
