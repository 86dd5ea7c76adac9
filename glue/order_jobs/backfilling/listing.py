"""The order files below an `s3://` address, as a listing names them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from order_jobs.backfilling.tasks import OrderFile


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket and the start of keys in it; `s3://shop/raw/2024` is not only a folder."""

    bucket: str
    prefix: str


def read_place(address: str) -> Place:
    """Read `s3://bucket/prefix`. Raises ValueError for anything else."""
    parts = urlsplit(address, allow_fragments=False)
    if parts.scheme != "s3" or not parts.netloc or parts.query:
        raise ValueError(f"{address} is not an address such as s3://bucket/prefix/")
    return Place(parts.netloc, parts.path.removeprefix("/"))


def list_order_files(s3: Any, place: Place, start: str) -> Iterator[OrderFile]:
    """Yield the newest versions of order files: by their names, and below `start`."""
    from order_transform.delivery.layout import is_order_file

    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.prefix)
    for page in pages:
        for entry in page.get("Contents", []):
            if is_order_file(entry["Key"], start):
                yield OrderFile(entry["Key"], entry["Size"])
