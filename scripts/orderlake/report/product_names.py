"""Show products by their names, if the shop's files have names: people know mugs, not SKU-00017.

It asks an engine for the names of the products in the answers, and puts them beside the ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from athena_sql.errors import SqlError, UnreadableData

from orderlake.engines import Engine, QueryRequest
from orderlake.report.section import Field, Grid, Section

# The columns with a product's id in queries, and the title of the name beside it.
NAMES = {
    "product_id": "product_name",
    "product": "product_name",
    "other_product": "other_product_name",
}
# Longer answers are lists to search in, and names for all rows would cost too much.
LARGEST_ROWS = 200
# A product is named as most of its order lines name it.
SQL = """
with counted as (
    select product_id, product_name, count(*) as order_lines
    from processed_orders
    where product_name is not null and product_id in ({ids})
    group by 1, 2
),
ranked as (
    select
        product_id,
        product_name,
        row_number() over (
            partition by product_id order by order_lines desc, product_name
        ) as place
    from counted
)
select product_id, product_name from ranked where place = 1
"""


def name_products(engine: Engine, sections: Sequence[Section]) -> list[Section]:
    """Return the sections; those with product ids get a column of names beside these."""
    ids = sorted({product for section in sections for product in products_of(section)})
    names = ask_names(engine, ids) if ids else {}
    return [with_names(section, names) for section in sections] if names else list(sections)


def ask_names(engine: Engine, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of products; none if the data has no names that can be asked for."""
    values = {f"id{number}": one for number, one in enumerate(ids)}
    sql = SQL.format(ids=", ".join(f":{name}" for name in values))
    try:
        rows = engine.answer(QueryRequest("product names", sql, values)).rows
        return {str(one): str(name) for one, name in rows}
    except UnreadableData:
        raise
    except SqlError:
        return {}


def id_fields(grid: Grid) -> list[tuple[int, str]]:
    """Return the positions of ids, each with the title of its names."""
    known = {field.name for field in grid.fields}
    return [
        (place, NAMES[field.name])
        for place, field in enumerate(grid.fields)
        if field.name in NAMES and field.kind == "text" and NAMES[field.name] not in known
    ]


def products_of(section: Section) -> set[str]:
    """Return the products in an answer."""
    grid = section.grid
    if grid is None or grid.total > LARGEST_ROWS:
        return set()
    return {row[place] or "" for place, _ in id_fields(grid) for row in grid.rows} - {""}


def with_names(section: Section, names: Mapping[str, str]) -> Section:
    """Return a section with names beside its ids; its chart is labelled by them."""
    grid, chart = section.grid, section.chart
    if grid is None or not products_of(section) & set(names):
        return section
    for place, title in reversed(id_fields(grid)):
        if chart and chart.kind == "bar" and chart.label == grid.fields[place].name:
            chart = replace(chart, label=title)
        fields = list(grid.fields)
        fields.insert(place + 1, Field(title, "text"))
        rows = tuple(
            (*row[: place + 1], names.get(row[place] or "", row[place]), *row[place + 1 :])
            for row in grid.rows
        )
        grid = Grid(tuple(fields), rows, grid.total)
    return replace(section, grid=grid, chart=chart)
