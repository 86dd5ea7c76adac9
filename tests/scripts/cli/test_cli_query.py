import json
import subprocess
import sys
from pathlib import Path

import pytest
from athena_sql.answer import Answer, Column
from click.testing import CliRunner, Result
from orderlake.cli import cli
from orderlake.cli.query import note_mixed_currencies, print_advice
from orderlake.engines import QueryRequest
from orderlake.settings import load
from sql_lake import mirror_with

LINES = "".join(
    f'{{"product_id":"{name}","quantity":{n},"total_amount":{total}}}\n'
    for name, n, total in [("MUG", 2, 15.9), ("MUG", -1, -7.95), ("PEN", 3, 0.999)]
)
DEAD = "http://127.0.0.1:9"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with one query, a mirror, and nothing that answers."""
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n')
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "totals.sql").write_text(
        "-- What was earned? One row per product.\n-- chart: bar product_id total\n"
        "select product_id, sum(cast(total_amount as decimal(38, 6))) as total\n"
        "from processed_orders group by 1 order by 1\n"
    )
    mirror_with(tmp_path / ".orderlake" / "mirror" / "local" / "shop", {"a.json.gz": LINES})
    monkeypatch.setenv("ORDERLAKE_ROOT", str(tmp_path))
    monkeypatch.setenv("ORDERLAKE_ENDPOINT_URL", DEAD)
    return tmp_path


def call(*args: str) -> Result:
    """Run the command line as the installed program does, errors and exit code included."""
    return CliRunner().invoke(cli, list(args))


def test_a_query_is_answered_offline(project: Path) -> None:
    result = call("query", "totals", "--env", "offline", "--format", "csv")
    assert result.stdout == 'product_id,total\n"MUG",7.950000\n"PEN",0.999000\n'
    assert result.stderr.startswith("2 rows in ")
    assert result.exit_code == 0


def test_a_sum_over_several_currencies_gets_one_note_that_names_them(project: Path) -> None:
    words = ["query", "-e", "select sum(total_amount) as x from processed_orders", "--offline"]
    assert "currencies" not in call(*words).stderr, "the table has no currency at all"
    mirror = project / ".orderlake" / "mirror" / "local" / "shop"

    def line(currency: str) -> str:
        return f'{{"product_id":"A","total_amount":1.5,"currency":"{currency}"}}\n'

    columns = [("product_id", "string"), ("total_amount", "decimal(38,6)"), ("currency", "string")]
    mirror_with(mirror, {"b.json.gz": line("EUR") + line("EUR")}, columns)
    assert "currencies" not in call(*words).stderr, "the table has one currency"
    mirror_with(mirror, {"c.json.gz": line("USD") + line("EUR")}, columns)
    told = call(*words)
    assert told.exit_code == 0
    (note,) = [one for one in told.stderr.splitlines() if "currencies" in one]
    assert note == (
        "note: this adds up money of several currencies (EUR and USD); group or filter by currency"
    )
    words[2] = "select currency, sum(total_amount) as x from processed_orders group by 1"
    assert "currencies" not in call(*words).stderr


def test_a_statement_that_fails_names_the_type_that_the_catalog_has_wrong(project: Path) -> None:
    columns = [("product_id", "string"), ("is_sale", "string"), ("quantity", "string")]
    line = '{"product_id":"A","is_sale":"true","quantity":"1"}\n'
    mirror_with(project / ".orderlake" / "mirror" / "local" / "shop", {"b.json": line}, columns)
    sql = "select count(*) as n from processed_orders where coalesce(is_sale, true)"
    told = call("query", "-e", sql, "--offline")
    assert told.exit_code == 2
    assert told.stderr.startswith(
        "note: the catalog has is_sale as string, not as boolean; "
        "give back the contract's types: orderlake crawl\n"
    )
    told = call("query", "-e", "select upper(is_sale) as x from processed_orders", "--offline")
    assert (told.exit_code, "the catalog has" in told.stderr) == (0, False)


@pytest.mark.parametrize("kind", ["struct<a:string>", "array<string>"])
def test_currencies_that_cannot_be_asked_for_do_not_stop_the_answer(
    project: Path, kind: str
) -> None:
    columns = [("total_amount", "decimal(38,6)"), ("currency", kind)]
    lines = "".join(
        f'{{"total_amount":1.5,"currency":{value}}}\n'
        for value in (('{"a":"EUR"}', '{"a":"USD"}') if "struct" in kind else ('["E"]', '["U"]'))
    )
    mirror_with(project / ".orderlake" / "mirror" / "local" / "shop", {"b.json": lines}, columns)
    told = call("query", "-e", SUM, "--offline")
    assert told.exit_code == 0
    assert "note: this adds up money" in told.stderr


SUM = "select sum(total_amount) as x from processed_orders"
TWO = "".join(
    f'{{"product_id":"A","total_amount":1.5,"currency":"{name}"}}\n' for name in ("EUR", "USD")
)


class OtherEngine:
    """An engine that is not DuckDB, and counts what it is asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []

    def answer(self, request: QueryRequest) -> Answer:
        self.asked.append(request.name)
        currencies = iter([("EUR",), ("USD",), (None,)])
        return Answer((Column("currency", "varchar"),), currencies)

    def fingerprint(self) -> str:
        return ""


