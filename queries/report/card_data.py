"""What is loaded, in figures that a model card tells: how much of what, from when to when, and what is not there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.attributes.viewer_groups import kinds_of
from cinewalk.graph.model import schema
from cinewalk.queries.charts.words import listed, words_of
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings

#: What each kind of node and event is called.
_NOUNS: Final = {
    schema.USER.label: "users",
    schema.TITLE_NODE.label: "titles",
    schema.GENRE.label: "genres",
    schema.PERSON.label: "people who made titles",
    schema.RATED.name: "ratings",
    schema.WATCHED.name: "watches",
    schema.THUMBED.name: "thumbs",
    schema.BLOCKED.name: "blocks",
    schema.LIKES.name: "likes, the edges that walks take",
}


def counts(graph: Graph) -> list[tuple[str, int]]:
    """Return how much of what is loaded; without what is not there.

    Parameters
    ----------
    graph
        The graph.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> counts(example_graph())[:2]
    [('users', 7), ('titles', 7)]
    """
    numbers = {label: len(nodes) for label, nodes in graph.nodes.items()}
    numbers |= {name: len(relation) for name, relation in graph.relations.items()}
    return [(noun, numbers[name]) for name, noun in _NOUNS.items() if numbers.get(name)]


def time_span(graph: Graph) -> str:
    """Say from when to when events are; empty where none has a time.

    >>> from cinewalk.graph.model.example import example_graph
    >>> time_span(example_graph())
    'from 2023-11-14 to 2023-11-16'
    """
    times = np.concatenate(
        [graph.relations[kind.name].properties[schema.TIMESTAMP.name] for kind in schema.EVENTS]
    )
    known = times[times != schema.UNKNOWN_TIME]
    if not len(known):
        return ""
    first, last = (
        dt.datetime.fromtimestamp(int(end), dt.UTC).date().isoformat() for end in (known.min(), known.max())
    )
    return f"from {first} to {last}" + (
        ""
        if len(known) == len(times)
        else f"; {percent(1 - len(known) / len(times))} of the events have no time"
    )


def group_kinds(graph: Graph) -> tuple[str, ...]:
    """Return by what users are grouped, and those who made titles, in words."""
    made = kinds_of(graph, schema.PERSON_IN_GROUP)
    return (*map(words_of, kinds_of(graph)), *(f"{words_of(kind)} of creators" for kind in made))


def limits(graph: Graph, settings: Settings) -> list[str]:
    """Say what the graph lacks, and what that means for lists.

    Parameters
    ----------
    graph
        The graph.
    settings
        The parameters of the walks.
    """
    sentences = [] if time_span(graph) else [_NO_TIMES]
    sentences += [text for relation, text in _LACKS.items() if not len(graph.relations[relation])]
    if not any(len(graph.relations[role]) for role in schema.ROLES):
        sentences.append("Nobody who made a title is known, so nothing is said of creators.")
    titles = graph.titles
    if not (titles.array(schema.YEAR.name) != schema.UNKNOWN_YEAR).any():
        sentences.append("No title has a year: nothing is said of decades.")
    unrated = (
        float((titles.array(schema.MATURITY.name) == schema.UNKNOWN_MATURITY).mean()) if len(titles) else 0
    )
    if unrated:
        which = "No title has" if unrated == 1 else f"{percent(unrated)} of the titles do not have"
        sentences.append(
            f"{which} a maturity: whoever has a maturity limit does not see them, and whoever has none may be shown "
            "anything."
        )
    return sentences + _few(graph, settings)


_NO_TIMES: Final = (
    "No event has a time: nothing is newer than anything else, the walk of titles that follow each other takes no "
    "part, and accuracy is measured on a random part."
)
_LACKS: Final = {
    schema.IN_GENRE.name: "No title has a genre: bubbles and calibration are not measured, and cannot be mended.",
    schema.USER_IN_GROUP.name: "Nobody is in a group: whether groups are served equally well cannot be told.",
}


def _few(graph: Graph, settings: Settings) -> list[str]:
    """Say for how many hardly anything is known."""
    by_user, by_title = np.diff(graph.likes.indptr), np.diff(graph.likes.reverse_indptr)
    newcomers = int((by_user < settings.newcomers.enough).sum())
    unliked = int((by_title == 0).sum())
    sentences = []
    if newcomers:
        number = f"{newcomers:,}" if newcomers >= SMALLEST_GROUP else f"Fewer than {SMALLEST_GROUP}"
        sentences.append(
            f"{number} of {len(by_user):,} users have fewer than {settings.newcomers.enough:g} likes: their lists lean "
            "on what everybody, and who is in their groups, likes."
        )
    if unliked:
        sentences.append(
            f"{unliked:,} of {len(by_title):,} titles are liked by nobody: hardly any walk leads there, and they "
            "come up by their genres and people at most."
        )
    return sentences


def known_attributes(graph: Graph) -> str:
    """Say by what titles can be told apart.

    >>> from cinewalk.graph.model.example import example_graph
    >>> known_attributes(example_graph())
    'year and genre'
    """
    titles = graph.titles
    there = {
        "year": bool((titles.array(schema.YEAR.name) != schema.UNKNOWN_YEAR).any()),
        "genre": bool(len(graph.relations[schema.IN_GENRE.name])),
        "kind": any(titles.text(schema.TITLE_KIND.name)),
    }
    return listed([name for name, is_there in there.items() if is_there]) or "nothing"
