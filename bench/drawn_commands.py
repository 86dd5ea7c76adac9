"""The commands that are stopped: how often each is drawn, and how it may end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, how often it is drawn, and about how long it takes in seconds."""

    words: tuple[str, ...]
    weight: int
    seconds: float
    # A second try may end with 1 where it tells of refused or rejected data, not of a failure.
    endings: tuple[int, ...] = (0,)
    # Whether it works in this folder only, so that the next command may do so, too.
    is_offline: bool = False


SAMPLE = ("sample", "--rows", "20000", "--out", "sample.csv", "--force")
COUNT = ("query", "-e", "select count(*) as n from processed_orders", "--format", "json")
COMMANDS = (
    Command(("upload", "{file}"), 12, 1.5),
    Command(("upload", "files"), 4, 4),
    Command(("crawl",), 8, 1.5),
    Command(("sync",), 8, 0.8),
    Command(("query", "top_products"), 8, 1),
    Command((*COUNT, "--offline"), 14, 0.5, is_offline=True),
    Command(("query", "top_products", "--engine", "athena"), 4, 1.5),
    Command(("parity", "top_products", "--record", "recorded"), 3, 2),
    Command(("report",), 5, 2),
    Command(("report", "--env", "offline"), 6, 1.5, is_offline=True),
    Command(("status",), 6, 0.8),
    Command(("status", "--repair"), 4, 1),
    Command(("rejected",), 4, 0.6),
    Command(("rejected", "--csv", "corrections"), 5, 0.8),
    Command(("replay", "raw/*"), 4, 3),
    Command(("logs",), 3, 0.6),
    Command(("transform", "files", "--out", "out"), 16, 1, (0, 1), is_offline=True),
    Command(SAMPLE, 12, 1, is_offline=True),
    Command(("lint",), 6, 0.5, is_offline=True),
    Command(("schema", "out/processed"), 4, 0.3, (0, 1, 2), is_offline=True),
    Command(("doctor",), 3, 0.6, (0, 1), is_offline=True),
    Command(("deploy", "--plan"), 3, 1.5),
    Command(("deploy",), 4, 2),
    Command(("local", "up"), 3, 0.2),
    Command(("local", "status"), 2, 0.2),
    Command(("demo", "--rows", "200"), 1, 6),
    Command(("destroy",), 1, 3),
    Command(("local", "down"), 2, 0.6),
)
