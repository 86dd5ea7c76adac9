"""The delivery protocol: bring a raw key's outputs to what its newest version says.

An event is only a hint that a key changed; the truth is read from storage. `docs/delivery.md`
gives the order of writes and why a crash between any two of them does no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from order_transform.contract.definition import Contract
from order_transform.delivery.layout import Outputs, outputs_for
from order_transform.delivery.output_files import output_files
from order_transform.delivery.storage import (
    ConditionFailed,
    Missing,
    Storage,
    Stored,
)
from order_transform.writing.compression import OutputFile
from order_transform.writing.report import (
    Output,
    Report,
    Source,
    contract_version,
    finished_report,
    json_to_report,
    removed_report,
    report_to_json,
    started_report,
    with_places,
)
from order_transform.writing.result import Result

ATTEMPTS = 12


class ContendedError(Exception):
    """Other deliveries of the same key won every time; Lambda retries this like any fault."""


class NotVisibleYet(Exception):
    """S3 has sent the event of a new object but does not show it yet; Lambda retries this."""


class TransformRunner(Protocol):
    """What the protocol needs from outside: a folder, a clock, randomness, the core."""

    def transformed(
        self, key: str, download: Callable[[Path], date | None], version_tag: str
    ) -> AbstractContextManager["TransformOutput"]:
        """Fetch the raw object of this key and transform it.

        `download` returns the day of the object's upload, or None where it is not known.
        `version_tag` makes its outputs differ from all others.
        """

    def empty(self, version_tag: str) -> bytes:
        """Return an object without rows, unlike that of any other version_tag."""

    def new_claim(self) -> str:
        """Return a text that no other attempt has."""

    def wait(self, attempt: int) -> None:
        """Give way to another delivery of the same key, longer with each attempt (from 0)."""


@dataclass(frozen=True, slots=True)
class TransformOutput:
    """A transform's result and its timings in seconds by step."""

    result: Result
    timings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Delivered:
    """How one key ended: `outcome` is done, refused, removed, unchanged or absent."""

    key: str
    outcome: str
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The protocol with everything it works on."""

    storage: Storage
    runner: TransformRunner
    contract: Contract
    processed_bucket: str
    compression: str

    def deliver(
        self, bucket: str, key: str, *, force: bool = False, created_as: Sequence[str] = ()
    ) -> Delivered:
        """Make the outputs of a raw key match its newest version, whatever else runs.

        `force` does so although the report says that they match. `created_as`: S3 said
        that one of these keys was written just now. Raises `NotVisibleYet`, `ContendedError`
        and whatever the storage raises; all are to be retried.
        """
        outputs = outputs_for(key, self.compression)
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(bucket, key, outputs, force, created_as)
            except (ConditionFailed, Missing):
                self.runner.wait(attempt)  # another delivery wrote; wait for it, and read again
        raise ContendedError(f"{key}: outputs kept changing; it will be retried")

    def _attempt(
        self, bucket: str, key: str, outputs: Outputs, force: bool, created_as: Sequence[str]
    ) -> Delivered:
        found = self.storage.read(self.processed_bucket, outputs.report)
        report, stored = (json_to_report(found[0]), found[1]) if found else (None, None)
        source = self._newest(bucket, key)
        if source is None and created_as:
            self._check_visible(bucket, created_as)
        if report is None and source is None:
            return Delivered(key, "absent")
        # Before the claim, so that a newer claim's write cannot be taken for the one before ours.
        expected = self._expected(key, report)
        if report and not force and self._is_current(report, source, expected):
            return Delivered(key, "unchanged" if source else "absent", report)
        started = started_report(source, self.contract, self.runner.new_claim(), report)
        claimed = self._write_report(outputs, started, stored)
        # A later change of the object finds the claim; an earlier change is visible now, to this
        # question or to the download.
        if source is None:
            if self._newest(bucket, key) is not None:
                raise ConditionFailed(key)
            return self._remove(key, outputs, started, expected, claimed)
        return self._make(source, started, outputs, expected, claimed)

    def _check_visible(self, bucket: str, created_as: Sequence[str]) -> None:
        """Raise NotVisibleYet for an object that neither exists nor has a delete marker.

        For fifteen minutes after versioning was enabled, S3 may answer 404 for a new object.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
        """
        if not any(self.storage.is_known(bucket, key) for key in created_as):
            raise NotVisibleYet(f"{created_as[0]}: S3 does not show it yet; it will be retried")

    def _newest(self, bucket: str, key: str) -> Source | None:
        raw = self.storage.head(bucket, key)
        return Source(bucket, key, raw.version_id, raw.etag, raw.size_bytes) if raw else None

    def _expected(self, key: str, report: Report | None) -> dict[str, str]:
        """Return the ETags of the existing outputs, by key.

        A settled report is true. If another delivery may be writing, every key is checked that
        any delivery of this raw key may write to.
        """
        said = report.etags if report else {}
        if report is None or not report.in_doubt:
            return said  # a claim comes before every output: no report, no output
        layouts = [outputs_for(key, compression) for compression in ("gzip", "none")]
        keys = {key for layout in layouts for key in (layout.processed, layout.rejected)}
        keys |= {*report.places}
        found = {
            key: self.storage.head(self.processed_bucket, key) for key in sorted(keys | said.keys())
        }
        return {key: stored.etag for key, stored in found.items() if stored}

    def _is_current(
        self, report: Report, source: Source | None, outputs: Mapping[str, str]
    ) -> bool:
        is_finished = report.is_finished(source, contract_version(self.contract))
        return is_finished and outputs == report.etags

    def _make(
        self,
        source: Source,
        started: Report,
        outputs: Outputs,
        expected: Mapping[str, str],
        claimed: Stored,
    ) -> Delivered:
        def download(path: Path) -> date:
            stored = Stored(source.etag, source.version_id, source.size_bytes)
            return self.storage.download(source.bucket, source.key, stored, path)

        version_tag = f"{source.version_id or source.etag} {contract_version(self.contract)}"
        with self.runner.transformed(source.key, download, version_tag) as output:
            files = output_files(source.key, output.result, self.compression)
            if output.result.members:
                # The next delivery finds in this report the keys that this one may have written.
                started = with_places(started, files)
                claimed = self._write_report(outputs, started, claimed)
            written = self._write_outputs(files, expected, version_tag)
        report = finished_report(started, self.contract, output.result, written, output.timings)
        self._write_report(outputs, report, claimed)
        return Delivered(source.key, report.outcome, report)

    def _write_outputs(
        self,
        files: Mapping[str, OutputFile | None],
        expected: Mapping[str, str],
        version_tag: str,
    ) -> tuple[Output, ...]:
        """Write the result's outputs and remove all others, also those of other layouts."""
        written = []
        for key in [*files, *(expected.keys() - files.keys())]:
            if file := files.get(key):
                bucket = self.processed_bucket
                stored = self.storage.write(bucket, key, file.path, expected.get(key))
                written.append(Output(key, stored.etag, file.size_bytes, file.sha256))
            elif key in expected:
                self._remove_output(key, expected[key], version_tag)
        return tuple(written)

    def _remove(
        self,
        key: str,
        outputs: Outputs,
        started: Report,
        expected: Mapping[str, str],
        claimed: Stored,
    ) -> Delivered:
        for output, etag in expected.items():
            self._remove_output(output, etag, f"removed {claimed.etag}")
        if started.unsettled:
            # This report tells an overtaken delivery that it has to check the outputs.
            self._write_report(outputs, removed_report(started, self.contract), claimed)
        else:
            self._delete_up_to(outputs.report, claimed)
        return Delivered(key, "removed")

    def _remove_output(self, key: str, etag: str, version_tag: str) -> None:
        """Remove an output that is still the expected one.

        S3 has no conditional delete everywhere, so a conditional write empties the object
        first; then that version and the older ones are deleted by their ids, which cannot hit
        what another delivery writes in between.
        """
        stored = self.storage.write(
            self.processed_bucket, key, self.runner.empty(version_tag), etag
        )
        self._delete_up_to(key, stored)

    def _delete_up_to(self, key: str, newest: Stored) -> None:
        """Delete a version and all older ones, the oldest first: no old version becomes visible."""
        bucket = self.processed_bucket
        if newest.version_id is None:
            self.storage.delete(bucket, key, None)
            return
        ids = [version.version_id for version in self.storage.versions(bucket, key)]
        if newest.version_id in ids:
            for version_id in reversed(ids[ids.index(newest.version_id) :]):
                self.storage.delete(bucket, key, version_id)

    def _write_report(self, outputs: Outputs, report: Report, over: Stored | None) -> Stored:
        expected = over.etag if over else None
        data = report_to_json(report)
        return self.storage.write(self.processed_bucket, outputs.report, data, expected)
