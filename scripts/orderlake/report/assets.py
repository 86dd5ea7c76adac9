"""The page's own style and scripts, and the charting library: Chart.js from chartkick's wheel.

The library is a data file of an installed package, none of whose code is run.
"""

from functools import cache
from importlib.resources import files

from orderlake.errors import MissingTool

SCRIPTS = (
    "values.js",
    "grid.js",
    "table.js",
    "days.js",
    "currency.js",
    "download.js",
    "chart.js",
    "page.js",
)
LIBRARY = "django/static/chartkick/Chart.bundle.js"


def read_asset(name: str) -> str:
    """Return one of our own files."""
    return (files("orderlake.report") / "assets" / name).read_text("utf-8")


@cache
def read_library() -> str:
    """Return the charting library's script; raises MissingTool where it is not installed."""
    try:
        return (files("chartkick") / LIBRARY).read_text("utf-8")
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise MissingTool(
            "the charting library", "the page cannot be drawn", "install it: make report"
        ) from error


def read_style() -> str:
    """Return the style sheet."""
    return read_asset("page.css")


def read_script(is_live: bool) -> str:
    """Return our scripts as one text, so that one hash allows them all."""
    return "\n".join(map(read_asset, (*SCRIPTS, "live.js") if is_live else SCRIPTS))