@pytest.mark.parametrize("name", ["athena", "trino"])
def test_an_engine_without_a_price_is_asked_which_currencies_are_added_up(
    project: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine, settings = OtherEngine(name), load("local")
    assert print_advice(QueryRequest("-e", SUM), engine)
    note_mixed_currencies(settings, engine)
    assert "(EUR, USD and rows without a currency)" in capsys.readouterr().err
    assert not print_advice(QueryRequest("-e", f"{SUM} where currency = 'EUR'"), engine)
    assert engine.asked == ["currencies"]


def test_athena_on_aws_is_not_asked_and_the_mirror_names_the_currencies(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine, settings = OtherEngine("athena"), load("aws")
    note_mixed_currencies(settings, engine)
    assert capsys.readouterr().err.startswith("note: this adds up money; where rows have several")
    columns = [("product_id", "string"), ("total_amount", "decimal(38,6)"), ("currency", "string")]
    mirror_with(project / ".orderlake" / "mirror" / "aws" / "shop", {"a.json": TWO}, columns)
    note_mixed_currencies(settings, engine)
    assert "(EUR and USD)" in capsys.readouterr().err
    assert engine.asked == []


def test_trino_can_be_asked_and_tells_where_none_answers(project: Path) -> None:
    code, message = failing(
        "query", "-e", "select 1 as x", "--engine", "trino", "--trino-url", DEAD
    )
    assert code == 1
    assert f"no answer from {DEAD}/v1/statement" in message


def test_where_nothing_answers_the_mirror_does_and_says_its_age(project: Path) -> None:
    result = call("query", "totals", "--format", "json")
    assert json.loads(result.stdout)[0]["product_id"] == "MUG"
    assert (
        f"no local AWS answers at {DEAD}; answering from the mirror of 'memory', synced"
        in result.stderr
    )
    assert result.exit_code == 0


def test_offline_loads_no_aws_library(project: Path) -> None:
    code = """if True:
        import sys
        from orderlake.cli import cli
        cli.main(["query", "totals", "--offline"], standalone_mode=False)
        assert not {"boto3", "botocore"} & sys.modules.keys()
    """
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_table_shows_money_with_the_digits_that_count(project: Path) -> None:
    lines = [line.split() for line in call("query", "totals", "--offline").stdout.splitlines()]
    assert ["MUG", "7.950"] in lines
    assert ["PEN", "0.999"] in lines


@pytest.mark.parametrize("form", ["jsonl", "markdown", "chart"])
def test_every_format_prints_the_products(project: Path, form: str) -> None:
    assert "MUG" in call("query", "totals", "--offline", "--format", form).stdout


def test_without_a_name_the_questions_are_listed(project: Path) -> None:
    assert call("query").stdout == "totals  What was earned?\n"


def test_an_expression_takes_bound_parameters(project: Path) -> None:
    sql = "select count(*) as n from processed_orders where product_id = :p"
    result = call("query", "-e", sql, "--param", "p=MUG", "--offline", "--format", "csv")
    assert result.stdout == "n\n2\n"


def failing(*args: str) -> tuple[int, str]:
    """Return exit code and message of a command that must not succeed."""
    result = call(*args)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    return result.exit_code, result.stderr


def test_an_unknown_name_lists_the_known_ones(project: Path) -> None:
    code, message = failing("query", "total", "--offline")
    assert code == 2
    assert "did you mean 'totals'? known: totals" in message


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("totals", "-e", "select 1 as x"), 2, "both a name and -e"),
        (("totals", "--param", "x"), 2, "is not NAME=VALUE"),
        (("-e", "select"), 2, "not Athena SQL"),
        (("-e", "select 1 from x where"), 2, "line 1:22: mismatched input '<EOF>'. Expecting:"),
        (
            ("-e", "select nope from processed_orders"),
            2,
            "error: line 1:8: Column 'nope' cannot be resolved\n",
        ),
        (("-e", "select quantity || 1 as x from processed_orders"), 2, "error: line 1:17: "),
        (("-e", "select approx_distinct(1) as y"), 1, "on Athena: --engine"),
        (("-e", "select country from processed_orders"), 1, "needs country, which"),
        (
            ("-e", "select upper(country) as country from processed_orders where country > 'A'"),
            1,
            "needs country, which",
        ),
        (("-e", "select product_id ilike 'm' as x from processed_orders"), 1, "has no ilike"),
        (("-e", "select 1 / 0 as x"), 1, "ivision by zero"),
        (("totals", "--format", "yaml"), 2, "yaml"),
        (("totals", "--prefix", "other"), 1, "nothing is mirrored"),
    ],
)
def test_a_bad_question_gets_a_line_and_a_next_step(
    project: Path, args: tuple[str, ...], code: int, message: str
) -> None:
    got, text = failing("query", *args, "--offline")
    assert message in text
    assert got == code


