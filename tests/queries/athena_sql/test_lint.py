import pytest
from athena_sql.lint.check import RULES, check
from athena_sql.lint.rule import Rule
from lint_statements import NOT_PORTABLE, PORTABLE


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_finds_its_failing_example(rule: Rule) -> None:
    assert rule.name in [finding.rule.name for finding in check(rule.fails)]


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_s_portable_example_is_clean(rule: Rule) -> None:
    assert check(rule.passes) == []


@pytest.mark.parametrize("sql", NOT_PORTABLE)
def test_what_is_not_portable_is_found(sql: str) -> None:
    assert check(sql) != []


@pytest.mark.parametrize("sql", PORTABLE)
def test_what_is_portable_is_left_alone(sql: str) -> None:
    assert [finding.message for finding in check(sql)] == []


def test_the_lists_hold_forty_each() -> None:
    assert len(set(NOT_PORTABLE)) >= 40
    assert len(set(PORTABLE)) >= 40


def test_a_rule_s_name_is_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_finding_says_where_what_why_and_what_instead() -> None:
    (finding,) = check("select price\nfrom processed_orders\nwhere country ilike 'no'")
    assert finding.message == (
        "line 3: LOWER(country) LIKE LOWER('no'): Athena has no ilike, DuckDB does; "
        "write lower(x) like '...' [ilike]"
    )
