"""Which files share a task: every file once, the largest first, small ones together."""

from hypothesis import given
from hypothesis import strategies as st
from order_jobs.backfilling.tasks import (
    SMALL_BYTES,
    TASK_BYTES,
    TASK_FILES,
    OrderFile,
    into_tasks,
)

SIZES = st.lists(st.integers(0, 3 * SMALL_BYTES), max_size=300)


@given(SIZES)
def test_every_file_is_in_one_task_and_no_shared_task_is_large(sizes: list[int]) -> None:
    files = [OrderFile(f"raw/{number}.csv", size) for number, size in enumerate(sizes)]
    tasks = into_tasks(files)
    assert sorted(file.key for task in tasks for file in task) == sorted(f.key for f in files)
    for task in tasks:
        shared = sum(file.size_bytes for file in task)
        assert len(task) == 1 or (shared <= TASK_BYTES and len(task) <= TASK_FILES)
    firsts = [task[0].size_bytes for task in tasks]
    assert firsts == sorted(firsts, reverse=True)


def test_the_order_of_a_listing_does_not_matter() -> None:
    files = [OrderFile(f"raw/{number}.csv", number % 3) for number in range(9)]
    assert into_tasks(files) == into_tasks(reversed(files))
