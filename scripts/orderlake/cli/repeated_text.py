"""Order lines that several files have, as text for people and as JSON for programs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orderlake.cli.section import section
from orderlake.wording import age_text, amount_text, count_text

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from orderlake.engines.file_comparison import FileComparison, RepeatedLine

QUERY = "orderlake query repeated_lines"
# A mirror that is older than this is not of this moment.
FRESH_SECONDS = 60.0


def repeated_lines(found: FileComparison, raw: Mapping[str, str], moment: datetime) -> list[str]:
    """Return what to know of order lines in several files; `raw` has raw keys by processed keys."""
    if found.found is None:
        return [f"repeated  not known: {found.problem}"]
    text = []
    if found.found.count:
        lines = count_text(found.found.count, "order line")
        stand = "stands" if found.found.count == 1 else "stand"
        amounts = [money(amount, currency) for currency, amount in found.found.amounts.items()]
        text.append(
            f"repeated  {lines} {stand} in more than one file, "
            f"so {' and '.join(amounts)} may be counted twice"
        )
        text += section("", [line_text(line, raw) for line in found.found.lines], QUERY)
    if found.as_of and (moment - found.as_of).total_seconds() > FRESH_SECONDS:
        text.append(f"repeated  as of the sync {age_text(found.as_of, moment)}: orderlake sync")
    if found.stray:
        files = count_text(found.stray, "processed file")
        text.append(f"repeated  without {files} that no crawl has registered yet: orderlake crawl")
    return [text[0], *(f"{'':<9}{line[9:]}" for line in text[1:])] if text else []


def line_text(line: RepeatedLine, raw: Mapping[str, str]) -> str:
    """Return one order line: order 17, product MUG, 2026-11-05: 20.00 EUR in raw/a.csv and ..."""
    what = [f"order {line.order_id}", f"product {line.product_id}", line.moment]
    files = " and ".join(raw.get(key, key) for key in line.files)
    return f"{', '.join(filter(None, what))}: {money(line.amount, line.currency)} in {files}"


def money(amount: Decimal, currency: str | None) -> str:
    """Return an amount with its currency: 20.00 EUR."""
    return f"{amount_text(f'{amount:f}')} {currency or 'without a currency'}"


def repeated_document(found: FileComparison, raw: Mapping[str, str]) -> dict[str, Any]:
    """Return the same for a program; `count` is None where it is not known."""
    lines = found.found.lines if found.found else ()
    amounts = found.found.amounts.items() if found.found else ()
    return {
        "count": found.found.count if found.found else None,
        "amounts": [{"currency": currency, "amount": amount} for currency, amount in amounts],
        "lines": [
            {
                "order_id": line.order_id,
                "product_id": line.product_id,
                "moment": line.moment,
                "currency": line.currency,
                "amount": line.amount,
                "files": [raw.get(key, key) for key in line.files],
            }
            for line in lines
        ],
        "as_of": found.as_of,
        "not_compared": found.stray,
        "problem": found.problem,
    }
