"""The report of one raw object: what was read, the outcome, and where the outputs are. Plain JSON.

It is also the record of the delivery protocol (`delivery`): an object's outputs are finished if and
only if its report says so.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
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

    `places` are further keys, beside those of `outputs_for`, that a delivery may have written.

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
    places: tuple[str, ...] = ()

    @property
    def etags(self) -> dict[str, str]:
        """Return the ETags of the outputs, by key."""
        return {output.key: output.etag for output in self.outputs}

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
        places = tuple(map(str, body.get("places", ())))
        return Report(body["outcome"], source, version, outputs, body, unsettled, places)
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
    started = _report("started", source, contract, claim, before, unsettled, {})
    if previous is None or not unsettled:
        return started
    return with_places(started, (*previous.places, *(output.key for output in before)))


def with_places(report: Report, keys: Iterable[str]) -> Report:
    """Return a report that names further keys that its delivery may write.

    If a file has several tables, these keys do not follow from its own key alone.
    """
    places = tuple(sorted({*report.places, *keys}))
    return replace(report, places=places, body={**report.body, "places": places})


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
    finished = _report(outcome, started.source, contract, claim, outputs, started.unsettled, found)
    # Another delivery may still write there.
    return with_places(finished, started.places) if started.unsettled else finished


def removed_report(started: Report, contract: Contract) -> Report:
    """Return the report of a deleted object while another delivery may still be writing."""
    claim = started.body["claim"]
    removed = _report("removed", None, contract, claim, (), started.unsettled, {})
    return with_places(removed, started.places) if started.unsettled else removed


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
    """Return the result of a transform as JSON; exact sums are texts and never rounded.

    Only a file with several tables has `members`, with the same facts about each table.
    """
    members = [{"name": member.name, **result_to_json(member.result)} for member in result.members]
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
        **({"members": members} if members else {}),
    }


def contract_version(contract: Contract) -> str:
    """Return the contract's own version and the digest of its text, as `1+3f2a...`."""
    return f"{contract.version}+{contract.digest}"
