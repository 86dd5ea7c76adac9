"""Keep the objects of some buckets in a folder before S3 answers a request that changes them.

So every object that S3 has confirmed is there at the next start, however LocalStack ended.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws import handlers
from localstack.aws.api import RequestContext
from localstack.aws.connect import connect_to
from localstack.http import Response

from localstack_lake.s3.journal import Journal

LOG = logging.getLogger(__name__)

FOLDER_VARIABLE = "LAKE_KEEP_FOLDER"
# A pattern of bucket names, such as `shop-raw-*`.
BUCKETS_VARIABLE = "LAKE_KEEP_BUCKETS"
_WRITES = {"PutObject", "CopyObject", "CompleteMultipartUpload", "PostObject"}
_DELETIONS = {"DeleteObject", "DeleteObjects"}
_CHUNK_BYTES = 1 << 20
_ERROR = "<Error><Code>InternalError</Code><Message>{}</Message></Error>"


class KeptObjects:
    """A handler of responses: sees every call that S3 has carried out."""

    def __init__(self, journal: Journal, buckets: str) -> None:
        self._journal = journal
        self._buckets = buckets

    def __call__(self, _: Any, context: RequestContext, response: Response) -> None:
        """Called by LocalStack for each response, on any thread."""
        if context.service is None or context.service.service_name != "s3":
            return
        operation = context.operation.name if context.operation else ""
        if operation not in _WRITES | _DELETIONS or response.status_code >= 300:
            return
        bucket = str((context.service_request or {}).get("Bucket", ""))
        if not fnmatchcase(bucket, self._buckets):
            return
        try:
            for key in _keys(context):
                self._bring_up_to_date(context, bucket, key)
        except (OSError, ClientError, BotoCoreError) as error:
            LOG.exception("an object of %s could not be kept", bucket)
            # S3 must not confirm an object that would be missing at the next start
            response.status_code = 500
            response.set_response(_ERROR.format(escape(f"The object could not be kept: {error}")))

    def _bring_up_to_date(self, context: RequestContext, bucket: str, key: str) -> None:
        """Bring the folder up to date with the bucket, whichever call came last."""
        s3 = connect_to(aws_access_key_id=context.account_id, region_name=context.region).s3
        try:
            found = s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
                raise
            self._journal.forget(key)
            return
        with closing(found["Body"]) as body:
            self._journal.keep(key, found["ETag"].strip('"'), body.iter_chunks(_CHUNK_BYTES))


def _keys(context: RequestContext) -> Iterator[str]:
    """The keys that a call wrote or deleted."""
    request: dict[str, Any] = dict(context.service_request or {})
    if deleted := request.get("Delete"):
        yield from (entry["Key"] for entry in deleted.get("Objects", ()))
        return
    answer: dict[str, Any] = dict(context.service_response or {})
    key = answer.get("Key") or request.get("Key")
    if key:
        yield str(key)


def install() -> None:
    """Keep objects if the environment names a folder and buckets."""
    folder, buckets = os.environ.get(FOLDER_VARIABLE), os.environ.get(BUCKETS_VARIABLE)
    if folder and buckets:
        response_handlers: list[Any] = handlers.run_custom_response_handlers.handlers
        response_handlers.append(KeptObjects(Journal(Path(folder)), buckets))
