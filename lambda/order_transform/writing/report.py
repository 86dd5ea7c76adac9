"""The report of one raw object: what was read, the outcome, and where the outputs are. Plain JSON.

It is also the record of the delivery protocol (`delivery`): an object's outputs are finished if and
only if its report says so.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from order_transform.contract.definition import Contract
from order_transform.writing.result import Result


@dataclass(frozen=True, slots=True)
class Source:
    """One version of a raw object; `version_id` is None where the bucket keeps no versions."""

    bucket: str
    key: str
    version_id: str | None
    etag: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Output:
    """One object written for a source; `etag` is the store's, `sha256` of the bytes, in hex."""

    key: str
    etag: str
    size_bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report, as far as the protocol needs it; `body` is the whole JSON object.

    `outcome` is "started" while outputs are in doubt, then "done", "refused" or "removed".
    `unsettled`: one delivery took this key over from another that may still be writing, so the
    outputs have to be checked in storage.
    """

    outcome: str
    source: Source | None
    contract_version: str
    outputs: tuple[Output, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    unsettled: bool = False

    @property
    def in_doubt(self) -> bool:
        """Tell whether the outputs may be others than `outputs` says."""
        return self.unsettled or self.outcome == "started"

    def is_finished(self, source: Source | None, contract_version: str) -> bool:
        """Tell whether the outputs are those of this version, read by this contract.

        `source` is None for a deleted object, which has no outputs.
        """
        if source is None:
            return self.outcome == "removed"
        return (
            self.outcome in ("done", "refused")
            and self.source == source
            and self.contract_version == contract_version
        )


def report_to_json(report: Report) -> bytes:
    """Write a report as JSON, keys in a fixed order."""
    return report_body_to_json(report.body)


def report_body_to_json(body: Mapping[str, Any]) -> bytes:
    """Write a report's object as JSON, keys in a fixed order."""
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def json_to_report(data: bytes) -> Report:
    """Read a report that `report_to_json` wrote; anything else means outputs in doubt."""
    try:
        body = json.loads(data)
        source = Source(**body["source"]) if body["source"] else None
        outputs = tuple(Output(**output) for output in body["outputs"])
        version, unsettled = body["contract_version"], bool(body.get("unsettled"))
        return Report(body["outcome"], source, version, outputs, body, unsettled)
    except (ValueError, KeyError, TypeError):
        return Report("started", None, "")


def started_report(
    source: Source | None, contract: Contract, claim: str, previous: Report | None
) -> Report:
    """Return the report that claims a key before its outputs change.

    `claim` makes it unique; `previous` is the report that it replaces.
    """
    before = previous.outputs if previous else ()
    unsettled = previous is not None and previous.in_doubt
    return _report("started", source, contract, claim, before, unsettled, {})


def finished_report(
    started: Report,
    contract: Contract,
    result: Result,
    outputs: tuple[Output, ...],
    timings: Mapping[str, float],
) -> Report:
    """Return the report of a finished transform; `timings` are seconds by step."""
    found = {
        **result_to_json(result),
        "timings": {step: round(seconds, 4) for step, seconds in timings.items()},
    }
    outcome = "refused" if result.refusal else "done"
    claim = started.body["claim"]
    return _report(outcome, started.source, contract, claim, outputs, started.unsettled, found)


def removed_report(started: Report, contract: Contract) -> Report:
    """Return the report of a deleted object while another delivery may still be writing."""
    return _report("removed", None, contract, started.body["claim"], (), started.unsettled, {})


def _report(
    outcome: str,
    source: Source | None,
    contract: Contract,
    claim: str,
    outputs: tuple[Output, ...],
    unsettled: bool,
    found: Mapping[str, Any],
) -> Report:
    version = contract_version(contract)
    body = {
        "outcome": outcome,
        "claim": claim,
        "unsettled": unsettled,
        "source": asdict(source) if source else None,
        "contract_version": version,
        "outputs": [asdict(output) for output in outputs],
        **found,
    }
    return Report(outcome, source, version, outputs, body, unsettled)


def result_to_json(result: Result) -> dict[str, Any]:
    """Return the result of a transform as JSON; exact sums are texts, so that none is rounded."""
    refusal = (
        dict(zip(("code", "message"), result.refusal, strict=True)) if result.refusal else None
    )
    return {
        "refusal": refusal,
        "counts": asdict(result.counts),
        "sums": {
            "total_amount": str(result.total_amount),
            "quantity": result.quantity,
            "parts": [
                {**asdict(part), "total_amount": str(part.total_amount)} for part in result.parts
            ],
        },
        "reject_codes": dict(result.reject_codes),
        "warnings": dict(result.warnings),
        "assumptions": dict(result.assumptions),
        "choices": [choice.to_json() for choice in result.choices],
    }


def contract_version(contract: Contract) -> str:
    """Return the contract's own version and the digest of its text, as `1+3f2a...`."""
    return f"{contract.version}+{contract.digest}"
