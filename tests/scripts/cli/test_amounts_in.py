"""The option --amounts-in of the command transform."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from orderlake.cli.transform import transform


@pytest.mark.parametrize(("unit", "total"), [("smallest_unit", "64.50"), ("currency", "6450.00")])
def test_the_refusal_of_unclear_units_names_the_option_that_settles_it(
    unit: str, total: str, tmp_path: Path
) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("sku,quantity,unit_amount\nMUG,5,1250\nPEN,2,100\n")
    asked = [str(source), "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(transform, asked)
    assert f"--amounts-in {unit}" in refused.output
    settled = CliRunner().invoke(transform, [*asked, "--amounts-in", unit])
    assert settled.exit_code == 0
    assert f"total {total}" in settled.output
    assert f'amounts_in = "{unit}"' in settled.output
