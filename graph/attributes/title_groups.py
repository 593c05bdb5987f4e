"""Groups of titles as people name them: by year, genre, kind, or who made them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.title_attributes import (
    CREATOR,
    TITLE_ATTRIBUTES,
    creator_attribute,
    title_attribute,
)
from cinewalk.graph.attributes.viewer_groups import UNKNOWN
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import frozen

if TYPE_CHECKING:
    from cinewalk.graph.attributes.title_attributes import Attribute
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import FloatArray

_FORMS: Final = (
    "year:before:1980, year:after:1999, year:1970-1979, decade:1970s, "
    "genre:NAME, kind:NAME, creator.KIND:VALUE"
)
#: What stands between "titles" and a value, by attribute.
_WORDS: Final = {"decade": "of the", "genre": "in", "kind": "of the kind"}


@dataclass(frozen=True, slots=True, eq=False)
class TitleGroup:
    """Some titles.

    Parameters
    ----------
    spec
        What names them.
    words
        The same as people say it.
    parts
        For every title which part of it is in the group, 0 to 1: a title with several genres, or made by several
        people, is divided evenly among them, so that the parts of all groups add up to 1.
    """

    spec: str
    words: str
    parts: FloatArray

    @classmethod
    def of(cls, graph: Graph, spec: str) -> TitleGroup:
        """Find the titles that are meant.

        Parameters
        ----------
        graph
            The graph.
        spec
            ``year:before:1980``, ``year:after:1999`` (both without the year itself), ``year:1970-1979``,
            ``decade:1970s``, ``genre:Documentary``, ``kind:series``, or ``creator.gender:F``: directed by, or with,
            people in the group ``gender=F``.

        Raises
        ------
        RequestError
            Where that is none of these, or names no title.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> group = TitleGroup.of(example_graph(), "genre:Horror")
        >>> group.words, group.parts.tolist()  # Alien is Horror and Sci-Fi
        ('titles in Horror', [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        """
        name, _, value = spec.partition(":")
        if name == schema.YEAR.name:
            first, last, words = _years(spec, value)
            years = graph.titles.array(schema.YEAR.name)
            parts = ((years >= first) & (years <= last)).astype(np.float64)
        elif name in TITLE_ATTRIBUTES and value:
            written, parts = _column(title_attribute(graph, name), spec, value)
            words = f"{_WORDS[name]} {written}"
        elif name.startswith(CREATOR) and value:
            kind = name.removeprefix(CREATOR)
            written, parts = _column(creator_attribute(graph, kind), spec, value)
            words = f"by creators with {kind.replace('_', ' ')} {written}"
        else:
            raise RequestError(f"{spec!r} names no titles; write {_FORMS}.")
        if not parts.any():
            raise RequestError(f"{spec}: this graph has no titles {words}; name others.")
        return cls(spec, f"titles {words}", frozen(parts))


def _years(spec: str, value: str) -> tuple[int, int, str]:
    """Read the first and the last year, and the words for them."""
    open_ended = re.fullmatch(r"(before|after):(\d{1,4})", value)
    if open_ended:
        words, year = f"{open_ended[1]} {open_ended[2]}", int(open_ended[2])
        return (
            (schema.UNKNOWN_YEAR + 1, year - 1, words)
            if open_ended[1] == "before"
            else (year + 1, int(schema.YEAR.maximum or 0), words)
        )
    between = re.fullmatch(r"(\d{1,4})-(\d{1,4})", value)
    if between:
        return (
            max(int(between[1]), schema.UNKNOWN_YEAR + 1),
            int(between[2]),
            f"from {between[1]} to {between[2]}",
        )
    raise RequestError(f"{spec!r} names no years; write {_FORMS}.")


def _column(attribute: Attribute, spec: str, value: str) -> tuple[str, FloatArray]:
    """Return a value as it is written, and which part of every title has it."""
    by_name = {known.casefold(): place for place, known in enumerate(attribute.values)}
    place = by_name.get(value.casefold())
    if place is None:
        there = [known for known in attribute.values if known != UNKNOWN]
        known = f"it may be {', '.join(there)}" if there else "nothing is known of it here"
        raise RequestError(f"{spec}: no title has the {attribute.name} {value!r}; {known}.")
    parts: FloatArray = attribute.of_titles[:, [place]].toarray().ravel()
    return attribute.values[place], parts
