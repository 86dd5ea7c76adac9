"""The command sample: writes realistic orders to try things with."""

from pathlib import Path

import click

from orderlake.cli.out_file import STANDARD_OUTPUT, out_file
from orderlake.cli.output import print_line
from orderlake.cli.progress import waiting
from orderlake.wording import count_text


@click.command()
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="How many orders.",
)
@click.option("--dirt", type=click.FloatRange(0, 1), default=0.0, help="Share of faulty lines.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("sample-2026-11-22.csv"),
    show_default=True,
    help="File to write; - is standard output.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def sample(rows: int, dirt: float, seed: int, out: Path, force: bool) -> None:
    """Write realistic orders to try things with.

    They have a long tail of products, repeat customers, seasons and returns.

    A file that is there already is left alone, unless --force is given.

    Example: orderlake sample --rows 100000 --dirt 0.02 --seed 7 --out sample.csv
    """
    from orderlake.engines.interrupt import stoppable
    from orderlake.order_files.sample import write_sample

    lines = count_text(rows, "order line")
    with (
        out_file("--out", out, is_replaced=force) as path,
        waiting(f"writing {lines}"),
        stoppable(unfinished=path),
    ):
        write_sample(path, rows, dirt, seed)
    if out != STANDARD_OUTPUT:
        print_line(f"{out}: {lines}, seed {seed}")
