"""A small graph for documentation and tests: six viewers, seven films, and an answer that can be followed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.settings import Prepared, PrivacyParameters, Settings

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph

_TITLES = {
    "alien": ("Alien", 1979, ["Horror", "Sci-Fi"]),
    "blade": ("Blade Runner", 1982, ["Sci-Fi", "Thriller"]),
    "brazil": ("Brazil", 1985, ["Comedy", "Sci-Fi"]),
    "convo": ("The Conversation", 1974, ["Drama", "Mystery", "Thriller"]),
    "fargo": ("Fargo", 1996, ["Crime", "Drama", "Thriller"]),
    "heat": ("Heat", 1995, ["Action", "Crime", "Thriller"]),
    "solaris": ("Solaris", 1972, ["Drama", "Mystery", "Sci-Fi"]),
}

#: Each viewer's ratings, oldest first. Nobody shares a taste with fay; gus has rated nothing.
_RATINGS = {
    "ann": {"alien": 5, "blade": 4, "heat": 2},
    "ben": {"alien": 4, "blade": 5, "brazil": 4},
    "cat": {"blade": 4, "brazil": 5, "fargo": 3},
    "dan": {"fargo": 5, "heat": 4, "convo": 4},
    "eve": {"alien": 5, "heat": 5},
    "fay": {"solaris": 5},
    "gus": {},
}
_START, _DAY = 1_700_000_000, 86_400


def example_graph() -> Graph:
    """Return the example.

    Examples
    --------
    >>> example_graph()
    <Graph: 7 User, 7 Title, 8 Genre, 2 DemographicGroup; 15 RATED, 18 IN_GENRE, 7 IN_GROUP, 13 LIKES>
    """
    users, _ = sorted_nodes("User", list(_RATINGS))
    titles, _ = sorted_nodes(
        "Title",
        list(_TITLES),
        {
            "title": [name for name, _, _ in _TITLES.values()],
            "year": [year for _, year, _ in _TITLES.values()],
        },
    )
    genres, _ = sorted_nodes("Genre", sorted({genre for *_, named in _TITLES.values() for genre in named}))
    groups, _ = sorted_nodes(
        "DemographicGroup", ["age=18-24", "age=25-34"], {"kind": ["age", "age"], "value": ["18-24", "25-34"]}
    )
    rated = [
        (users.ids.position(user), titles.ids.position(title), rating, _START + day * _DAY)
        for user, ratings in _RATINGS.items()
        for day, (title, rating) in enumerate(ratings.items())
    ]
    pairs = [
        (titles.ids.position(title), genres.ids.position(genre))
        for title, (*_, named) in _TITLES.items()
        for genre in named
    ]
    sources, targets, ratings, times = np.array(rated, dtype=np.int64).T
    every = np.arange(len(users))
    graph = assemble(
        {"User": users, "Title": titles, "Genre": genres, "DemographicGroup": groups},
        {
            "rated": Edges(sources, targets, {"rating": ratings, "timestamp": times}),
            "in_genre": Edges(*np.array(pairs, dtype=np.int64).T),
            "user_in_group": Edges(every, every % 2),
        },
    )
    nobody_is_real = Settings(privacy=PrivacyParameters(smallest=0))
    return replace(graph, prepared=Prepared(nobody_is_real, {}))
