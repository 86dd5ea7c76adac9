from hypothesis import given
from hypothesis import strategies as st
from order_jobs.curated import changes
from order_jobs.curated.changes import plan_changes
from order_jobs.curated.pieces import Piece, content_digest

pieces = st.builds(
    Piece, st.sampled_from("abcd"), st.sampled_from(["x", "y", "z"]), st.sampled_from("12")
)
holdings = st.sets(pieces, max_size=12)


@given(holdings, holdings, st.sets(st.sampled_from("abcd")))
def test_the_changes_lead_to_what_is_current(
    current: set[Piece], held: set[Piece], unfinished: set[str]
) -> None:
    table = set(held)
    for change in plan_changes(dict.fromkeys(current, 1), held, unfinished):
        assert change.removed <= table
        assert not table & {*change.added}
        table = table - change.removed | {*change.added}
    kept = {piece for piece in held if piece.source_key in unfinished}
    assert table == kept | {piece for piece in current if piece.source_key not in unfinished}


@given(holdings, holdings)
def test_a_source_file_changes_in_one_commit(current: set[Piece], held: set[Piece]) -> None:
    sizes = dict.fromkeys(current, changes.BATCH_BYTES // 2)
    seen: set[str] = set()
    for change in plan_changes(sizes, held, ()):
        touched = {piece.source_key for piece in (*change.removed, *change.added)}
        assert not touched & seen
        seen |= touched


def test_much_work_is_done_in_fewer_and_larger_commits() -> None:
    small, large = 20 << 20, 60 << 20
    for size_bytes, count, commits in ((small, 9, 3), (large, 1500, 375), (large, 300, 300)):
        found = [Piece(f"raw/{n}.csv", f"processed/orders/{n}.json.gz", "1") for n in range(count)]
        assert len(plan_changes(dict.fromkeys(found, size_bytes), (), ())) == commits


def test_nothing_changes_where_the_table_holds_what_is_current() -> None:
    piece = Piece("raw/a.csv", "processed/orders/a.json.gz", "1")
    assert plan_changes({piece: 1}, {piece}, ()) == []


def test_the_digest_tells_one_version_of_an_object_from_another() -> None:
    one, other = ("x", "1"), ("x", "2")
    assert content_digest([one]) != content_digest([other])
    assert content_digest([one, other]) == content_digest([other, one])
