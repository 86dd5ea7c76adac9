"""The condition operators of IAM. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from localstack_lake.iam.patterns import (
    Context,
    MissingVariable,
    arn_matches,
    fill_in,
    matches,
    plain,
)

# Whether a value of the request agrees with one of the policy; ValueError for an unreadable one.
type Test = Callable[[str, str], bool]

type Conditions = Mapping[str, Mapping[str, Sequence[str]]]


def hold(conditions: Conditions, context: Context) -> bool:
    """Whether a statement's conditions hold: each operator, and in it each key."""
    return all(
        _holds(operator, context.get(key.lower()), values, context)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def is_known(operator: str) -> bool:
    """Whether an operator is one of IAM's."""
    name = _base_name(operator)
    return name == "Null" or name in _TESTS or name in _NEGATED


def _base_name(operator: str) -> str:
    return operator.rpartition(":")[2].removesuffix("IfExists")


def _holds(
    operator: str, found: tuple[str, ...] | None, wanted: Sequence[str], context: Context
) -> bool:
    quantifier, _, name = operator.rpartition(":")
    base = _base_name(operator)
    if base == "Null":
        return any((value.lower() == "true") == (not found) for value in wanted)
    if not found:
        is_negated = base in _NEGATED
        # with a quantifier the key's values are an empty set
        missing = quantifier == "ForAllValues" or (is_negated and not quantifier)
        return missing or name.endswith("IfExists")
    test = _TESTS.get(base)
    if test is not None:
        results = [_agrees(test, value, wanted, context) for value in found]
        return all(results) if quantifier == "ForAllValues" else any(results)
    negated = _TESTS[_NEGATED[base]]
    results = [not _agrees(negated, value, wanted, context) for value in found]
    return any(results) if quantifier == "ForAnyValue" else all(results)


def _agrees(test: Test, value: str, wanted: Sequence[str], context: Context) -> bool:
    for text in wanted:
        try:
            if test(value, fill_in(text, context)):
                return True
        except (ValueError, InvalidOperation, MissingVariable):
            continue  # an unreadable value matches nothing
    return False


def _number(compare: Callable[[Decimal, Decimal], bool]) -> Test:
    return lambda value, wanted: compare(Decimal(value), Decimal(plain(wanted)))


def _date(compare: Callable[[datetime, datetime], bool]) -> Test:
    return lambda value, wanted: compare(_moment(value), _moment(plain(wanted)))


def _moment(text: str) -> datetime:
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_in_network(value: str, wanted: str) -> bool:
    network = ipaddress.ip_network(plain(wanted), strict=False)
    return ipaddress.ip_address(value) in network


_TESTS: dict[str, Test] = {
    "StringEquals": lambda value, wanted: value == plain(wanted),
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == plain(wanted).lower(),
    "StringLike": lambda value, wanted: matches(wanted, value),
    "NumericEquals": _number(lambda a, b: a == b),
    "NumericLessThan": _number(lambda a, b: a < b),
    "NumericLessThanEquals": _number(lambda a, b: a <= b),
    "NumericGreaterThan": _number(lambda a, b: a > b),
    "NumericGreaterThanEquals": _number(lambda a, b: a >= b),
    "DateEquals": _date(lambda a, b: a == b),
    "DateLessThan": _date(lambda a, b: a < b),
    "DateLessThanEquals": _date(lambda a, b: a <= b),
    "DateGreaterThan": _date(lambda a, b: a > b),
    "DateGreaterThanEquals": _date(lambda a, b: a >= b),
    "Bool": lambda value, wanted: value.lower() == plain(wanted).lower(),
    "BinaryEquals": lambda value, wanted: value == plain(wanted),
    "IpAddress": _is_in_network,
    # IAM treats the two alike
    "ArnEquals": lambda value, wanted: arn_matches(wanted, value),
    "ArnLike": lambda value, wanted: arn_matches(wanted, value),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
