"""Numbers, sizes and times in a form that is easy to read. Pure."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

UNITS = ((Decimal(10) ** 12, " T"), (Decimal(10) ** 9, " bn"), (Decimal(10) ** 6, " M"))


def magnitude(number: int | Decimal) -> str:
    """Return a number; from a million on with three digits and a unit, such as 9.75 M."""
    size = abs(Decimal(number))
    for unit, name in UNITS:
        if size >= unit:
            return f"{three_digits(Decimal(number) / unit)}{name}"
    return exact(number) if size < 1000 else f"{round_half_up(Decimal(number), 0):,f}"


def three_digits(number: Decimal) -> str:
    """Return a number from 1 to 999 in three digits."""
    places = 2 if abs(number) < 10 else 1 if abs(number) < 100 else 0
    return f"{round_half_up(number, places):f}"


def round_half_up(number: Decimal, places: int) -> Decimal:
    """Return the number with so many digits after the point."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def exact(number: int | Decimal) -> str:
    """Return a number with all its digits; if it has a fraction, at least two places."""
    if isinstance(number, int):
        return f"{number:,}"
    whole, _, rest = f"{number:f}".partition(".")
    fraction = rest.rstrip("0").ljust(2, "0") if rest else ""
    return f"{'-' if whole.startswith('-') else ''}{abs(int(whole)):,}" + (
        f".{fraction}" if fraction else ""
    )


def percent(part: int | Decimal, whole: int | Decimal) -> str:
    """Return a share in percent; only a share of exactly zero is shown as zero."""
    if not whole or not part:
        return "0 %"
    share = 100 * part / whole
    return "< 0.1 %" if share < 0.1 else f"{share:.1f} %"


def moment_text(moment: datetime) -> str:
    """Return a time in UTC, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
