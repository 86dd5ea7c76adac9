"""The option --price-is of the command transform."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from orderlake.cli.transform import transform


@pytest.mark.parametrize(("meaning", "total"), [("unit", "18.60"), ("line", "8.70")])
def test_the_refusal_of_an_unclear_price_names_the_option_that_settles_it(
    meaning: str, total: str, tmp_path: Path
) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("sku,quantity,amount\nMUG,2,7.50\nPEN,3,1.20\n")
    asked = [str(source), "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(transform, asked)
    assert f"--price-is {meaning}" in refused.output
    settled = CliRunner().invoke(transform, [*asked, "--price-is", meaning])
    assert settled.exit_code == 0
    assert f"total {total}" in settled.output
    assert f'price_is = "{meaning}"' in settled.output
