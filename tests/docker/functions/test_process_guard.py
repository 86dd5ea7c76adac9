"""The process groups that the guard ends, by the lines that it reads."""

from hypothesis import given
from hypothesis import strategies as st
from localstack_lake.functions.process_guard import remaining_groups

REPORTS = st.lists(st.tuples(st.sampled_from("+-"), st.integers(2, 6)))


def test_nothing_told_means_nothing_to_end() -> None:
    assert remaining_groups([]) == set()


def test_a_group_that_ended_is_left_alone() -> None:
    assert remaining_groups(["+11\n", "+12\n", "-11\n"]) == {12}


@given(REPORTS)
def test_the_last_report_about_a_group_decides(reports: list[tuple[str, int]]) -> None:
    last = {group: sign for sign, group in reports}
    lines = [f"{sign}{group}\n" for sign, group in reports]
    assert remaining_groups(lines) == {group for group, sign in last.items() if sign == "+"}
