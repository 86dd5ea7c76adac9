"""Where each raw file stands, one by one: outcome, rows, doubts, corrections. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from order_transform.delivery.layout import outputs_for

from orderlake.pipeline.correction_name import correction_name
from orderlake.pipeline.inventory import Inventory, RawFile, ReportSummary
from orderlake.pipeline.outcomes import FINAL
from orderlake.pipeline.told_choices import ToldChoice


@dataclass(frozen=True, slots=True)
class FileState:
    """One raw file. `state` is done, refused, failed or waiting; `reason` says why it is not done.

    `corrected` counts the rejected rows that a later correction file brought; `choices` say how the
    file was understood, where a person should know it.
    """

    key: str
    state: str
    reason: str
    version_id: str | None
    modified: datetime
    size_bytes: int
    records: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    corrected: int = 0
    choices: tuple[ToldChoice, ...] = ()

    @property
    def open_rejections(self) -> int:
        """How many rejected rows nobody has corrected yet."""
        return self.rejected - self.corrected


def file_states(inventory: Inventory, failed: Mapping[str, str]) -> list[FileState]:
    """Return the state of each raw file by key; `failed` are errors from the failure queue."""
    return [state_of(file, inventory, failed) for _, file in sorted(inventory.raw.files.items())]


def state_of(file: RawFile, inventory: Inventory, failed: Mapping[str, str]) -> FileState:
    """Return the state of one file."""
    key = file.version.key
    summary = inventory.reports.get(outputs_for(key).report)
    reason = why_waiting(file, summary)
    facts = (file.version.version_id, file.modified, file.size_bytes)
    if reason or summary is None:
        state = "failed" if key in failed else "waiting"
        return FileState(key, state, failed.get(key, str(reason)), *facts)
    if summary.outcome == "refused":
        return FileState(key, "refused", refusal_text(summary), *facts)
    rejected = summary.counts.get("rejected", 0)
    return FileState(
        key,
        "done",
        "",
        *facts,
        records=summary.counts.get("records", 0),
        accepted=summary.counts.get("accepted", 0),
        rejected=rejected,
        blank=summary.counts.get("blank", 0),
        corrected=min(rejected, corrected_rows(file, inventory)),
        choices=summary.choices,
    )


def why_waiting(file: RawFile, summary: ReportSummary | None) -> str | None:
    """Return why a file is not finished, or None where it is."""
    if summary is None:
        return "no report"
    if summary.outcome not in FINAL:
        return "begun, not finished"
    return None if summary.is_about(file.version) else "newer than its report"


def corrected_rows(file: RawFile, inventory: Inventory) -> int:
    """Return how many rows came with a later file under the name that `rejected --csv` gives."""
    prefix = inventory.raw.prefix
    key = f"{prefix}{correction_name(file.version.key, prefix)}"
    correction = inventory.raw.files.get(key)
    summary = inventory.reports.get(outputs_for(key).report)
    if correction is None or summary is None or correction.modified < file.modified:
        return 0
    is_read = summary.outcome == "done" and summary.is_about(correction.version)
    return summary.counts.get("records", 0) if is_read else 0


def refusal_text(summary: ReportSummary) -> str:
    """Return why a file was refused."""
    refusal = summary.refusal or {}
    return f"{refusal.get('code')}: {refusal.get('message')}"
