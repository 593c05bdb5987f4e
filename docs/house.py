"""Draw the floors of the house from its imports: ``python docs/house.py`` writes ``docs/images/house.svg``.

Which folder stands on which is read from ``[tool.importlinter]`` in ``pyproject.toml``, what each is for from its
docstring, how many files it has from the disk, and which floors of its room it uses from the imports.
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

import grimp

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURE: Final = ROOT / "docs" / "images" / "house.svg"

#: The rooms from the top down, with a colour each, and where a folder of theirs lies.
ROOMS: Final = {
    "cli": ("#f4e9d8", "src/cinewalk/cli"),
    "serve": ("#f4e9d8", "src/cinewalk/serve"),
    "queries": ("#dfeaf5", "queries"),
    "loaders": ("#e3f0e0", "loaders"),
    "graph": ("#efe3f1", "graph"),
}
_WIDTH, _USES, _ROW, _HEAD, _GAP, _INDENT = 1240, 330, 26, 34, 14, 22


class Floor(NamedTuple):
    """One folder: its module, how deep it lies in its room, how many files it has, what for, and what it stands on."""

    module: str
    depth: int
    files: int
    purpose: str
    uses: tuple[str, ...]


def floors(room: str) -> list[Floor]:
    """List the floors of a room, each above those that it may use."""
    network = grimp.build_graph("cinewalk", exclude_type_checking_imports=True, cache_dir=None)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = {contract["containers"][0]: contract["layers"] for contract in contracts}
    modules = list(_ordered(f"cinewalk.{room}", layers, 0))
    names = [module for module, _ in modules]
    return [_floor(network, module, depth, names) for module, depth in modules]


def _ordered(parent: str, layers: dict[str, list[str]], depth: int) -> Iterator[tuple[str, int]]:
    for layer in layers.get(parent, ()):
        for name in layer.split(" : "):
            module = f"{parent}.{name}"
            if _folder(module).is_dir():
                yield module, depth
                yield from _ordered(module, layers, depth + 1)


def _floor(network: grimp.ImportGraph, module: str, depth: int, others: list[str]) -> Floor:
    beside = [other for other in others if other.count(".") == 2 or _parent(other) == _parent(module)]
    uses = [
        other.rpartition(".")[2]
        for other in beside
        if not f"{module}.".startswith(f"{other}.")
        and not f"{other}.".startswith(f"{module}.")
        and network.direct_import_exists(importer=module, imported=other, as_packages=True)
    ]
    folder = _folder(module)
    files = sum(file.name != "__init__.py" for file in folder.glob("*.py"))
    return Floor(module, depth, files, _purpose(folder), tuple(uses))


def _parent(module: str) -> str:
    return module.rpartition(".")[0]


def _purpose(folder: Path) -> str:
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    return text.splitlines()[0].rstrip(".")


def _folder(module: str) -> Path:
    _, room, *floors = module.split(".")
    return ROOT.joinpath(ROOMS[room][1], *floors)


def draw() -> str:
    """Return the picture as SVG."""
    rooms = {room: floors(room) for room in ROOMS}
    height = sum(_HEAD + _ROW * len(of_room) + _GAP for of_room in rooms.values()) + 2 * _GAP + _HEAD
    svg = ET.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=str(_WIDTH),
        height=str(height),
    )
    svg.set("font-family", "DejaVu Sans, Helvetica, Arial, sans-serif")
    ET.SubElement(svg, "title").text = "The floors of cinewalk: each imports only what stands below it"
    _box(svg, 0, height, "#ffffff", "none")
    _text(
        svg, _GAP, 24, "Each floor imports only floors below it, and rooms below its own", 14, weight="bold"
    )
    _text(svg, _WIDTH - _USES, 24, "floors of its room that it uses today", 12, colour="#555555")
    top = _HEAD + _GAP // 2
    for room, (colour, place) in ROOMS.items():
        of_room = rooms[room]
        size = _HEAD + _ROW * len(of_room)
        _box(svg, top, size, colour, "#888888")
        _text(svg, 2 * _GAP, top + 22, f"{place}/", 15, weight="bold")
        _text(svg, 210, top + 22, _purpose(ROOT / place), 13)
        for row, floor in enumerate(of_room):
            _draw_floor(svg, floor, top + _HEAD + row * _ROW)
        top += size + _GAP
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _draw_floor(svg: ET.Element, floor: Floor, top: int) -> None:
    left = 2 * _GAP + _INDENT * (floor.depth + 1)
    name = floor.module.rpartition(".")[2]
    _text(svg, left, top + 16, f"{name}/", 13, weight="bold")
    _text(svg, 210, top + 16, f"{floor.files or ''}", 12, colour="#777777", anchor="end")
    _text(svg, 226, top + 16, floor.purpose, 12)
    _text(svg, _WIDTH - _USES, top + 16, " ".join(floor.uses), 11, colour="#555555")


def _box(svg: ET.Element, top: int, height: int, fill: str, stroke: str) -> None:
    sides = {
        "x": str(_GAP // 2),
        "y": str(top),
        "width": str(_WIDTH - _GAP),
        "height": str(height),
        "rx": "6",
    }
    ET.SubElement(svg, "rect", sides | {"fill": fill, "stroke": stroke})


def _text(
    svg: ET.Element,
    left: int,
    top: int,
    text: str,
    size: int,
    *,
    weight: str = "normal",
    colour: str = "#111111",
    anchor: str = "start",
) -> None:
    style = {"font-size": str(size), "font-weight": weight, "fill": colour, "text-anchor": anchor}
    ET.SubElement(svg, "text", {"x": str(left), "y": str(top)} | style).text = text


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
