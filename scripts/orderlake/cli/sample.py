"""The command sample: writes realistic orders to try things with."""

from pathlib import Path

import click

from orderlake.cli.progress import waiting
from orderlake.errors import BadSetting
from orderlake.wording import count_text


@click.command()
@click.option("--rows", type=click.IntRange(min=0), default=10_000, show_default=True)
@click.option("--dirt", type=click.FloatRange(0, 1), default=0.0, help="Share of odd lines.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("orders-2026-11-22.csv"),
    show_default=True,
)
def sample(rows: int, dirt: float, seed: int, out: Path) -> None:
    """Write realistic orders to try things with.

    They have a long tail of products, repeat customers, seasons and returns.

    Example: orderlake sample --rows 100000 --dirt 0.02 --seed 7 --out orders.csv
    """
    from orderlake.order_files.sample import write_sample

    try:
        with waiting(f"writing {count_text(rows, 'order line')}"):
            write_sample(out, rows, dirt, seed)
    except OSError as error:
        raise BadSetting("--out", str(out), "command line", f"writable ({error})") from error
    click.echo(f"{out}: {count_text(rows, 'order line')}, seed {seed}")
