"""The function's core on local files: the same bytes as the deployed function, without AWS.

Outputs are below one folder with the same names as in the processed bucket.
"""

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from order_transform.contract.definition import AmountsIn, Contract, PriceIs
from order_transform.contract.errors import ContractError
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.delivery.layout import outputs_for
from order_transform.delivery.output_files import output_files
from order_transform.reading.closer_look import Circumstances
from order_transform.settings import engine_for
from order_transform.transform import transform
from order_transform.writing.compression import OutputFile
from order_transform.writing.report import contract_version, report_body_to_json, result_to_json

from orderlake.errors import BadContract, TransformFailed, UnknownName, unreadable_text

MEMORY_MIB = 1024


@dataclass(frozen=True, slots=True)
class Job:
    """One local file, and the raw key that an upload would give it."""

    path: Path
    key: str


def read_contract(path: Path | None) -> Contract:
    """Read a contract file, or the function's own.

    Raises UnreadableInput, and BadContract with the line.
    """
    if path is None:
        return parse_contract(default_contract_text())
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        step = "give the path of a contract, such as a copy of contract.toml"
        raise unreadable_text(path, error, step) from error
    try:
        return parse_contract(text, str(path))
    except ContractError as error:
        raise BadContract(error.path, error.line, error.reason) from error


def with_rules(contract: Contract, price_is: str | None, amounts_in: str | None) -> Contract:
    """Return the contract with another `price_is` or `amounts_in`; None keeps its own."""
    rules = contract.rules
    if price_is:
        rules = dataclasses.replace(rules, price_is=PriceIs(price_is))
    if amounts_in:
        rules = dataclasses.replace(rules, amounts_in=AmountsIn(amounts_in))
    return dataclasses.replace(contract, rules=rules)


def check_fields(contract: Contract, overrides: Mapping[str, str]) -> None:
    """Refuse a mapping to a field that the contract does not have."""
    names = [field.name for field in contract.fields]
    for name in overrides:
        if name not in names:
            raise UnknownName("field", name, names)


def transform_file(
    job: Job,
    out: Path,
    contract: Contract,
    overrides: Mapping[str, str],
    compression: str = "gzip",
) -> dict[str, Any]:
    """Transform one file into `out` and return its report, which is written there too.

    Outputs of an earlier run of the same file are removed if this run has none in their place.
    The day of the upload is not known here, and the file's own day would differ for each copy.
    Raises TransformFailed if the memory runs out, and OSError or DuckDB's error if the disk does.
    """
    with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:
        try:
            result = transform(
                job.path,
                Path(folder),
                contract,
                overrides=overrides,
                compression=compression,
                around=Circumstances(job.key),
                engine=engine_for(MEMORY_MIB),
            )
        except duckdb.OutOfMemoryException as error:
            raise TransformFailed(job.path, str(error)) from error
        place = out / outputs_for(job.key, compression).report
        written = _place_outputs(output_files(job.key, result, compression), out, place)
        report = {
            "outcome": "refused" if result.refusal else "done",
            "source": {"path": str(job.path), "key": job.key},
            **result_to_json(result),
            "contract_version": contract_version(contract),
            "outputs": [str(path.relative_to(out)) for path in written],
        }
        body = Path(folder) / "report"
        body.write_bytes(report_body_to_json(report))
        _place(body, place)
    return report


def _place_outputs(files: Mapping[str, OutputFile | None], out: Path, report: Path) -> list[Path]:
    """Move the outputs to their places, and remove what only the last run had."""
    for key in _outputs_of_last_run(report) - files.keys():
        _place(None, out / key)
    placed = [_place(file.path if file else None, out / key) for key, file in files.items()]
    return [path for path in placed if path]


def _outputs_of_last_run(report: Path) -> set[str]:
    """Return the outputs that a report names; empty without a report of this command."""
    try:
        return {str(key) for key in json.loads(report.read_bytes())["outputs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _place(source: Path | None, target: Path) -> Path | None:
    """Move a finished file to its place in one step, or remove an earlier run's file there."""
    if source is None:
        target.unlink(missing_ok=True)
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        shutil.move(source, partial)
        return partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
