"""Evidence that a product is a part of the one above, by an indented name. Pure."""

import re
from collections.abc import Iterator

from order_transform.contract.definition import PRICE, PRODUCT_ID, PRODUCT_NAME
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.doubts.first_rows import FirstRows
from order_transform.reading.rows.csv_rows import cell_at

_INDENTED = re.compile(
    r"[ \t\u00a0]{2,}\S|[ \t\u00a0]*[-\u2013\u2014>\u21b3\u2514\u251c\u2022\u00b7]+\s+\S"
)


def indented_products(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with money whose product is indented below another one with money."""
    places = (first.columns.fields.get(name, -1) for name in (PRODUCT_ID, PRODUCT_NAME))
    for place in dict.fromkeys(places):
        texts = set(first.cells(place))
        indented = set(filter(_INDENTED.match, texts))
        if not indented or len(indented) == len(texts - {""}):
            continue
        group = ""
        found: list[tuple[str, str]] = []
        for row in filter(first.is_paid, first.rows):
            text = cell_at(row, place)
            if text not in indented:
                group = text
            elif group:
                found.append((text, group))
        if found:
            part, whole = found[0]
            yield Choice(
                name="bundles",
                value="counted",
                certainty=Certainty.DOUBTFUL,
                evidence=f"products such as {part!r} are indented below {whole!r}, and may be parts"
                f" of it, in {first.share(found)}, and both count",
                field=PRICE,
                remedy="export either the groups or their parts",
                rows=len(found),
            )
            return
