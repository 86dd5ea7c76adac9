"""Evidence that rows which count as sales are returns, by columns that are not read. Pure.

A file has one status, or one column of kinds. What a further column says is told.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from order_transform.contract.definition import QUANTITY
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.choices import Choice
from order_transform.reading.doubts.first_rows import FirstRows
from order_transform.reading.rows.csv_rows import cell_at
from order_transform.reading.statuses import counted_as_sales, status_place

_MOST_KINDS = 50  # a column with more texts says something else
# What a header has in which a word such as `failed` or `lost` is about the order.
STATUS_WORDS = frozenset(
    {"status", "state", "statut", "etat", "estado", "stato", "situacao", "stan", "durum", "zustand"}
)
# The headers of columns that say on which side of an account a row stands, and their two sides.
_SIDES = frozenset(
    {
        "sh",
        "sollhaben",
        "sollhabenkennzeichen",
        "shkennzeichen",
        "shkz",
        "drcr",
        "crdr",
        "dc",
        "debitcredit",
        "creditdebit",
        "dcindicator",
        "debehaber",
        "dareavere",
        "debitkredit",
    }
)
_DIRECTIONS = frozenset(
    {
        "direction",
        "inout",
        "flow",
        "richtung",
        "sens",
        "sentido",
        "direzione",
        "direcao",
        "richting",
    }
)
_TYPES = frozenset(
    {
        "transactiontype",
        "transactioncode",
        "transtype",
        "transcode",
        "trantype",
        "trancode",
        "txntype",
        "txncode",
        "trxtype",
        "tcode",
        "saletype",
        "salestype",
        "recordtype",
        "linetype",
        "doctype",
        "documenttype",
    }
)
_DEBITS = frozenset({"s", "soll", "d", "dr", "debit", "debe", "dare"})
_CREDITS = frozenset({"h", "haben", "c", "cr", "credit", "haber", "avere", "kredit", "k"})
_OUT = frozenset({"out", "outgoing", "outbound", "ausgang", "sortie", "salida", "uscita", "saida"})
_IN = frozenset({"in", "incoming", "inbound", "eingang", "entree", "entrada", "entrata"})
# The headers of such columns, and what they have on either side.
_PAIRS = (
    (_SIDES, _DEBITS, _CREDITS),
    (_DIRECTIONS, _OUT, _IN),
    (_TYPES, frozenset({"s", "sale", "sal"}), frozenset({"r", "ret", "rtn"})),
)
_NOTES = re.compile(
    "notes?|comments?|remarks?|memo|bemerkung(?:en)?|notiz|kommentar|anmerkung|remarque|commentaire"
    "|observaciones|comentarios?|notas?|osservazioni|opmerking|uwagi|poznamka"
)
_NOUNS = frozenset({"refund", "void", "reversal", "storno", "retour"})  # `Refund policy sent`
_STEM = 5  # letters that a return's name and a status about it have in common


def returns_in_other_columns(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that a column which is not the status calls returned or cancelled."""
    columns, words = first.columns, first.words
    status, _ = status_place(columns, words)
    for place in columns.extra.values():
        label = columns.labels[place]
        if place == status or label in columns.marks:
            continue
        is_status = not STATUS_WORDS.isdisjoint(header_words(label))
        meant = words.returns | words.no_sale if is_status else words.returns
        # A column may say which card was used.
        found = _cells(first, place, meant - {"credit"})
        if found:
            yield _counted(first, label, _shown(found), found.total())


def sides(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column that says of each row whether it is a debit or a credit, in or out."""
    columns = first.columns
    for place in columns.extra.values():
        label = columns.labels[place]
        for headers, one, other in _PAIRS:
            if normalise(label) not in headers:
                continue
            found, contrary = _cells(first, place, one), _cells(first, place, other)
            if found and contrary:
                says = f"{_shown(found)} and {_shown(contrary)}"
                yield _counted(first, label, says, min(found.total(), contrary.total()))


def returns_in_notes(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows whose note begins as a status does: `cancelled by phone`."""
    columns, words = first.columns, first.words
    stems = {name[:_STEM] for name in words.return_names if len(name) > _STEM}
    meant = {name for name in words.no_sale - _NOUNS if name[:_STEM] in stems}
    for place in columns.extra.values():
        label = columns.labels[place]
        if not any(map(_NOTES.fullmatch, header_words(label))):
            continue
        texts = {cell_at(row, place) for row in first.rows}
        odd = {text for text in texts if meant.intersection(header_words(text)[:1])}
        rows = [row for row in first.rows if odd and cell_at(row, place) in odd]
        found = [cell_at(row, place) for row in rows if counts_as_sale(first, row)]
        if found:
            yield counted_as_sales(
                f"{label!r} is such as '{found[0][:40]}' in {first.share(found)}, which count as"
                " sales",
                "export a status that says which rows are sales, or a negative quantity in returns",
                rows=len(found),
            )


def _cells(first: FirstRows, place: int, names: frozenset[str]) -> Counter[str]:
    """Count the cells of a column of kinds that are such a word, in rows that are not returns."""
    kinds = set(map(str.strip, first.cells(place)))
    if len(kinds) > _MOST_KINDS:
        return Counter()
    meant = {text for text in kinds if normalise(text) in names}
    if not meant:
        return Counter()
    rows = (row for row in first.rows if cell_at(row, place).strip() in meant)
    return Counter(cell_at(row, place).strip() for row in rows if counts_as_sale(first, row))


def counts_as_sale(first: FirstRows, row: Sequence[str]) -> bool:
    """Tell whether a row adds to the sales, as far as its quantity and its status say."""
    columns, words = first.columns, first.words
    place = columns.fields[QUANTITY]
    quantity = cell_at(row, place).strip()
    is_return = quantity.startswith(("-", "(", "\u2212"))
    if place < columns.header_width and (is_return or not re.search("[1-9]", quantity)):
        return False
    status, is_kind = status_place(columns, words)
    no_sale = words.no_sale | words.returns if is_kind else words.no_sale
    return status < 0 or normalise(cell_at(row, status)) not in no_sale


def _shown(cells: Counter[str]) -> str:
    return f"'{cells.most_common(1)[0][0]}' in {cells.total():,}"


def _counted(first: FirstRows, label: str, says: str, rows: int) -> Choice[object]:
    return counted_as_sales(
        f"{label!r} is {says} of the {first.looked_at()}, which count as sales",
        f'--map status="{label}" if it says which rows are sales, with its texts under'
        " no_sale in the contract; or a negative quantity in returns",
        rows=rows,
    )
