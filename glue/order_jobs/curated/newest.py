"""Which orders of a processed object a newer export has as well: `repeated_orders = "newest_file"`.

The ids of each object's orders lie beside the table, so that a run reads only new objects. Where
orders of an object are left to a newer export, its piece has another ETag: the object's own, `~`
and a hash of those orders. So a newer export changes the older pieces that share its orders, and
the plan replaces their rows as it does for a corrected file. Orders are compared and not their
lines, for the reason that `order_transform.contract.order_lines` gives.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from botocore.exceptions import ClientError
from order_transform.contract.definition import ORDER_ID
from order_transform.delivery.layout import NO_DATE

from order_jobs.curated.pieces import Piece
from order_jobs.curated.rows import line_keys, quote, text
from order_jobs.curated.stray import remove_stray

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

FOLDER = "curated/order_ids/"
READERS = 10
UNDATED = -1
MARK = "~"
# Instead of a hash, where no row is left.
ALL = "all"


def partition_value(object_key: str) -> str | None:
    """Return the date in `processed/orders/dt=2026-11-22/...`, None for Hive's name of none."""
    value = object_key.split("/dt=", 1)[1].split("/", 1)[0]
    return None if value == NO_DATE else value


def object_etag(piece: Piece) -> str:
    """Return the ETag of a piece's object: `abc` of `abc~1f2e3d`."""
    return piece.etag.partition(MARK)[0]


def unmarked(piece: Piece) -> Piece:
    """Return the piece with all its orders."""
    return replace(piece, etag=object_etag(piece))


def ranks(pieces: Iterable[Piece]) -> dict[Piece, int]:
    """Return how new the export of each piece is; all without a date in their name are oldest.

    Exports of one date are in the order of their names. Tables of one file are one export, unless
    they have dates of their own.
    """
    exports = {piece: (partition_value(piece.object_key), piece.source_key) for piece in pieces}
    dated = sorted({(day, key) for day, key in exports.values() if day})
    numbers = {export: number for number, export in enumerate(dated)}
    return {piece: numbers[day, key] if day else UNDATED for piece, (day, key) in exports.items()}


@dataclass(frozen=True, slots=True)
class Counted:
    """The pieces that the table has to hold, and those of which newer exports have every order."""

    pieces: Mapping[Piece, int]
    emptied: frozenset[Piece] = frozenset()


@dataclass(frozen=True, slots=True)
class OrderIds:
    """The ids of pieces' orders, in S3 and in a folder of this machine."""

    s3: "S3Client"
    bucket: str
    folder: Path
    bring: Callable[[Piece, Path], Path]

    def fetch(self, piece: Piece, path: Path) -> Path:
        """Bring the ids of a piece here; from its lines if no run has written them yet."""
        key = ids_key(piece)
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=key)
            path.write_bytes(found["Body"].read())
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "NoSuchKey":
                raise
            write_ids(self.bring(piece, path.with_suffix(".json")), path)
            self.s3.upload_file(str(path), self.bucket, key)
        return path

    def mark(self, pieces: Mapping[Piece, int], kept: Iterable[Piece]) -> Counted:
        """Return the pieces, marked where newer exports have some of their orders.

        `kept` are pieces whose rows stay as they are, and take part in the comparison.
        """
        every = list(dict.fromkeys([*pieces, *map(unmarked, kept)]))
        paths = [self.folder / f"{number}.parquet" for number in range(len(every))]
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(self.fetch, every, paths))
        digests = compare(list(zip(every, paths, strict=True)), self.superseded)
        emptied = frozenset(piece for piece in pieces if digests.get(piece.object_key) == ALL)
        left = {marked(one, digests): size for one, size in pieces.items() if one not in emptied}
        return Counted(left, emptied)

    @property
    def superseded(self) -> Path:
        """The file that has object and order of all rows that a newer export replaces."""
        return self.folder / "superseded.parquet"


def ids_key(piece: Piece) -> str:
    """Return the key of the list of a piece's ids; another version of the object has another."""
    name = hashlib.sha256(f"{piece.object_key}\t{object_etag(piece)}".encode()).hexdigest()
    return f"{FOLDER}{name}.parquet"


def remove_stale_ids(s3: "S3Client", bucket: str, pieces: Iterable[Piece], before: datetime) -> int:
    """Delete old lists of ids, but not those of `pieces`; returns how many.

    `pieces` are the current ones and those that the table holds. A run that began earlier may
    still know another piece: its list is younger than `before`, or the run writes it again.
    """
    return remove_stray(s3, bucket, FOLDER, {ids_key(piece) for piece in pieces}, before)


def marked(piece: Piece, digests: Mapping[str, str]) -> Piece:
    """Return a piece with the hash of its superseded orders, if there are any."""
    digest = digests.get(piece.object_key)
    return replace(piece, etag=f"{piece.etag}{MARK}{digest}") if digest else piece


def write_ids(lines: Path, target: Path) -> None:
    """Write the ids of the orders in a file of lines, each once; null if a row has none."""
    keys = {key.lower(): key for key in line_keys(lines)}
    rows = "select null::varchar as order_id"
    if key := keys.get(ORDER_ID):
        rows = (
            f"select distinct {quote(key)} as order_id from read_json({text(str(lines))}, "
            f"format = 'newline_delimited', maximum_object_size = 67108864, "
            f"columns = {{{text(key)}: 'VARCHAR'}})"
        )
    with duckdb.connect() as connection:
        connection.execute(f"copy ({rows}) to {text(str(target))} (format parquet)")
    lines.unlink()


def compare(pieces: list[tuple[Piece, Path]], target: Path) -> dict[str, str]:
    """Write (object_key, order_id) of superseded rows; return a hash of them for each object.

    A row without an order's id always stays. The hash is ALL where no row is left.
    """
    numbers = ranks(piece for piece, _ in pieces)
    with duckdb.connect() as connection:
        connection.execute("create table ids (object_key varchar, rank bigint, order_id varchar)")
        for piece, path in pieces:
            connection.execute(
                "insert into ids select $object_key, $rank, order_id from read_parquet($path)",
                {"object_key": piece.object_key, "rank": numbers[piece], "path": str(path)},
            )
        connection.execute(
            "create table superseded as select object_key, order_id from ids "
            "join (select order_id, max(rank) as newest from ids group by 1) using (order_id) "
            "where rank < newest"
        )
        connection.execute(f"copy superseded to {text(str(target))} (format parquet)")
        return dict(
            connection.execute(
                "select object_key, if(count(*) = any_value(i.orders), $all, "
                "left(md5(string_agg(order_id, chr(10) order by order_id)), 12)) "
                "from superseded join "
                "(select object_key, count(*) as orders from ids group by 1) i using (object_key) "
                "group by 1",
                {"all": ALL},
            ).fetchall()
        )


def drop_superseded(connection: duckdb.DuckDBPyConnection, superseded: Path) -> int:
    """Delete the rows that a newer export replaces from the table `rows`; returns what is left."""
    connection.execute(
        f"delete from rows using read_parquet({text(str(superseded))}) s "
        "where rows.source_object = s.object_key and rows.order_id = s.order_id"
    )
    (count,) = connection.execute("select count(*) from rows").fetchone() or (0,)
    return int(count)
