"""How titles divide over the values of an attribute: decades, genres, kinds, or the groups of who made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.viewer_groups import UNKNOWN, kinds_and_values
from cinewalk.graph.model import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_array

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import AnyArray, Int64Array

#: The attributes of titles themselves.
TITLE_ATTRIBUTES: Final = ("decade", "genre", "kind")

#: What stands before a kind of group of creators: ``creator.gender``.
CREATOR: Final = "creator."


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """How titles divide over the values of an attribute.

    A title divides evenly over what carries the values, and that evenly over its values. What carries them are the
    titles themselves, or the people who made them; titles without people have an extra carrier, the last.

    Parameters
    ----------
    name
        ``decade``, ``genre``, ``kind`` or ``creator.KIND``.
    values
        Its values, in order; :data:`~cinewalk.graph.attributes.viewer_groups.UNKNOWN` is one where some title has none.
    carriers
        Titles × carriers; each row sums to 1.
    parts
        Carriers × values; each row sums to 1.
    known
        The carriers whose values could have been exchanged by chance: all but the extra one.
    """

    name: str
    values: tuple[str, ...]
    carriers: csr_array
    parts: csr_array
    known: Int64Array

    @property
    def of_titles(self) -> csr_array:
        """Titles × values; each row sums to 1."""
        memberships: csr_array = self.carriers @ self.parts
        return memberships


def title_attribute(graph: Graph, name: str) -> Attribute:
    """Return how titles divide over decades, genres or kinds; a title of two genres counts half in each.

    Parameters
    ----------
    graph
        The graph.
    name
        One of :data:`TITLE_ATTRIBUTES`.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> decades = title_attribute(example_graph(), "decade")
    >>> decades.values, decades.of_titles.sum(axis=0).tolist()
    (('1970s', '1980s', '1990s'), [3.0, 2.0, 2.0])
    """
    from scipy.sparse import eye_array

    count = len(graph.titles)
    if name == "genre":
        joined = graph.relations[schema.IN_GENRE.name]
        values, parts = _parts(joined.sources, joined.indices, list(graph.genres.ids.ids), count)
    else:
        texts = _decades(graph) if name == "decade" else list(graph.titles.text(schema.TITLE_KIND.name))
        there = np.array([place for place, text in enumerate(texts) if text], np.int64)
        values, parts = _parts(there, there, texts, count)
    return Attribute(name, values, eye_array(count, format="csr"), parts, np.arange(count))


def creator_attribute(graph: Graph, kind: str) -> Attribute:
    """Return how titles divide over the groups of those who directed them or acted in them.

    Parameters
    ----------
    graph
        The graph.
    kind
        The kind of group, ``gender`` say.
    """
    from scipy.sparse import csr_array

    people, titles = len(graph.nodes[schema.PERSON.label]), len(graph.titles)
    made = [graph.relations[role.name] for role in schema.ROLES.values()]
    pairs = np.unique(
        np.concatenate([role.indices.astype(np.int64) * people + role.sources for role in made])
    )
    of_titles, of_people = np.divmod(pairs, max(people, 1))
    nobodys = np.setdiff1d(np.arange(titles), of_titles)
    rows, columns = np.append(of_titles, nobodys), np.append(of_people, np.full(len(nobodys), people))
    counts = np.bincount(rows, minlength=titles)
    carriers = csr_array((1 / counts[rows], (rows, columns)), shape=(titles, people + 1))
    joined = graph.relations[schema.PERSON_IN_GROUP.name]
    kinds, names = kinds_and_values(graph)
    edges = np.array(kinds, np.str_)[joined.indices] == kind
    values, parts = _parts(joined.sources[edges], joined.indices[edges], names, people + 1)
    return Attribute(CREATOR + kind, values, carriers, parts, np.unique(of_people))


def _decades(graph: Graph) -> list[str]:
    years = graph.titles.array(schema.YEAR.name).tolist()
    return [f"{year // 10 * 10}s" if year != schema.UNKNOWN_YEAR else "" for year in years]


def _parts(
    rows: AnyArray, places: AnyArray, names: Sequence[str], count: int
) -> tuple[tuple[str, ...], csr_array]:
    """Divide ``count`` carriers evenly over the names at their places; who has none over :data:`UNKNOWN`."""
    from scipy.sparse import csr_array

    without = np.setdiff1d(np.arange(count), rows)
    texts = [names[place] for place in places.tolist()] + [UNKNOWN] * len(without)
    values, columns = np.unique(np.array(texts, np.str_), return_inverse=True)
    every = np.append(rows, without)
    counts = np.bincount(every, minlength=count)
    shape = (count, len(values))
    return tuple(values.tolist()), csr_array((1 / counts[every], (every, columns)), shape=shape)
