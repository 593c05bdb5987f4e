"""Pages for people, from the templates in ``report_page/``."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from cinewalk.clean_text import clean
from cinewalk.extras import need

if TYPE_CHECKING:
    from collections.abc import Mapping


def rendered(template: str, what: str, parts: Mapping[str, Any]) -> str:
    """Return a page: a template with its parts, all of them escaped unless the template calls one safe.

    Parameters
    ----------
    template
        The name of its file.
    what
        What the page is, for the message where a package is missing.
    parts
        The parts by their names in the template; one that is missing is an error.

    Raises
    ------
    MissingPackageError
        Where jinja2 is not installed.
    """
    need("report", what, "jinja2")
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return clean(environment.from_string(text_of(template)).render(parts), lines=True)


def text_of(name: str) -> str:
    """Return the text of a file in ``report_page/``."""
    return (resources.files("cinewalk.queries") / "report_page" / name).read_text("utf-8")
