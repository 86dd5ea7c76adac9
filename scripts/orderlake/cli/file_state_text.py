"""The state of a file as text for people: one line in a list, or everything known. Pure."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import TYPE_CHECKING

from orderlake.wording import age_text, count_text, size_text

if TYPE_CHECKING:
    from orderlake.pipeline.file_states import FileState


def state_line(file: FileState) -> str:
    """Return the outcome of a file in one line."""
    if file.state != "done":
        return f"{file.state:<8} {file.key}: {file.reason}"
    return f"{file.state:<8} {file.key}: {rows_text(file)}"


def state_lines(file: FileState, now: datetime) -> list[str]:
    """Return everything known about a file, and what to type next."""
    version = f", version {file.version_id}" if file.version_id else ""
    lines = [f"{file.key}: {file.state}{f': {file.reason}' if file.reason else ''}"]
    lines.append(f"  {size_text(file.size_bytes)}, {age_text(file.modified, now)}{version}")
    if file.state == "done":
        lines.append(f"  {rows_text(file)}")
    for choice in file.choices:
        title = "in doubt" if choice.is_doubt else "note"
        lines.append(f"  {title}: {choice.text}")
        lines.append(f"    because {choice.evidence}")
    if step := next_step(file):
        lines.append(f"  next: {step}")
    return lines


def rows_text(file: FileState) -> str:
    """Return the outcome of a file's rows."""
    corrected = f" ({file.corrected:,} corrected since)" if file.corrected else ""
    blank = f", {file.blank:,} blank" if file.blank else ""
    count = sum(choice.is_doubt for choice in file.choices)
    doubts = f"; {count_text(count, 'doubt')}" if count else ""
    rows = f"{count_text(file.records, 'row')}, {file.accepted:,} accepted, "
    return f"{rows}{file.rejected:,} rejected{corrected}{blank}{doubts}"


def next_step(file: FileState) -> str:
    """Return what to type about a file, or nothing if all is well."""
    name = shlex.quote(file.key)
    match file.state:
        case "failed":
            return f"orderlake logs --errors; then: orderlake replay {name}"
        case "waiting":
            return "orderlake status --repair"
        case "refused":
            return "correct the file and upload it again, under the same name"
        case _ if file.open_rejections:
            return f"orderlake rejected {name}"
        case _:
            return ""
