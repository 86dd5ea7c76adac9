"""Whether a statement adds up money without regard to its currency. Pure, and without types.

It follows names: a column computed from money is money, too. It warns people who forgot the
currency, so it trusts a statement that compares `currency` with anything. currencies_note.py has
what they are told.
"""

from collections.abc import Iterable

from athena_sql.statement import parse_statement
from sqlglot import exp

CURRENCY = "currency"
MONEY = frozenset(("price", "total_amount"))
SEVERAL_GROUPINGS = (exp.Rollup, exp.Cube, exp.GroupingSets)


def mixes_currencies(sql: str) -> bool:
    """Return whether a sum or a mean of money may hold several currencies.

    Raises BadQuery for a text that is not a statement.
    """
    tree = parse_statement(sql)
    if any(map(chooses_currency, tree.find_all(exp.EQ, exp.In))):
        return False
    money = money_names(tree)
    return any(
        mentions(total, money) and not is_per_currency(total)
        for total in tree.find_all(exp.Sum, exp.Avg)
    )


def chooses_currency(condition: exp.Expr) -> bool:
    """Whether a comparison leaves one currency: `= 'EUR'`, or `in` with one value.

    A join on currency does not count: it still leaves all currencies.
    """
    if not mentions(condition.this, {CURRENCY}) and not (
        isinstance(condition, exp.EQ) and mentions(condition.expression, {CURRENCY})
    ):
        return False
    if isinstance(condition, exp.In):
        return len(condition.expressions) == 1
    return condition.find_ancestor(exp.Join) is None


def money_names(tree: exp.Expr) -> frozenset[str]:
    """Return the names of money: the contract's columns, and the columns computed from them."""
    aliases = [(alias.alias.lower(), alias.this) for alias in tree.find_all(exp.Alias)]
    names = MONEY
    while True:
        # A count is a number of rows, whatever is counted.
        made = {
            name
            for name, value in aliases
            if not isinstance(value, exp.Count) and mentions(value, names)
        }
        if made <= names:
            return names
        names |= made


def is_per_currency(total: exp.Expr) -> bool:
    """Whether a sum is grouped by currency, or a window's sum has it in its partition."""
    if isinstance(total.parent, exp.Window):
        return any(mentions(key, {CURRENCY}) for key in total.parent.args["partition_by"])
    select = total.find_ancestor(exp.Select)
    group = select.args.get("group") if select else None
    if select is None or group is None:
        return False
    keys = [key_of(expression, select) for expression in group.expressions]
    # The last row of a rollup or a cube is over all of its keys.
    return any(mentions(key, {CURRENCY}) for key in keys if not isinstance(key, SEVERAL_GROUPINGS))


def key_of(key: exp.Expr, select: exp.Select) -> exp.Expr:
    """Return the expression that a grouping key means: the number 2 is the second column."""
    if not isinstance(key, exp.Literal) or not key.is_int:
        return key
    place = int(key.name)
    return select.selects[place - 1] if 0 < place <= len(select.selects) else key


def mentions(tree: exp.Expr, names: Iterable[str]) -> bool:
    """Whether an expression names one of these columns."""
    return any(column.name.lower() in names for column in tree.find_all(exp.Column))