def test_advice_is_printed_and_the_answer_too(project: Path) -> None:
    result = call("query", "-e", "select product_id from processed_orders limit 1", "--offline")
    assert "limit-without-order" in result.stderr
    assert result.exit_code == 0


def test_lint_says_that_all_is_well(project: Path) -> None:
    result = call("lint")
    assert result.stdout == "1 of 1 queries answer alike on Athena and DuckDB\n"
    assert result.exit_code == 0


def test_lint_refuses_and_says_why(project: Path) -> None:
    result = call("lint", "-e", "select product_id::varchar as x from processed_orders")
    assert "[double-colon]" in result.stdout
    assert result.exit_code == 1


def test_lint_speaks_json(project: Path) -> None:
    (entry,) = json.loads(call("lint", "--json", "-e", "select 1 / 2 as a\nlimit 5").stdout)
    assert (entry["rule"], entry["line"]) == ("limit-without-order", 2)


def test_parity_of_a_query_with_itself_is_equal(project: Path) -> None:
    result = call("parity", "--left", "duckdb", "--right", "duckdb")
    assert result.stdout == "totals  equal, 2 rows\n"
    assert result.exit_code == 0


def test_parity_finds_what_was_changed_in_a_recording(project: Path) -> None:
    folder = project / "recorded"
    call("parity", "--left", "duckdb", "--right", "duckdb", "--record", str(folder))
    assert call("parity", "--replay", str(folder)).exit_code == 0
    path = folder / "totals.json"
    path.write_text(path.read_text().replace("7.950000", "7.950001"))
    result = call("parity", "--replay", str(folder))
    assert result.exit_code == 1
    assert "row in total" in result.stdout
    assert "duckdb   MUG | 7.950000" in result.stdout
    assert "recorded MUG | 7.950001" in result.stdout


def test_parity_speaks_json(project: Path) -> None:
    result = call("parity", "--left", "duckdb", "--right", "duckdb", "--json")
    assert json.loads(result.stdout)["queries"][0]["status"] == "equal"


def test_parity_with_an_unknown_engine_lists_the_known_ones(project: Path) -> None:
    code, message = failing("parity", "--right", "duckbd")
    assert code == 2
    assert "did you mean 'duckdb'" in message


def test_a_statement_that_is_not_a_question_is_refused_in_our_words_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orderlake", "query", "-e", "explain select 1", "--offline"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: not a question: it begins with explain\n")
