"""PyIceberg's reading and writing of S3 objects over boto3.

Its own way is Arrow's client of S3, which takes credentials once: a run that takes longer than
they last would fail. Metadata, manifests and the ends of data files are small, so an object is
read and written whole.
"""

import io
from typing import Any

from botocore.exceptions import ClientError
from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile, OutputStream
from pyiceberg.typedef import EMPTY_DICT, Properties

IO_IMPLEMENTATION = "order_jobs.curated.object_io.ObjectIO"
ABSENT = ("404", "NoSuchKey")
# PyIceberg makes an ObjectIO from the catalog's properties, which are texts, and copies it with
# the table; the client is the process's.
_clients: list[Any] = []


def use_client(s3: Any) -> None:
    """Let every ObjectIO of this process use this client of S3."""
    _clients[:] = [s3]


def bucket_and_key(address: str) -> dict[str, str]:
    """Return what a request for `s3://bucket/key` has to say."""
    bucket, _, key = address.partition("://")[2].partition("/")
    return {"Bucket": bucket, "Key": key}


class S3Object(InputFile, OutputFile):
    """One object; it is replaced when what `create` returned is closed."""

    def __len__(self) -> int:
        """Return the size in bytes."""
        return int(_clients[0].head_object(**bucket_and_key(self.location))["ContentLength"])

    def exists(self) -> bool:
        """Whether there is such an object."""
        try:
            len(self)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                return False
            raise
        return True

    def open(self, seekable: bool = True) -> InputStream:
        """Return the object's bytes; raises FileNotFoundError."""
        try:
            answer = _clients[0].get_object(**bucket_and_key(self.location))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                raise FileNotFoundError(self.location) from error
            raise
        return io.BytesIO(answer["Body"].read())

    def to_input_file(self) -> InputFile:
        """Return the same object, to read it."""
        return self

    def create(self, overwrite: bool = False) -> OutputStream:
        """Return a buffer that becomes the object; raises FileExistsError."""
        if not overwrite and self.exists():
            raise FileExistsError(self.location)
        return PendingObject(self.location)


class PendingObject(io.BytesIO):
    """The bytes of an object that is put when they are complete."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self._location = location

    def __exit__(self, kind: Any, *rest: Any) -> None:
        """Put the object, unless its writer failed."""
        if kind is None:
            self.close()

    def close(self) -> None:
        """Put the object, once."""
        if not self.closed:
            _clients[0].put_object(**bucket_and_key(self._location), Body=self.getvalue())
        super().close()


class ObjectIO(FileIO):
    """S3 by the process's client."""

    def __init__(self, properties: Properties = EMPTY_DICT) -> None:
        super().__init__(properties)

    def new_input(self, location: str) -> InputFile:
        """Return an object to read."""
        return S3Object(location)

    def new_output(self, location: str) -> OutputFile:
        """Return an object to write."""
        return S3Object(location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Delete an object."""
        address = location if isinstance(location, str) else location.location
        _clients[0].delete_object(**bucket_and_key(address))
