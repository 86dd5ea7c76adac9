"""The options of the command transform that settle what a file leaves unclear."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from orderlake.cli.transform import transform

PRICES = "sku,quantity,amount\nMUG,2,7.50\nPEN,3,1.20\n"
CENTS = "sku,quantity,unit_amount\nMUG,5,1250\nPEN,2,100\n"


@pytest.mark.parametrize(
    ("rows", "option", "value", "total"),
    [
        (PRICES, "--price-is", "unit", "18.60"),
        (PRICES, "--price-is", "line", "8.70"),
        (CENTS, "--amounts-in", "smallest_unit", "64.50"),
        (CENTS, "--amounts-in", "currency", "6450.00"),
    ],
)
def test_a_refusal_names_the_option_that_settles_it_and_the_line_of_the_contract(
    rows: str, option: str, value: str, total: str, tmp_path: Path
) -> None:
    source = tmp_path / "orders.csv"
    source.write_text(rows)
    asked = [str(source), "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(transform, asked)
    assert f"{option} {value}" in refused.output
    settled = CliRunner().invoke(transform, [*asked, option, value])
    assert settled.exit_code == 0
    assert f"total {total}" in settled.output
    assert f'{option[2:].replace("-", "_")} = "{value}"' in settled.output
