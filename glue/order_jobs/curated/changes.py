"""The plan from what the curated table holds to what the reports say. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from order_jobs.curated.pieces import Piece

# The compressed lines of one commit. A commit writes the table's metadata anew, which names all
# commits of some days, so where there is much to do, fewer and larger ones do it.
BATCH_BYTES = 64 << 20
MOST_BATCH_BYTES = 256 << 20
BATCH_PIECES = 500
FEW_COMMITS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit removes and adds; every source file in it is whole."""

    removed: frozenset[Piece] = frozenset()
    added: tuple[Piece, ...] = ()

    @property
    def sources(self) -> frozenset[str]:
        """The raw files that it is about."""
        return frozenset(piece.source_key for piece in (*self.removed, *self.added))


def plan_changes(
    current: Mapping[Piece, int], held: Collection[Piece], unfinished: Collection[str]
) -> list[Change]:
    """Return the changes that make the table hold `current`, some source files in each.

    `current` has the sizes in bytes. The rows of `unfinished` source files stay as they are.
    """
    wanted, present = by_source(current), by_source(held)
    batches: list[Change] = []
    for batch in batched_sources(differing(wanted, present, unfinished), wanted, current):
        removed = {piece for key in batch for piece in present[key] - wanted[key]}
        added = sorted(piece for key in batch for piece in wanted[key] - present[key])
        batches.append(Change(frozenset(removed), tuple(added)))
    return batches


def by_source(pieces: Iterable[Piece]) -> defaultdict[str, set[Piece]]:
    """Return the pieces by their raw file."""
    found: defaultdict[str, set[Piece]] = defaultdict(set)
    for piece in pieces:
        found[piece.source_key].add(piece)
    return found


def differing(
    wanted: Mapping[str, set[Piece]], present: Mapping[str, set[Piece]], unfinished: Collection[str]
) -> list[str]:
    """Return the raw files whose rows in the table are not the current ones."""
    keys = sorted({*wanted, *present} - {*unfinished})
    return [key for key in keys if wanted.get(key) != present.get(key)]


def batched_sources(
    keys: Sequence[str], wanted: Mapping[str, set[Piece]], sizes: Mapping[Piece, int]
) -> Iterator[list[str]]:
    """Yield raw files together as long as their objects are not too large or too many together."""
    batch: list[str] = []
    size_bytes = count = 0
    most_bytes = batch_bytes(sum(sizes[piece] for key in keys for piece in wanted.get(key, ())))
    for key in keys:
        pieces = wanted.get(key, set())
        own = sum(sizes[piece] for piece in pieces)
        if batch and (size_bytes + own > most_bytes or count + len(pieces) > BATCH_PIECES):
            yield batch
            batch, size_bytes, count = [], 0, 0
        batch.append(key)
        size_bytes, count = size_bytes + own, count + len(pieces)
    if batch:
        yield batch


def batch_bytes(whole_bytes: int) -> int:
    """Return how large a commit of this much work may be."""
    return min(max(BATCH_BYTES, whole_bytes // FEW_COMMITS), MOST_BATCH_BYTES)
