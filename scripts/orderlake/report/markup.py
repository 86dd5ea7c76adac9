"""The pieces of HTML that every part of the page uses. Pure; it escapes all that it is given."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from orderlake.report.amounts import moment_text
from orderlake.report.section import Field


def when(moment: datetime) -> str:
    """Return a moment that the script follows with its age."""
    return f'<time data-age datetime="{moment.isoformat()}">{moment_text(moment)}</time>'


def figure(title: str, value: str, detail: str = "") -> str:
    """Return one figure of a description list; `detail` is small print."""
    small = f"<small>{escape(detail)}</small>" if detail else ""
    return f"<div><dt>{escape(title)}</dt><dd>{escape(value)}{small}</dd></div>"


def folded(summary: str, content: str, is_open: bool = False) -> str:
    """Return HTML content behind a line that opens it."""
    return (
        f"<details{' open' if is_open else ''}><summary>{escape(summary)}</summary>"
        f"{content}</details>"
    )


def few(items: Sequence[str], limit: int = 5) -> str:
    """Return the first items of a list, and how many more there are."""
    shown = [f"<li>{escape(item)}</li>" for item in items[:limit]]
    if len(items) > limit:
        shown.append(f"<li>and {len(items) - limit:,} more: orderlake status --json</li>")
    return f"<ul>{''.join(shown)}</ul>"


def table(
    caption: str,
    fields: Sequence[Field],
    rows: Iterable[Sequence[str | None]],
    label: str = "",
    name: str = "",
) -> str:
    """Return a table in a frame that scrolls sideways on its own, and by keyboard.

    `label` names the frame among all others, `name` the answer that the script puts in.
    """
    heads = "".join(f'<th scope="col" class="{f.kind}">{escape(f.title)}</th>' for f in fields)
    body = "".join(
        "<tr>"
        + "".join(cell(field, value) for field, value in zip(fields, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="frame" tabindex="0" role="region" aria-label="{escape(label or caption)}">'
        f"<table{f' data-table={name}' if name else ''}><caption>{escape(caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def cell(field: Field, value: str | None) -> str:
    """Return one cell; NULL is a dash, which is not the same as an empty text."""
    if value is None:
        return f'<td class="{field.kind} null" aria-label="no value">&ndash;</td>'
    return f'<td class="{field.kind}">{escape(value)}</td>'
