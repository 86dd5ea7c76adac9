"""Combine the results of a file's tables: add up their counts and sums."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from order_transform.reading.choices import Certainty, Choice
from order_transform.sql.parts import Part, largest_first
from order_transform.writing.result import Counts, Member, Result

_REASONS_SHOWN = 5


def combine(members: Sequence[Member], choices: Sequence[Choice[object]]) -> Result:
    """Return the result of the whole file; it is refused if no table is read."""
    results = [member.result for member in members]
    refused = [member for member in members if member.result.refusal]
    combined = Result(
        counts=_counts(results),
        total_amount=sum((one.total_amount for one in results), Decimal(0)),
        parts=_parts(results),
        quantity=sum(one.quantity for one in results),
        reject_codes=_added(one.reject_codes for one in results),
        warnings=_added(one.warnings for one in results),
        choices=(*choices, *(choice for member in members for choice in _told(member))),
        members=tuple(members),
    )
    if len(refused) < len(members):
        return combined
    reasons = "; ".join(_reason(member) for member in refused[:_REASONS_SHOWN])
    message = f"none of its files can be read ({reasons})" if reasons else "it has no order files"
    return replace(combined, refusal=("nothing_inside", f"{message}; correct them, or send CSV"))


def _counts(results: Iterable[Result]) -> Counts:
    total = Counts()
    for one in results:
        counts = one.counts
        total = Counts(
            total.records + counts.records,
            total.accepted + counts.accepted,
            total.rejected + counts.rejected,
            total.blank + counts.blank,
        )
    return total


def _parts(results: Iterable[Result]) -> tuple[Part, ...]:
    """Add up the parts of a total that are of the same currency and status, the largest first."""
    found: dict[tuple[str | None, str | None], Part] = {}
    for part in (part for one in results for part in one.parts):
        key = (part.currency, part.no_sale)
        same = found.get(key)
        found[key] = (
            replace(
                part,
                rows=part.rows + same.rows,
                total_amount=part.total_amount + same.total_amount,
            )
            if same
            else part
        )
    return tuple(sorted(found.values(), key=largest_first))


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())


def _told(member: Member) -> Iterable[Choice[object]]:
    """Return the choices about one table that a person must know, with its name."""
    if member.result.refusal:
        yield Choice(
            name="left_out",
            value=member.name,
            certainty=Certainty.DOUBTFUL,
            evidence=_reason(member),
            remedy="correct it and upload the whole file again",
        )
    for choice in member.result.choices:
        if choice.is_told:
            yield replace(choice, evidence=f"in {member.name}, {choice.evidence}")


def _reason(member: Member) -> str:
    code, message = member.result.refusal or ("", "")
    return f"{member.name}: {code}: {message}"
