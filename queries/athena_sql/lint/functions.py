"""Functions: the ones whose answers were compared and agree, and a rule against all others.

Pure. A name counts as it is written, because the parser turns many foreign names into known ones.
"""

from collections.abc import Iterable, Iterator

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from athena_sql.lint.rule import Rule, Script

PORTABLE_TEXT = """
    abs arbitrary array_agg array_join array_max array_min array_position array_sort avg
    bool_and bool_or cardinality cast cbrt ceil ceiling coalesce concat concat_ws contains corr
    count count_if covar_pop covar_samp cume_dist date date_add date_diff date_format date_parse
    date_trunc day day_of_month day_of_week day_of_year dense_rank dow doy element_at exp
    extract filter first_value flatten floor geometric_mean greatest grouping hour if
    json_extract_scalar lag last_day_of_month last_value lead least length listagg ln log10
    lower lpad ltrim max max_by min min_by minute mod month nth_value ntile nullif percent_rank
    pi position pow power quarter rank regexp_extract regexp_like regexp_replace replace round
    row_number rpad rtrim second sequence sign slice split split_part sqrt starts_with stddev
    stddev_pop stddev_samp strpos substr substring sum transform trim try try_cast unnest upper
    var_pop var_samp variance week week_of_year year year_of_week
"""
PORTABLE = frozenset(PORTABLE_TEXT.split())
# Words before a parenthesis that are no function; types after `as` are told by the word before.
KEYWORD_TEXT = """
    all and any as between by case cube distinct else except exists except filter from full group
    grouping having in inner intersect interval is join lateral left like not offset on or order
    over recursive right rollup row select sets some then union using values when where with within
"""
KEYWORDS = frozenset(KEYWORD_TEXT.split())


def calls(script: Script) -> Iterator[Token]:
    """Yield the tokens that name a called function."""
    known = {cte.alias.lower() for cte in script.tree.find_all(exp.CTE)}
    before: Token | None = None
    for token, following in zip(script.tokens, script.tokens[1:], strict=False):
        is_named = token.text.isidentifier() and token.text.lower() not in KEYWORDS | known
        if is_named and following.token_type == TokenType.L_PAREN and not is_alias(before):
            yield token
        before = token


def is_alias(before: Token | None) -> bool:
    """Whether a name after this token is an alias or a type and not a function."""
    return before is not None and before.token_type in (TokenType.ALIAS, TokenType.R_PAREN)


def find_unproven(script: Script) -> Iterable[tuple[str, int]]:
    """Return the calls of functions that are not known to agree."""
    return [
        (f"{token.text}()", token.line)
        for token in calls(script)
        if token.text.lower() not in PORTABLE | SPECIFIC.keys()
    ]


# Functions with a reason and a portable form of their own: name -> (Athena, DuckDB, instead).
SPECIFIC: dict[str, tuple[str, str, str]] = {
    "approx_distinct": ("estimates", "estimates otherwise", "write count(distinct ...)"),
    "approx_percentile": ("estimates", "estimates otherwise", "rank with ntile() or row_number()"),
    "format": ("fills a Java pattern", "returns the pattern", "write concat() and round()"),
    "format_datetime": ("takes a Joda pattern", "has none", "write date_format(x, '%Y-%m')"),
    "parse_datetime": ("takes a Joda pattern", "has none", "write date_parse(x, '%Y-%m-%d')"),
    "from_iso8601_timestamp": (
        "keeps the text's own offset",
        "moves it to UTC, maybe another day",
        "write date(substr(x, 1, 10))",
    ),
    "from_iso8601_date": ("takes week dates too", "has none", "write date(substr(x, 1, 10))"),
    "array_distinct": ("keeps an order", "keeps another", "write array_agg(distinct x order by x)"),
    "map_agg": ("makes a map", "has none", "group by the key"),
    "multimap_agg": ("makes a map of arrays", "has none", "group by the key and use array_agg"),
    "zip": ("joins arrays into rows", "has none", "unnest each with ordinality, and join"),
    "any_match": ("tests elements", "has none", "write cardinality(filter(a, f)) > 0"),
    "all_match": ("tests elements", "has none", "write cardinality(filter(a, f)) = cardinality(a)"),
    "every": ("is bool_and", "has none", "write bool_and(x)"),
    "codepoint": ("gives a character's number", "has none", "compare the characters"),
    "width_bucket": ("counts buckets", "has none", "write case, or floor((x - low) / size)"),
    "reverse": ("reverses arrays too", "reverses text only", "order the array in array_agg"),
    "to_iso8601": ("writes an offset", "has none", "write date_format(x, '%Y-%m-%d')"),
    "yow": ("is year_of_week", "has none", "write year_of_week(x)"),
    "reduce": ("ends with a function", "leaves it out", "unnest and aggregate"),
    "histogram": ("makes a map", "makes another kind of map", "group by the value"),
    "map": ("makes a map", "prints it otherwise", "keep keys and values in rows"),
    "typeof": ("gives Trino's name", "gives DuckDB's", "cast to the type that is meant"),
    "random": ("gives another value each time", "too", "order by a column"),
    "rand": ("gives another value each time", "too", "order by a column"),
    "uuid": ("gives another value each time", "too", "use a key of the data"),
    "shuffle": ("gives another order each time", "too", "order by a column"),
    "nvl": ("has none", "takes it for coalesce", "write coalesce(a, b)"),
    "ifnull": ("has none", "takes it for coalesce", "write coalesce(a, b)"),
    "string_agg": ("has none", "joins texts", "write listagg(x, ',') within group (order by x)"),
    "strftime": ("has none", "formats a date", "write date_format(x, '%Y-%m')"),
    "len": ("has none", "measures", "write length(text) or cardinality(array)"),
}


# What the parser insists on, where one argument is not enough.
ARGUMENTS = {
    "approx_percentile": "price, 0.5e0",
    "reduce": "array[1], 0, (s, x) -> s + x, s -> s",
}


def find_call(name: str) -> Rule:
    """Return the rule against one function."""
    athena, duckdb, instead = SPECIFIC[name]
    arguments = ARGUMENTS.get(name, "product_id")
    return Rule(
        name=f"function-{name.replace('_', '-')}",
        athena=athena,
        duckdb=duckdb,
        instead=instead,
        fails=f"select {name}({arguments}) as x from processed_orders",  # noqa: S608
        passes="select lower(product_id) as x from processed_orders",
        find=lambda script: [
            (f"{token.text}()", token.line) for token in calls(script) if token.text.lower() == name
        ],
    )


RULES = (
    Rule(
        name="function-unproven",
        athena="may know it or not",
        duckdb="may know another function by that name",
        instead="use a function that was compared: orderlake lint --functions",
        fails="select levenshtein_distance(product_id, 'a') as x from processed_orders",
        passes="select strpos(product_id, 'a') as x from processed_orders",
        find=find_unproven,
    ),
    *(find_call(name) for name in SPECIFIC),
)
