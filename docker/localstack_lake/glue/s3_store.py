"""S3 as a crawl reads it: listings in pages and ranges of bytes, from LocalStack's own S3.

Operations go straight to the S3 service's dispatch table, the same code that answers HTTP, because
ten thousand small reads over HTTP spend nine tenths of their time on the way. It translates S3's
errors into the crawler's and decides nothing.
"""

from collections.abc import Iterator
from typing import Any

from glue_crawler.errors import BucketMissingError, ListingRefusedError, ObjectUnreadableError
from glue_crawler.objects.listing import StoredObject
from localstack.aws.api import RequestContext, ServiceException
from localstack.aws.spec import load_service
from localstack.services.plugins import SERVICE_PLUGINS

# LocalStack sorts all keys of a bucket for each page: in pages of a thousand, a listing of 100,000
# objects took half a minute. Within the process it gives larger pages.
PAGE_KEYS = 20_000

type Fields = dict[str, Any]


class S3Store:
    """The S3 that one account sees from one region. Safe to use from several threads."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region
        self._operations = SERVICE_PLUGINS.require("s3").skeleton.dispatch_table

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        """Yield objects in key order, a page at a time."""
        request: Fields = {
            "Bucket": bucket,
            "Prefix": prefix,
            "StartAfter": start_after,
            "MaxKeys": PAGE_KEYS,
        }
        while True:
            page = self._list_page(request)
            for item in page.get("Contents") or ():
                yield StoredObject(item["Key"], item["Size"], item["ETag"])
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def _list_page(self, request: Fields) -> Fields:
        try:
            return self._call("ListObjectsV2", request)
        except ServiceException as error:
            if error.code == "NoSuchBucket":
                raise BucketMissingError(request["Bucket"]) from error
            url = f"s3://{request['Bucket']}/{request['Prefix']}"
            raise ListingRefusedError(url, _describe(error)) from error

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Return part of an object. A range beyond its end is empty."""
        wanted = f"bytes={start}-{start + length - 1}"
        try:
            answer = self._call("GetObject", {"Bucket": bucket, "Key": key, "Range": wanted})
        except ServiceException as error:
            if error.code == "InvalidRange":
                return b""
            raise ObjectUnreadableError(f"s3://{bucket}/{key}", _describe(error)) from error
        body = answer["Body"]
        try:
            return b"".join(body)
        finally:
            # The body holds the object's read lock until it is closed.
            body.close()

    def _call(self, operation: str, request: Fields) -> Fields:
        context = RequestContext(None)  # type: ignore[arg-type] # a call of our own has no request
        context.account_id, context.region = self._account_id, self._region
        context.service = load_service("s3")
        context.operation = context.service.operation_model(operation)
        answer: Fields = self._operations[operation](context, request)
        return answer


def _describe(error: ServiceException) -> str:
    return f"{error.message} (Service: Amazon S3; Error Code: {error.code})"
