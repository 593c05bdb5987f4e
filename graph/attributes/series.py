"""Which titles are parts of one story, told from their names and years."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.clean_text import LONGEST_NAME
from cinewalk.graph.model import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import Int32Array

#: A number at the end of a name, or before a colon: ``Alien 3``, ``The Godfather: Part II``, ``Star Trek IV: …``.
_NUMBERED: Final = re.compile(
    r"^(?P<base>.*?\w.*?)[\s:,]+(?:(?:part|chapter|volume|episode)\s+)?(?P<number>[ivx]+|\d{1,2})(?::.*)?$"
)
_SUBTITLED: Final = re.compile(r"^(?P<base>[^:]+):\s+\S.*$")
_AFTER_THE_NAME: Final = re.compile(r"\s*\([^)]*\)\s*$")
_ROMAN: Final = {"i": 1, "v": 5, "x": 10}


def series(graph: Graph) -> list[Int32Array]:
    """Return the titles of each story in several parts, in the order in which they are to be seen.

    Titles belong together where their names are the same but for a number at the end (``Alien 3``, ``The Godfather:
    Part II``) or for what follows a number or a colon (``Star Trek IV: The Voyage Home``, ``Star Trek: First
    Contact``), and at least one of them has a number. Parts come by year, those of one year by number, a name alone
    first; titles of unknown year are left out, and so are names with a number of which there is but one.

    Parameters
    ----------
    graph
        The graph.

    Returns
    -------
    list of array
        Positions of titles, at least two each; no title is in two of them.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.ids import StringArray
    >>> graph = example_graph()
    >>> names = StringArray.of(["Alien", "Aliens II", "Alien 3", "Heat", "Apollo 13", "Alien: Covenant", "Fargo"])
    >>> titles = replace(graph.titles, properties={**graph.titles.properties, "title": names})
    >>> series(replace(graph, nodes={**graph.nodes, "Title": titles}))[0].tolist()
    [0, 2, 5]
    """
    names, years = graph.titles.text(schema.TITLE.name)[:], graph.titles.array(schema.YEAR.name)
    read = [_read(name) for name in names]
    by_base: defaultdict[str, list[int]] = defaultdict(list)
    for title, (base, _, _) in enumerate(read):
        if years[title] != schema.UNKNOWN_YEAR:
            by_base[base].append(title)
    return [
        np.array(sorted(titles, key=lambda t: (int(years[t]), read[t][1], t)), np.int32)
        for titles in by_base.values()
        if _are_parts([read[title] for title in titles])
    ]


def _are_parts(parts: Sequence[tuple[str, int, bool]]) -> bool:
    """Tell whether names of one base are parts of a story: one has a number, and another does not have the same."""
    numbers = {number for _, number, _ in parts}
    return len(numbers) > 1 and any(numbered for *_, numbered in parts)


def _read(name: str) -> tuple[str, int, bool]:
    """Return what a name begins with, its number (0 for none), and whether it has one."""
    # Of a name longer than is ever shown the start tells enough; these expressions take its length squared.
    plain = _AFTER_THE_NAME.sub("", name[:LONGEST_NAME]).casefold()
    numbered = _NUMBERED.match(plain)
    if numbered is not None and (number := _number(numbered["number"])) > 0:
        return _base(numbered["base"]), number, True
    subtitled = _SUBTITLED.match(plain)
    return _base(plain if subtitled is None else subtitled["base"]), 0, False


def _base(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text.removeprefix("the ")).strip()


def _number(text: str) -> int:
    """Read a number in Roman or Arabic digits; 0 where it is none that a part would have.

    >>> [_number(text) for text in ("iv", "3", "xiii", "vx", "90")]
    [4, 3, 13, 0, 0]
    """
    if text.isdigit():
        return int(text) if int(text) <= 20 else 0
    values = [_ROMAN[letter] for letter in text]
    number = sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
    return number if _roman(number) == text else 0


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]
