"""Old objects in a folder that nothing names any more."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def remove_stray(
    s3: "S3Client", bucket: str, prefix: str, named: Collection[str], before: datetime
) -> int:
    """Delete the objects below a prefix that were written before a moment and have no name here.

    `named` has the keys to keep. Returns how many objects went.
    """
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    entries = (entry for page in pages for entry in page.get("Contents", ()))
    doomed = [
        entry["Key"]
        for entry in entries
        if entry["LastModified"] < before and entry["Key"] not in named
    ]
    for key in doomed:
        s3.delete_object(Bucket=bucket, Key=key)
    return len(doomed)
