"""The name of the file that brings a raw file's rejected rows again. Pure."""

from pathlib import PurePosixPath

from order_transform.delivery.layout import RAW_PREFIX
from order_transform.formats.endings import split_ending


def correction_name(key: str, raw_prefix: str = RAW_PREFIX) -> str:
    """Return a file name below the prefix for a raw key's rejected rows.

    The name differs from the file's own, whose accepted rows it must not replace. Folder and date
    are the same, so that the rows go into the same partition. A table of a file with several,
    `raw/2026.xlsx!May`, has a file of its own.
    """
    path = PurePosixPath(key.removeprefix(raw_prefix).replace("!", "-"))
    stem, ending = split_ending(path.name)
    return str(path.with_name(f"{stem}-corrected{ending or '.csv'}"))
