"""A small graph that several unit tests work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes


def edges(pairs, **properties):
    sources, targets = np.array(pairs, np.int64).reshape(-1, 2).T
    return Edges(sources, targets, {name: np.array(values) for name, values in properties.items()})


@pytest.fixture
def small():
    """Three viewers and four titles, with creators of known and unknown gender."""
    nodes = {
        "User": sorted_nodes("User", ["u0", "u1", "u2"])[0],
        "Title": sorted_nodes(
            "Title",
            ["t0", "t1", "t2", "t3"],
            {"year": [1979, 1980, 0, 1989], "kind": ["film", "", "film", "series"]},
        )[0],
        "Genre": sorted_nodes("Genre", ["Comedy", "Crime", "Drama", "War"])[0],
        "DemographicGroup": sorted_nodes(
            "DemographicGroup", ["age=18-24", "age=25-34", "gender=F", "gender=M", "home=NZ"]
        )[0],
        "Person": sorted_nodes("Person", ["p0", "p1", "p2"])[0],
    }
    likes = [(0, 0), (0, 1), (1, 0), (1, 3), (2, 0)]
    return assemble(
        nodes,
        {
            "rated": edges(likes, rating=[5.0, 4.0, 5.0, 5.0, 5.0], timestamp=[10**9] * 5),
            "in_genre": edges([(0, 0), (1, 0), (1, 2), (3, 1), (3, 2), (3, 3)]),
            "user_in_group": edges([(0, 0), (0, 1), (1, 1), (0, 4)]),
            "person_in_group": edges([(0, 2), (1, 3), (2, 3)]),
            "directed": edges([(0, 0), (1, 0), (1, 1)]),
            "acted_in": edges([(1, 0), (2, 1), (0, 3)]),
        },
    )
