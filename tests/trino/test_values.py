import random
from collections.abc import Callable

import pytest
from athena_sql.lint.check import check
from orderlake.engines import QueryRequest
from orderlake.engines.parity import compare
from orderlake.engines.trino_engine import TrinoEngine
from sql_lake import memory_engine

from tests.trino.server import Trino

pytestmark = pytest.mark.trino
VALUES = 300


def double(chance: random.Random) -> str:
    size = chance.choice((1, 100, 10**6, 10**12))
    digits = chance.randrange(0, 7)
    return f"{round(chance.uniform(-size, size), digits)!r}e0".replace("e-", "E-").split("E-")[0]


def decimal(chance: random.Random) -> str:
    return f"cast('{chance.randrange(-(10**7), 10**7) / 1000:.3f}' as decimal(12,3))"


def other(chance: random.Random) -> str:
    return (
        f"cast('{chance.choice((1, -1)) * chance.randrange(1, 10**5) / 100:.2f}' as decimal(9,2))"
    )


def day(chance: random.Random) -> str:
    month = chance.randrange(1, 13)
    last = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return f"date '{chance.choice((2020, 2024))}-{month:02}-{chance.choice((1, 15, last)):02}'"


def moment(chance: random.Random) -> str:
    at = f"{chance.randrange(24):02}:{chance.choice((0, 30, 59)):02}:{chance.randrange(60):02}"
    return f"timestamp {day(chance)[5:-1]} {at}.{chance.randrange(1000):03}'"


def text(chance: random.Random) -> str:
    return f"'{''.join(chance.choice('abB ,-1æß🍺') for _ in range(chance.randrange(9)))}'"


def whole(chance: random.Random) -> str:
    return str(chance.randrange(-4, 12))


UNITS = ("day", "week", "month", "quarter", "year")
CASES: dict[str, tuple[tuple[Callable[[random.Random], str], ...], str]] = {
    "doubles": (
        (double, double),
        "cast(a as decimal(18, 2)), cast(a as decimal(38, 6)), cast(a as bigint), round(a, 2), "
        "round(a), floor(a), ceil(a), sign(a), a + b, a * b, a < b, greatest(a, b)",
    ),
    "decimals": (
        (decimal, other),
        "a / b, a * b, a + b, a - b, a % b, round(a, 1), round(a), cast(a as integer), "
        "cast(a as decimal(12, 1)), cast(a as varchar), floor(a), ceil(a), abs(a), a > b",
    ),
    "integers": (
        (lambda c: str(c.randrange(-50, 50)), lambda c: str(c.randrange(1, 9))),
        "a / b, a % b, mod(a, b), a * b, a / 2e0, a / 2.5, round(a, -1), cast(a as varchar)",
    ),
    "days": (
        (day, day),
        ", ".join(
            f"date_diff('{u}', a, b), date_trunc('{u}', a), date_add('{u}', 3, a)" for u in UNITS
        )
        + ", week(a), year_of_week(a), day_of_week(a), day_of_year(a), last_day_of_month(a), "
        "quarter(a), a + interval '1' month, a - interval '1' year, cast(a as varchar), "
        "date_format(a, '%Y-%m-%d %W %j'), a < b",
    ),
    "moments": (
        (moment, moment),
        ", ".join(
            f"date_diff('{u}', a, b), date_trunc('{u}', a)"
            for u in (*UNITS, "hour", "minute", "second")
        )
        + ", date_add('minute', -90, a), date_add('month', 1, a), hour(a), second(a), "
        "date_format(a, '%H:%i:%s %p %I'), cast(a as date), a = b",
    ),
    "texts": (
        (text, whole),
        "upper(a), lower(a), trim(a), length(a), substr(a, b), substr(a, b, 3), split(a, ','), "
        "replace(a, 'b', '-'), strpos(a, 'b'), concat(a, 'x'), a || a, a < 'b', "
        "starts_with(a, 'a'), regexp_replace(a, '([ab])', '<$1>'), "
        "regexp_extract(a, '[abB]+'), regexp_like(a, '^a.*b$'), "
        "try_cast(trim(a) as integer), try_cast(a as double), a like 'a%', "
        "element_at(split(a, ','), 2)",
    ),
}


KINDS = {
    "doubles": ("double", "double"),
    "decimals": ("decimal(12,3)", "decimal(9,2)"),
    "integers": ("int", "int"),
    "days": ("date", "date"),
    "moments": ("timestamp", "timestamp"),
    "texts": ("string", "int"),
}
TYPES = {"string": "varchar", "int": "integer", "timestamp": "timestamp(3)"}


@pytest.mark.parametrize("name", CASES)
def test_both_engines_compute_the_same_of_any_value(trino: Trino, name: str) -> None:
    makers, expressions = CASES[name]
    chance = random.Random(name)
    rows = ", ".join(
        f"({number}, {', '.join(make(chance) for make in makers)})" for number in range(VALUES)
    )
    kinds = dict(zip("nab", ("int", *KINDS[name]), strict=True))
    casts = ", ".join(f"cast({c} as {TYPES.get(k, k)}) as {c}" for c, k in kinds.items())
    engine = TrinoEngine(trino.url, "memory", "default", {}, str, token=trino.token)
    list(engine.pages("drop table if exists processed_orders"))
    made = f"select {casts} from (values {rows}) as t(n, a, b)"
    list(engine.pages(f"create table processed_orders as {made}"))
    duckdb = memory_engine(made.replace("timestamp(3)", "timestamp"), tuple(kinds.items()))
    named = ", ".join(
        f"{expression.strip()} as c{i}" for i, expression in enumerate(split_outside(expressions))
    )
    sql = f"select n, {named} from processed_orders order by n"
    found = check(sql, duckdb.tables, duckdb.aliases)
    assert [one for one in found if not one.rule.is_advice] == []
    one, two = duckdb.answer(QueryRequest("-e", sql)), engine.answer(QueryRequest("-e", sql))
    result = compare(name, (one.columns, list(one.rows)), (two.columns, list(two.rows)), [0], 1e-14)
    assert result.is_fine, result.differences[:5]
    assert result.rows == VALUES


def split_outside(expressions: str) -> list[str]:
    """Split at the commas that are in no brackets and no quotes."""
    parts, depth, quoted = [""], 0, False
    for character in expressions:
        quoted ^= character == "'"
        depth += 0 if quoted else {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts
