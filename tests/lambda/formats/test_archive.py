"""Each order file in a zip is read by itself; nothing in one can do harm or hide."""

import io
import zipfile

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from order_transform.refusal import MEMBER_CODES
from packed import damaged, zipped
from transformed import LENIENT, Outcome, limited, orders, run

A, B = orders("a,1.5,2").encode(), orders("b,x,1", "c,2,2").encode()


def refusals(outcome: Outcome) -> dict[str, str]:
    members = outcome.result.members
    return {one.name: one.result.refusal[0] for one in members if one.result.refusal}


def test_every_order_file_has_a_result_of_its_own() -> None:
    result = run(zipped({"a.csv": A, "2026/b.CSV": B}), LENIENT).result
    assert [member.name for member in result.members] == ["a.csv", "2026/b.CSV"]
    assert [member.result.counts.accepted for member in result.members] == [1, 1]
    assert (result.counts.records, result.counts.accepted, result.counts.rejected) == (3, 2, 1)
    assert str(result.total_amount) == "7.00"
    assert result.processed is None


def test_other_files_are_named_and_those_of_the_system_are_not() -> None:
    files = {"a.csv": A, "READ.pdf": b"x", "__MACOSX/._a.csv": A, ".DS_Store": b"x", "dir/": b""}
    outcome = run(zipped(files), LENIENT)
    assert [c.value for c in outcome.result.choices if c.name == "left_out"] == ["READ.pdf"]
    assert not outcome.is_doubtful


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    outcome = run(zipped({"a.csv": A, "b.csv": b"who,what\n"}), LENIENT)
    assert outcome.refusal is None
    assert outcome.counts.accepted == 1
    assert refusals(outcome) == {"b.csv": "no_required_column"}
    assert outcome.is_doubtful


@pytest.mark.parametrize("files", [{}, {"a.pdf": b"x"}, {"b.csv": b"who,what\n"}])
def test_an_archive_without_anything_to_read_is_refused(files: dict[str, bytes]) -> None:
    assert run(zipped(files)).refusal == "nothing_inside"


EXAMPLES = {
    "nested_archive": {"a.csv": A, "b.zip": zipped({"c.csv": B})},
    "unsafe_name": {"a.csv": A, "../b.csv": B},
    "same_content": {"a.csv": A, "copy of a.csv": A},
}


@pytest.mark.parametrize("code", [code for code in MEMBER_CODES if code != "same_name"])
def test_a_member_is_refused_with(code: str) -> None:
    outcome = run(zipped(EXAMPLES[code]), LENIENT)
    assert list(refusals(outcome).values()) == [code]
    assert outcome.counts.accepted == 1


@pytest.mark.parametrize("name", ["/etc/b.csv", "x/../../b.csv", "C:/b.csv", "..\\b.csv"])
def test_no_name_points_out_of_the_archive(name: str) -> None:
    assert list(refusals(run(zipped({"a.csv": A, name: B}), LENIENT)).values()) == ["unsafe_name"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_are_all_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for content in (A, B):
            archive.writestr("a.csv", content)
        archive.writestr("c.csv", orders("c,1,1"))
    outcome = run(data.getvalue(), LENIENT)
    assert [m.result.refusal and m.result.refusal[0] for m in outcome.result.members] == [
        "same_name",
        "same_name",
        None,
    ]


def test_an_archive_under_another_name_is_nested_all_the_same() -> None:
    outcome = run(zipped({"a.csv": A, "b.csv": zipped({"c.csv": B})}), LENIENT)
    assert refusals(outcome) == {"b.csv": "nested_archive"}


def test_a_file_with_a_password_is_refused() -> None:
    packed = bytearray(zipped({"a.csv": A}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert "protected" in str(run(bytes(packed), LENIENT).result.refusal)


@pytest.mark.parametrize("name", [".", "./."])
def test_a_file_without_a_name_is_left_out(name: str) -> None:
    result = run(zipped({"a.csv": A, name: B})).result
    assert [member.name for member in result.members] == ["a.csv"]
    assert name in [choice.value for choice in result.choices if choice.name == "left_out"]


def test_all_files_together_may_not_be_larger_than_one_may() -> None:
    files = {f"{n}.csv": orders(*[f"p{n},1,1"] * 1000).encode() for n in range(20)}
    assert run(zipped(files), limited(decompressed_bytes=100_000)).refusal == "too_large"


def test_an_archive_of_very_many_files_is_refused() -> None:
    files = {f"{n}.csv": f"{n}".encode() for n in range(600)}
    assert run(zipped(files)).refusal == "too_large"


def test_a_list_of_files_that_is_far_too_long_is_never_read() -> None:
    packed = bytearray(zipped({"a.csv": A}))
    end = packed.rindex(b"PK\x05\x06")
    packed[end + 10 : end + 12] = b"\xff\xff"
    assert run(bytes(packed)).refusal == "too_large"


def test_damaged_bzip2_data_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", A)
    data = packed.getvalue()
    start = data.index(b"BZh")
    outcome = run(data[: start + 4] + b"\0\0" + data[start + 6 :])
    assert outcome.result.members[0].result.refusal
    assert outcome.result.members[0].result.refusal[0] == "damaged"


@settings(max_examples=examples(40), deadline=None)
@given(data=st.data())
def test_a_damaged_archive_never_ends_in_a_traceback(data: st.DataObject) -> None:
    packed = data.draw(damaged(zipped({"a.csv": A, "b/b.csv": B}), kept=4, most=8))
    outcome = run(packed, LENIENT)
    assert outcome.refusal or outcome.counts.records
