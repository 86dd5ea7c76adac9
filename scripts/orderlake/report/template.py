"""Fill the page's templates. Every value is escaped, unless a template says that it is safe."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orderlake.report.amounts import moment_text
from orderlake.report.card import anchor


def fill(name: str, **values: object) -> Markup:
    """Return `templates/NAME` with its values as HTML that other templates may hold."""
    return Markup(environment().get_template(name).render(values))  # noqa: S704 (it is escaped)


@cache
def environment() -> Environment:
    """Return the templates; one that names an unknown value fails instead of showing nothing."""
    found = Environment(
        loader=PackageLoader("orderlake.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"moment_text": moment_text, "anchor": anchor}
    return found
