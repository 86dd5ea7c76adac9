"""Which number of a date is the day, the month and the year, decided for a whole file. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from order_transform.contract.definition import DateOrder
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.findings import Finding, choose

REMEDY = 'set date_order in the contract, to "day_first" or "month_first"'
# So large a share of days behind the year is not a slip of the hand.
_FEWEST_DAYS, _SMALLEST_SHARE = 2, 0.1


class YearOrder(StrEnum):
    """What stands behind the year in dates such as 2024-04-03."""

    MONTH_NEXT = "year_month_day"
    DAY_NEXT = "year_day_month"


def decide_order(
    field: str,
    impossible: Mapping[DateOrder, int],
    findings: Sequence[Finding[DateOrder]],
    otherwise: DateOrder,
) -> Choice[DateOrder]:
    """Choose the order of day, month and year for the field of this name.

    `impossible` counts, for each order in question, the cells that are not a date in it; `findings`
    are other evidence, and `otherwise` is the contract's rule, for orders that fit equally well.
    """
    fewest = min(impossible.values())
    best = [order for order, count in impossible.items() if count == fewest]
    if len(best) == 1:
        return _only_order(field, best[0], fewest, sum(impossible.values()) - fewest)
    findings = [finding for finding in findings if finding.value in best]
    remedy = f'{REMEDY}, or to "year_first"' if DateOrder.YEAR_FIRST in best else REMEDY
    by_rule = otherwise is DateOrder.YEAR_FIRST
    if best == [DateOrder.DAY_FIRST, DateOrder.YEAR_FIRST] and not by_rule:
        # 24-03-05: a day above 12 tells it from a month, but not from a year.
        because = "day first is usual with such dates"
        findings.append(Finding(DateOrder.DAY_FIRST, because, proves=False))
    order = choose(findings, otherwise, name="date_order", field=field, remedy=remedy)
    if not fewest:
        return order
    evidence = f"dates that do not exist so: {fewest:,}; in another order as many do not exist"
    return replace(order, certainty=Certainty.DOUBTFUL, evidence=evidence, remedy=remedy)


def decide_year_order(
    field: str, only_day: int, only_month: int, either: int, example: str
) -> Choice[YearOrder]:
    """Choose what stands behind the year in the dates of the field of this name.

    `only_day` dates have a day there, such as the `example`, `only_month` a month; `either` dates
    can be read both ways.
    """
    evidence = (
        f"dates with the day behind the year, such as '{example}': {only_day:,}; with the month"
        f" there: {only_month:,}; that can be read both ways: {either:,}"
    )
    remedy = "export dates as YYYY-MM-DD"
    if only_month or only_day < _SMALLEST_SHARE * (only_day + either):
        return Choice(
            "date_order", YearOrder.MONTH_NEXT, Certainty.DOUBTFUL, evidence, field, remedy
        )
    is_proven = only_day >= _FEWEST_DAYS or not either
    return Choice(
        "date_order",
        YearOrder.DAY_NEXT,
        Certainty.PROVEN if is_proven else Certainty.DOUBTFUL,
        evidence,
        field,
        "" if is_proven else remedy,
        notable=True,
    )


def tell_half_converted(field: str, as_text: str, stored: str) -> Choice[object]:
    """Tell of dates of which a spreadsheet has read those that it could, maybe the wrong way."""
    return Choice(
        name="date_order",
        value="as written",
        certainty=Certainty.DOUBTFUL,
        evidence=f"all dates such as '{as_text}' have a day above 12, and all such as '{stored}'"
        " have one up to 12: a spreadsheet may have swapped day and month of those",
        field=field,
        remedy="export dates as YYYY-MM-DD from the program that has the orders",
    )


def tell_month_before_dot(field: str, dates: int) -> Choice[object]:
    """Tell of dates such as 01.25.2026 in a column whose other dates begin with the day."""
    return Choice(
        name="date_order",
        value="day_first",
        certainty=Certainty.DOUBTFUL,
        evidence=f"dates with dots whose second number is above 12, as in 01.25.2026: {dates:,};"
        " they are not read, and others with dots may begin with the month, too",
        field=field,
        remedy="export dates as YYYY-MM-DD",
    )


def _only_order(field: str, order: DateOrder, misfits: int, others: int) -> Choice[DateOrder]:
    evidence = "the years are those of a shop only so"
    if others:
        evidence = f"{others:,} dates do not exist otherwise"
    if not misfits:
        return Choice("date_order", order, Certainty.PROVEN, evidence, field)
    evidence += f", but {misfits:,} do not exist so"
    return Choice("date_order", order, Certainty.DOUBTFUL, evidence, field, REMEDY)
