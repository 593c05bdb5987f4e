"""Draw what each walk is on a small graph: ``python docs/walk_pictures.py`` writes ``docs/images/walk-….svg``.

The graph is that of ``docs/example``. For one viewer and one title each picture has the single walks of one walk, as
its explanation gives them: a line is as wide as the share of the score that walks along it have.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path as File
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import cinewalk
from cinewalk.graph.model.settings import PrivacyParameters, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cinewalk.queries.explain.paths import PathNode

ROOT: Final = File(__file__).resolve().parent.parent

#: What is drawn, by the walk's name: for whom, and which title.
DRAWN: Final = {
    "shared-viewers": ("ada", "Parasite"),
    "shared-titles": ("bo", "Persepolis"),
    "learned-titles": ("ada", "Parasite"),
    "learned-viewers": ("bo", "Persepolis"),
    "spectral-titles": ("ada", "Parasite"),
    "sequence": ("ada", "Parasite"),
    "pagerank": ("ada", "Parasite"),
}
_MOST, _LEAST = 8, 0.02
_COLOURS: Final = {"User": "#dfeaf5", "Title": "#e3f0e0", "Genre": "#f4e9d8", "Person": "#efe3f1"}
_COLUMN, _ROW, _NODE, _HEIGHT, _EDGE = 210, 46, 150, 28, 22

_Step = tuple["PathNode", "PathNode", int]


def draw(walk: str) -> str:
    """Return the picture of a walk as SVG."""
    user, title = DRAWN[walk]
    nobody_is_real = Settings(privacy=PrivacyParameters(smallest=0))
    recommender = cinewalk.Recommender(cinewalk.load(ROOT / "docs" / "example"), settings=nobody_is_real)
    why = recommender.explain(user, title, walk=walk)
    paths = [path for path in why.paths(_MOST) if path.share >= _LEAST]
    columns: dict[PathNode, int] = {}
    steps: Counter[_Step] = Counter()
    for path in paths:
        for place, (start, end) in enumerate(zip(path.nodes, path.nodes[1:], strict=False)):
            columns.setdefault(start, place)
            steps[start, end, place] += path.share
    columns[paths[0].nodes[-1]] = max(columns.values()) + 1
    return _picture(walk, user, paths[0].nodes[-1], columns, steps)


def _picture(
    walk: str, user: str, title: PathNode, columns: Mapping[PathNode, int], steps: Mapping[_Step, float]
) -> str:
    places = _places(columns)
    width = max(left for left, _ in places.values()) + _NODE + _EDGE
    height = max(top for _, top in places.values()) + _HEIGHT + _EDGE
    svg = ET.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", width=str(width)
    )
    svg.set("font-family", "DejaVu Sans, Helvetica, Arial, sans-serif")
    ET.SubElement(svg, "title").text = f"How {walk} leads from {user} to {title.name}"
    for (start, end, _), share in sorted(steps.items(), key=lambda step: step[0][2]):
        _line(svg, places[start], places[end], share)
    for node, (left, top) in places.items():
        box = {"x": str(left), "y": str(top), "width": str(_NODE), "height": str(_HEIGHT), "rx": "6"}
        ET.SubElement(svg, "rect", box | {"fill": _COLOURS[node.label], "stroke": "#888888"})
        middle = {"x": str(left + _NODE // 2), "y": str(top + 18), "text-anchor": "middle", "font-size": "11"}
        ET.SubElement(svg, "text", middle | {"fill": "#111111"}).text = _short(node.name)
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _places(columns: Mapping[PathNode, int]) -> dict[PathNode, tuple[int, int]]:
    """Put nodes below each other in their columns, each column in the middle."""
    by_column: dict[int, list[PathNode]] = {}
    for node, column in columns.items():
        by_column.setdefault(column, []).append(node)
    rows = max(map(len, by_column.values()))
    return {
        node: (_EDGE + column * _COLUMN, _EDGE + round((rows - len(nodes)) * _ROW / 2) + row * _ROW)
        for column, nodes in by_column.items()
        for row, node in enumerate(nodes)
    }


def _line(svg: ET.Element, start: Sequence[int], end: Sequence[int], share: float) -> None:
    left, right = (start[0] + _NODE, start[1] + _HEIGHT // 2), (end[0], end[1] + _HEIGHT // 2)
    half = (left[0] + right[0]) // 2
    curve = f"M {left[0]} {left[1]} C {half} {left[1]}, {half} {right[1]}, {right[0]} {right[1]}"
    style = {
        "fill": "none",
        "stroke": "#5a7fa6",
        "stroke-opacity": ".6",
        "stroke-width": f"{1 + 20 * share:.1f}",
    }
    line = ET.SubElement(svg, "path", {"d": curve} | style)
    ET.SubElement(line, "title").text = f"{share:.0%} of the score"


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"


if __name__ == "__main__":
    for name in DRAWN:
        picture = ROOT / "docs" / "images" / f"walk-{name}.svg"
        picture.write_text(draw(name), encoding="utf-8")
