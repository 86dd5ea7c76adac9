"""Counts, sizes and ages in words, the same everywhere. Pure."""

from collections.abc import Sequence
from datetime import datetime

AGES = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def count_text(count: int, noun: str) -> str:
    """Return a count with its noun: 1 file, 1,204 files."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def size_text(size_bytes: float) -> str:
    """Return a size: 812 B, 3.4 MB."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def amount_text(amount: str) -> str:
    """Return a decimal without the zeros that only fill its scale, but two digits: 12.50."""
    whole, _, fraction = amount.partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}" if fraction else amount


def span_text(seconds: float) -> str:
    """Return a span of time in the largest unit that fits: 3 days, 1 minute, 0 seconds."""
    for unit, size in AGES:
        if seconds >= size:
            return count_text(int(seconds // size), unit)
    return count_text(0, "second")


def age_text(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was: 3 hours ago, just now."""
    seconds = max((now - moment).total_seconds(), 0.0)
    return f"{span_text(seconds)} ago" if seconds >= 60 else "just now"


def first_few(items: Sequence[str], limit: int, rest: str) -> list[str]:
    """Return the first items and, where there are more, a line that counts them: and 12 more.

    `rest` follows that count and says where the full list is.
    """
    if len(items) <= limit:
        return list(items)
    return [*items[:limit], f"and {len(items) - limit:,} more{rest}"]
