"""The files of a query in its output location: the result, its metadata, a manifest.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from athena_sql.catalog import split_location
from athena_sql.running.result_text import csv_line

from localstack_lake.athena.execution import Cells, Execution


class ResultFile:
    """A result written beside and put into S3 when it is whole."""

    def __init__(self, s3: Any, execution: Execution, folder: Path) -> None:
        self.s3, self.execution = s3, execution
        self.path = folder / f"{execution.id}.part"

    def __enter__(self) -> Self:
        self._out = self.path.open("w", encoding="utf-8", newline="")
        return self

    def add_header(self, names: list[str]) -> None:
        """Write the columns' names, for a question."""
        if self.execution.has_header:
            self._out.write(csv_line([*names]))

    def add(self, cells: Cells) -> None:
        """Write one row: as CSV, or as a plain line for other statements."""
        if self.execution.has_header:
            self._out.write(csv_line(cells))
        else:
            self._out.write("\t".join(cell or "" for cell in cells) + "\n")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._out.close()
        try:
            if error is None:
                self.put()
        finally:
            self.path.unlink(missing_ok=True)

    def put(self) -> None:
        """Put the result and its metadata into S3."""
        bucket, key = split_address(self.execution.output_location)
        with self.path.open("rb") as body:
            self.s3.put_object(Bucket=bucket, Key=key, Body=body)
        # Athena's own metadata is a binary form that is not documented; this is JSON.
        document = json.dumps({"ColumnInfo": self.execution.columns}).encode()
        self.s3.put_object(Bucket=bucket, Key=f"{key}.metadata", Body=document)


def put_manifest(s3: Any, execution: Execution, paths: list[str]) -> str:
    """Put the list of the data files that a statement wrote; returns its address."""
    base = execution.output_location.removesuffix(".csv")
    address = f"{base}-manifest.csv"
    bucket, key = split_address(address)
    s3.put_object(Bucket=bucket, Key=key, Body="".join(f"{path}\n" for path in paths).encode())
    return address


def split_address(address: str) -> tuple[str, str]:
    """Return bucket and key of an object's address."""
    bucket, key = split_location(address)
    return bucket, key.removesuffix("/")
