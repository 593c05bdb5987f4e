"""Where the boxes and bands of a picture lie, from left to right: you, your reasons, the viewers, the title.

Down the page everything is counted in pixels, across it in hundredths of its width, so that one drawing fits wide and
narrow windows: boxes keep their height, and names are cut where there is no room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model import schema
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.explain.picture import Branch, Picture, Stop

#: The colour of each label's nodes, as in the style for Neo4j Browser.
COLOURS: Final = {
    schema.USER.label: "#E69F00",
    schema.TITLE_NODE.label: "#0072B2",
    schema.GENRE.label: "#20B08A",
    schema.GROUP.label: "#D990B8",
    schema.PERSON.label: "#F0E442",
}
#: You, and what has no label: all viewers together, and everything that is not drawn.
YOU: Final = "#B53D00"
_GREY: Final = "#9AA3AF"

#: The edges of the four columns, in hundredths of the width.
_YOU, _FIRST, _SECOND, _TITLE = (0.0, 9.0), (16.0, 43.0), (52.5, 79.0), (86.0, 100.0)

#: How high the whole score is, and the least that a box and a single viewer take; all in pixels.
_WHOLE, _BOX, _VIEWER, _GAP = 240.0, 46.0, 22.0, 12.0


@dataclass(frozen=True, slots=True)
class Box:
    """One node as it is drawn; ``kind`` is ``you``, ``title``, ``box``, or ``viewer`` for one without words."""

    kind: str
    left: float
    width: float
    top: float
    height: float
    colour: str
    name: str = ""
    note: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A step as wide as its share: the outline of an area in the drawing's units."""

    outline: str
    colour: str
    share: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All boxes and bands, and how high they are together."""

    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    height: float


def drawing_of(picture: Picture, *, anonymous: bool) -> Drawing:
    """Lay out a picture.

    Parameters
    ----------
    picture
        The picture.
    anonymous
        Whether other viewers stay without a name.
    """
    rows = [_row(branch, anonymous) for branch in picture.branches]
    if picture.others.count:
        rows.append(_rest(picture))
    used = sum(row.height for row in rows) + _GAP * (len(rows) - 1)
    height = max(used, _WHOLE)
    ends, top = (height - _WHOLE) / 2, (height - used) / 2
    boxes = [
        Box("you", *_span(_YOU), ends, _WHOLE, YOU, "You"),
        Box("title", *_span(_TITLE), ends, _WHOLE, COLOURS[schema.TITLE_NODE.label], picture.title),
    ]
    bands: list[Band] = []
    given = taken = ends
    for row in rows:
        middle = top + row.height / 2
        boxes.append(_placed(row.first, middle))
        bands.append(_band(_YOU[1], given, _FIRST[0], middle - row.share * _WHOLE / 2, row.share, row.colour))
        given += row.share * _WHOLE
        taken = _second(row, middle, taken, boxes, bands)
        top += row.height + _GAP
    return Drawing(tuple(boxes), tuple(bands), height)


@dataclass(frozen=True, slots=True)
class _Row:
    """One reason before it has a place: its box, the steps after it, and what it gives."""

    first: Box
    seconds: Sequence[tuple[Box, float]]
    share: float
    colour: str

    @property
    def height(self) -> float:
        return max(self.first.height, sum(box.height for box, _ in self.seconds))


def _row(branch: Branch, anonymous: bool) -> _Row:
    reason, before = branch.reason, branch.before
    whole = percent(reason.share, 0, least="under 1")
    hint = f"{branch.text}: {percent(reason.share, 1)} of the score"
    hint += f"; {branch.support}" if branch.support else ""
    colour = COLOURS.get(reason.label, _GREY)
    if before is None:
        note = f"{whole} · {branch.support}" if branch.support else whole
        first = _box(_FIRST, reason.share, colour, reason.name, note, hint)
        seconds = [(_step(step, branch, anonymous), step.share) for step in branch.after]
        return _Row(first, seconds, reason.share, colour)
    first = _box(_FIRST, reason.share, COLOURS.get(before.label, _GREY), before.name, "", hint)
    second = _box(_SECOND, reason.share, colour, reason.name, whole, hint)
    return _Row(first, [(second, reason.share)], reason.share, colour)


def _rest(picture: Picture) -> _Row:
    others = picture.others
    name, whole = others.text, percent(others.share, 0, least="under 1")
    hint = f"{name}: {percent(others.share, 1)} of the score"
    return _Row(_box(_FIRST, others.share, _GREY, name, whole, hint), (), others.share, _GREY)


def _step(step: Stop, branch: Branch, anonymous: bool) -> Box:
    whole = percent(step.share, 1)
    if step.label == schema.USER.label and step.id and anonymous:
        hint = f"a viewer who liked both: {whole} of the score"
        return Box("viewer", *_span(_SECOND), 0.0, _VIEWER, COLOURS[step.label], hint=hint)
    is_viewer = step.label == schema.USER.label and step.id
    name = f"viewer {step.id}" if is_viewer else step.name
    hint = f"{branch.text}; {name}: {whole} of the score"
    return _box(_SECOND, step.share, COLOURS.get(step.label, _GREY), name, whole, hint)


def _box(column: tuple[float, float], share: float, colour: str, name: str, note: str, hint: str) -> Box:
    """Return a box that is as high as its band is wide, or as its two lines need."""
    return Box("box", *_span(column), 0.0, max(_BOX, share * _WHOLE), colour, name, note, hint)


def _span(column: tuple[float, float]) -> tuple[float, float]:
    return column[0], column[1] - column[0]


def _placed(box: Box, middle: float) -> Box:
    return replace(box, top=middle - box.height / 2)


def _second(row: _Row, middle: float, taken: float, boxes: list[Box], bands: list[Band]) -> float:
    """Draw what lies between a reason and the title; return how far the title's edge is taken."""
    start = middle - row.share * _WHOLE / 2
    if not row.seconds:
        bands.append(_band(_FIRST[1], start, _TITLE[0], taken, row.share, row.colour))
        return taken + row.share * _WHOLE
    top = middle - sum(box.height for box, _ in row.seconds) / 2
    for box, share in row.seconds:
        thick, centre = share * _WHOLE, top + box.height / 2
        boxes.append(_placed(box, centre))
        left, right = _edges(box)
        bands.append(_band(_FIRST[1], start, left, centre - thick / 2, share, row.colour))
        bands.append(_band(right, centre - thick / 2, _TITLE[0], taken, share, row.colour))
        top, start, taken = top + box.height, start + thick, taken + thick
    return taken


def _edges(box: Box) -> tuple[float, float]:
    """Return where bands meet a box; at a viewer's dot they do so in the middle of the column."""
    middle = box.left + box.width / 2
    return (middle, middle) if box.kind == "viewer" else (box.left, box.left + box.width)


def _band(left: float, top: float, right: float, end: float, share: float, colour: str) -> Band:
    """Return a band from one edge to another, bent so that it leaves and arrives level."""
    low, low_end, bend = top + share * _WHOLE, end + share * _WHOLE, (left + right) / 2
    upper = f"M{left:.2f} {top:.2f}C{bend:.2f} {top:.2f} {bend:.2f} {end:.2f} {right:.2f} {end:.2f}"
    lower = f"V{low_end:.2f}C{bend:.2f} {low_end:.2f} {bend:.2f} {low:.2f} {left:.2f} {low:.2f}Z"
    return Band(upper + lower, colour, share)
