"""An explanation as a picture in a page of its own, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cinewalk.queries.explain.drawing import drawing_of
from cinewalk.queries.words.templates import rendered
from cinewalk.queries.words.wording import percent, signed

if TYPE_CHECKING:
    from cinewalk.queries.explain.explanation import Explanation

#: What the extra package is asked for.
_WHAT: Final = "A picture of an explanation"


def page(why: Explanation, *, anonymous: bool) -> str:
    """Return a page with the reasons as a picture, and the shares as a table; see ``to_html``."""
    rows = [(reason.name, percent(reason.share, 1, space="")) for reason in why.shares]
    rows += [(name, f"{signed(amount)} on {why.score:.3g}") for name, amount in why.adjustments.items()]
    drawing = drawing_of(why.picture(), anonymous=anonymous)
    parts = {"title": f"Why {why.label}", "text": str(why), "drawing": drawing, "rows": rows}
    return rendered("explanation.html.j2", _WHAT, parts) + "\n"
