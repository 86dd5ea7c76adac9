"""Where the outputs of a raw object live: a pure function of its key."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from order_transform.formats.endings import has_known_ending, split_ending

# Where order files lie in the stack's own raw bucket; an existing bucket may have another prefix.
RAW_PREFIX = "raw/"
NO_DATE = "__HIVE_DEFAULT_PARTITION__"

_DATE = re.compile(r"(?<!\d)(\d{4})([-/_]?)(\d{2})\2(\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Outputs:
    """The keys that one raw object's outputs have, all in the processed bucket."""

    processed: str
    rejected: str
    report: str


def is_order_file(key: str, raw_prefix: str = RAW_PREFIX) -> bool:
    """Tell whether the function handles this key: under the prefix, with a known ending."""
    return key.startswith(raw_prefix) and has_known_ending(key.removeprefix(raw_prefix))


def partition_date(key: str) -> str:
    """Return the date in the key as YYYY-MM-DD, the last one if there are several.

    Known forms are 2026-11-22, 20261122, 2026/11/22, 2026_11_22 and dt=2026-11-22; without a
    real date it is Hive's name for none, `__HIVE_DEFAULT_PARTITION__`.
    """
    for year, _, month, day in reversed(_DATE.findall(key)):
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
    return NO_DATE


def member_key(key: str, name: str) -> str:
    """Return the key of one table of a raw file with several, for use in place of a raw key.

    `raw/2026-11.zip!shop/2026-11-22.csv`, `raw/2026.xlsx!November`.
    """
    return f"{key}!{name}"


def outputs_for(key: str, compression: str = "gzip") -> Outputs:
    """Return the output keys of a raw key.

    The 12 hex digits of the key's SHA-256 keep two folders' files of one name apart.
    `compression` is "gzip" or "none" and sets only the processed object's ending.
    """
    name, _ = split_ending(key.rpartition("/")[2])
    # A leading "_" or "." would hide the object from Athena; the rest stays readable.
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-") or "orders"
    unique = f"{stem[:100]}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    ending = ".json.gz" if compression == "gzip" else ".json"
    return Outputs(
        processed=f"processed/orders/dt={partition_date(key)}/{unique}{ending}",
        rejected=f"rejected/{unique}.jsonl.gz",
        report=f"reports/{unique}.json",
    )
