"""What a file's report says, as text: its rows, and how it was read. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orderlake.pipeline.told_choices import in_contract, told_choices
from orderlake.wording import amount_text, count_text, first_few

_AMOUNTS_SHOWN = 6


def rows_text(report: Mapping[str, Any]) -> str:
    """Return the outcome of a file's rows from its report: counts, reject codes, sum, nulls."""
    counts = report["counts"]
    text = f"{count_text(counts['records'], 'record')}, {counts['accepted']:,} accepted, "
    text += f"{counts['rejected']:,} rejected"
    if codes := report.get("reject_codes"):
        text += f" ({', '.join(f'{code} {count:,}' for code, count in codes.items())})"
    if counts["blank"]:
        text += f", {counts['blank']:,} blank"
    text += f"; total {_total_text(report['sums'])}"
    for field, count in report.get("warnings", {}).items():
        text += f"; {field} unreadable in {count:,}, written as null"
    assumptions = report.get("assumptions", {})
    if above := assumptions.get("lines_above_header"):
        text += f"; {count_text(above, 'line')} above the header left out"
    return text


def _total_text(sums: Mapping[str, Any]) -> str:
    """Return one total per currency, and the part that is not sales: `2.00 EUR; of it ...`."""
    parts = sums.get("parts", ())
    currencies = dict.fromkeys(part["currency"] for part in parts)
    if any(currencies):
        totals = [
            _money([part for part in parts if part["currency"] == currency])
            for currency in currencies
        ]
        text = _listed(totals)
    else:
        text = amount_text(sums["total_amount"])
    no_sale = [
        f"{_money([part])} ({part['no_sale']} {part['rows']:,})"
        for part in parts
        if part["no_sale"]
    ]
    return f"{text}; of which not sales: {_listed(no_sale)}" if no_sale else text


def _listed(amounts: list[str]) -> str:
    return ", ".join(first_few(amounts, _AMOUNTS_SHOWN, ": see the report"))


def _money(parts: list[Mapping[str, Any]]) -> str:
    total = amount_text(f"{sum(Decimal(part['total_amount']) for part in parts):f}")
    return f"{total} {parts[0]['currency'] or 'without a currency'}"


def choice_lines(report: Mapping[str, Any]) -> list[str]:
    """Return one indented line for each choice in a file's report that a person should know."""
    lines = []
    for choice in told_choices(report):
        remedy = f"; if wrong: {choice.remedy}" if choice.remedy else ""
        lines.append(f"  note: {choice.summary}: {choice.evidence}{remedy}")
    return lines


def contract_lines(texts: Sequence[str]) -> list[str]:
    """Return lines about uploaded files with the contract's lines in place of other options.

    Where there are any, one more line says where they belong.
    """
    lines = [in_contract(text) for text in texts]
    if lines == list(texts):
        return lines
    place = "the lines belong in lambda/order_transform/contract/contract.toml; then make deploy"
    return [*lines, f"  {place}, and orderlake replay what is there (docs/change-the-contract.md)"]
