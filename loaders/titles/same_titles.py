"""Titles that are one film under two ids: catalogues hold some, and nobody wants to be shown what they have seen."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import same_films
from cinewalk.graph.model.relation import Relation
from cinewalk.loaders.titles.catalogue_names import kind_of
from cinewalk.loaders.titles.plain_names import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cinewalk.graph.model.graph import Graph

#: More titles of one name and year are not one film: the name says nothing.
_MOST: Final = 8

#: How many pairs a note names.
_NAMED: Final = 6


class SameTitle(NamedTuple):
    """A title that is not shown, and the one that is shown in its place: their ids, and how the latter is called."""

    title_id: str
    same_as: str
    title: str
    year: int | None


def with_same_titles(graph: Graph, given: Iterable[tuple[str, str]] = ()) -> Graph:
    """Return a graph that knows which of its titles are the same film; the one with the most likes is shown.

    Two titles are the same where their plain names and their years are, and nothing that is known of both speaks
    against it: they are of one kind, have the same genres, and share a director and an actor. Of several titles of one
    name and year all must fit each other, else none is taken for another.

    Parameters
    ----------
    graph
        The graph.
    given
        What somebody knows better: ids of two titles that are the same, or of one that is none of those that were
        detected, and an empty text. Ids that no title has are passed over.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> same_titles(with_same_titles(example_graph(), [("alien", "brazil")]))
    [SameTitle(title_id='brazil', same_as='alien', title='Alien', year=1979)]
    """
    find = graph.titles.ids.find
    rows = [(find(title_id), find(same_as) if same_as else -1) for title_id, same_as in given]
    alone = {title for title, other in rows if other == -1}
    added = [(title, other) for title, other in rows if other != -1 and None not in (title, other)]
    detected = [pair for pair in _detected(graph) if alone.isdisjoint(pair)]
    pairs = np.array([*detected, *added], np.int64).reshape(-1, 2).T
    edges = same_films(pairs[0], pairs[1], np.diff(graph.likes.reverse_indptr))
    shape = (len(graph.titles), len(graph.titles))
    return graph.with_relations({schema.SAME_AS.name: Relation.of(edges.sources, edges.targets, shape)})


def same_titles(graph: Graph) -> list[SameTitle]:
    """List the titles of a graph that are shown under another id."""
    relation, titles = graph.relations[schema.SAME_AS.name], graph.titles
    ids, names, years = titles.ids.ids, titles.text("title"), titles.array("year")
    return [
        SameTitle(ids[title], ids[shown], names[shown], int(years[shown]) or None)
        for title, shown in zip(relation.sources.tolist(), relation.indices.tolist(), strict=True)
    ]


def note_on_same_titles(graph: Graph) -> str:
    """Say which titles are shown under another id; nothing where there are none."""
    rows = same_titles(graph)
    if not rows:
        return ""
    named = ", ".join(f"{row.title} ({row.title_id} as {row.same_as})" for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    what = "titles are films" if len(rows) > 1 else "title is a film"
    return (
        f"{len(rows)} {what} that another id has, too, and shown under that: {named}{more}. "
        "A same_titles.csv adds pairs or takes them back."
    )


def _detected(graph: Graph) -> Iterator[tuple[int, int]]:
    """Yield pairs of titles that are the same by what is known of them."""
    titles = graph.titles
    years, names = titles.array("year"), titles.text("title")[:]
    films: dict[tuple[int, str], list[int]] = {}
    for title in np.flatnonzero(years != schema.UNKNOWN_YEAR).tolist():
        name = plain(names[title])
        if name:
            films.setdefault((int(years[title]), name), []).append(title)
    for film in films.values():
        pairs = list(combinations(film, 2)) if len(film) <= _MOST else []
        if all(_fit(graph, *pair) for pair in pairs):
            yield from pairs


def _fit(graph: Graph, title: int, other: int) -> bool:
    """Tell whether nothing that is known of both of two titles is different."""
    kinds = {kind_of(graph.titles.text("kind")[each]) for each in (title, other)} - {""}
    genres = graph.relations[schema.IN_GENRE.name]
    mine, theirs = (set(genres.indices[genres.row(each)].tolist()) for each in (title, other))
    if len(kinds) > 1 or (mine and theirs and mine != theirs):
        return False
    for kind in schema.ROLES.values():
        made = graph.relations[kind.name]
        people = [set(made.reverse_indices[made.reverse_row(each)].tolist()) for each in (title, other)]
        if all(people) and people[0].isdisjoint(people[1]):
            return False
    return True
