"""The page of functions says what the table of functions says."""

from pathlib import Path

from athena_sql.functions.page import function_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "sql-functions.md"


def test_the_page_of_functions_is_made_from_the_table() -> None:
    told = "write it anew: python -m athena_sql.functions.page > docs/sql-functions.md"
    assert PAGE.read_text("utf-8") == function_page(), told
