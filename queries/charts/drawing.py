"""How charts look, and how they become SVG for a page that needs no network and no script."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import altair as alt

from cinewalk.queries.charts.words import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: More groups or values than this make no readable plot.
MOST_DRAWN: Final = 30

#: Colours that people who confuse red and green tell apart (Okabe and Ito), dark enough on white.
MEASURED, WATCHED, THERE, CHANCE, TEXT = "#b34700", "#0072b2", "#6b7280", "#dde1e7", "#1f2937"

#: The width of a panel and the height of a row, in pixels.
WIDTH, STEP = 270, 24

_LINES: Final = "#9ca3af"
#: Names of groups are so wide at least, so that the panels of several plots stand one below the other.
_NAMES: Final = 150
_STYLE: Final[Mapping[str, Any]] = {
    "font": "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif",
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "grid": False,
        "domainColor": _LINES,
        "tickColor": _LINES,
        "labelColor": TEXT,
        "labelFontSize": 12,
        "labelLimit": 220,
        "labelOverlap": True,
        "titleColor": TEXT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "axisY": {"minExtent": _NAMES, "labelOverlap": False},
    "legend": {"labelColor": TEXT, "labelFontSize": 12, "symbolOpacity": 1},
}

_T = TypeVar("_T")


class Plot(NamedTuple):
    """A drawing, and what is said below it.

    Parameters
    ----------
    svg
        The drawing, with a name for who cannot see it.
    caption
        What it shows and how it is read.
    """

    svg: str
    caption: str


def data(values: Sequence[Mapping[str, Any]]) -> Any:
    """Return rows as what a chart takes."""
    return alt.InlineData(values=list(values))


def titled(chart: Any, title: str) -> Any:
    """Return a chart with what stands above it; as it is where that is empty."""
    return (
        chart.properties(title=alt.Title(title, anchor="start", color=TEXT, fontSize=13)) if title else chart
    )


def styled(chart: Any) -> Any:
    """Return a chart as it is shown alone: in the colours and type of all others, on white."""
    return chart.configure(**{**_STYLE, "background": "white"})


def svg(chart: Any, name: str) -> str:
    """Return a drawing that shrinks with its page, and tells its name to who cannot see it.

    Parameters
    ----------
    chart
        A chart of Altair.
    name
        What it shows.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(chart.to_dict() | {"config": _STYLE})
    head, _, rest = drawn.partition(">")
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', head)
    assert size is not None
    # What single marks are is said by the caption and the tables; read out one by one they are noise.
    rest = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", rest)
    box = f'viewBox="0 0 {size[1]} {size[2]}" style="max-width: {size[1]}px"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(name)}" {box}>{rest}'


def drawn_of(rows: Sequence[_T], names: Sequence[str], sizes: Sequence[float]) -> list[_T]:
    """Return the largest of some rows, in the order of their names' numbers; see :func:`report_words.in_order`."""
    kept = set(sorted(range(len(rows)), key=lambda place: -sizes[place])[:MOST_DRAWN])
    return [rows[place] for place in in_order(names) if place in kept]


def left_out(drawn: int, there: int, noun: str) -> str:
    """Say that some are not drawn.

    >>> left_out(30, 48, "groups"), left_out(3, 3, "groups")
    (' Drawn are the 30 largest of 48 groups; the tables have all.', '')
    """
    return "" if drawn == there else f" Drawn are the {drawn} largest of {there} {noun}; the tables have all."
