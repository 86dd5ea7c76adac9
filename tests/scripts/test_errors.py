"""Errors: each says what happened and what to type next."""

import inspect
from pathlib import Path
from types import ModuleType

import pytest
from athena_sql import errors as sql_errors
from athena_sql.errors import SqlError, nearest
from orderlake import errors
from orderlake.errors import OrderlakeError

EVERY = [
    (module, item)
    for module in (errors, sql_errors)
    for _, item in inspect.getmembers(module, inspect.isclass)
    if issubclass(item, OrderlakeError | SqlError)
]


@pytest.mark.parametrize(("module", "error"), EVERY)
def test_every_error_stands_in_the_tree_at_the_top(
    module: ModuleType, error: type[OrderlakeError | SqlError]
) -> None:
    assert error.__name__ in (module.__doc__ or "")


@pytest.mark.parametrize(("module", "error"), EVERY)
def test_every_error_ends_a_command_with_1_or_2(
    module: ModuleType, error: type[OrderlakeError | SqlError]
) -> None:
    is_wrong_use = issubclass(error, errors.WrongUse | sql_errors.BadQuery)
    assert error.exit_code == (2 if is_wrong_use else 1)


def test_an_unknown_name_lists_the_known_and_suggests_the_nearest() -> None:
    error = errors.UnknownName("query", "top_product", ["by_country", "top_products"])
    assert str(error) == (
        "there is no query 'top_product'\n"
        "did you mean 'top_products'? known: by_country, top_products"
    )


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert nearest("zzzz", ["by_country", "top_products"]) is None


def test_no_local_aws_says_how_to_start_one() -> None:
    error = errors.NoLocalAws("http://127.0.0.1:4566")
    assert error.next_step == "start it: make local-up"
    assert "http://127.0.0.1:4566" in error.message


def test_a_failed_start_shows_the_end_of_the_log() -> None:
    error = errors.LocalAwsFailed("LocalStack ended", Path("a.log"), "Address in use")
    assert "Address in use" in str(error)
    assert "a.log" in error.next_step


def test_a_text_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    def told(path: Path) -> str:
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            return str(errors.unreadable_text(path, error, "give another"))

    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name, reason in (
        ("missing", "there is no such file"),
        ("binary", "not UTF-8 text"),
        (".", "is a directory"),
    ):
        assert told(tmp_path / name) == f"{tmp_path / name}: {reason}\ngive another"
