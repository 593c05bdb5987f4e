"""Exposure, catalogue and viewing shares, and the figures of lists, by hand on small graphs."""

from __future__ import annotations

from math import log, log2

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.title_attributes import creator_attribute, title_attribute
from cinewalk.graph.attributes.viewer_groups import kinds_of, viewer_groups, with_shuffled_groups
from cinewalk.graph.evaluate.exposure import places, shares, surety, viewers
from cinewalk.graph.evaluate.list_metrics import bubble_index, genre_divergence, popularity_lift
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.queries.audit.exposure import attributes, creator_kinds

from ..graphs import random_graph

pytestmark = pytest.mark.unit


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


def by_value(attribute, numbers):
    return dict(zip(attribute.values, np.asarray(numbers).round(12).tolist(), strict=True))


def test_a_title_of_several_values_divides_evenly(small):
    genres = title_attribute(small, "genre")
    assert by_value(genres, genres.of_titles.sum(axis=0)) == {
        "Comedy": 1.5,
        "Crime": round(1 / 3, 12),
        "Drama": round(1 / 2 + 1 / 3, 12),
        "War": round(1 / 3, 12),
        "unknown": 1.0,
    }
    decades = title_attribute(small, "decade")
    assert by_value(decades, decades.of_titles.sum(axis=0)) == {"1970s": 1, "1980s": 2, "unknown": 1}
    kinds = title_attribute(small, "kind")
    assert by_value(kinds, kinds.of_titles.sum(axis=0)) == {"film": 2, "series": 1, "unknown": 1}


def test_a_title_divides_over_its_creators_once_each(small):
    gender = creator_attribute(small, "gender")
    assert gender.name == "creator.gender"
    # t0 by p0 (F) and p1 (M, in two roles); t1 by p1 and p2 (M); t2 by nobody; t3 by p0 (F).
    assert gender.of_titles.toarray().tolist() == [[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_shares_by_hand(small):
    lists = np.array([[3, 1], [2, -1], [1, 2]], np.int32)
    gender = creator_attribute(small, "gender")
    found = shares(lists, small.likes, gender)
    second = 1 / log2(3)
    total = 3 + 2 * second
    assert by_value(gender, found.exposure * total) == pytest.approx(
        {"F": 1, "M": second + 1, "unknown": 1 + second}
    )
    assert by_value(gender, found.catalogue * 4) == pytest.approx({"F": 1.5, "M": 1.5, "unknown": 1})
    assert by_value(gender, found.viewing * 5) == pytest.approx({"F": 1.5 + 1, "M": 1.5 + 1, "unknown": 0})
    assert found.amplification[:2] == pytest.approx([1 / total / 0.5, (1 + second) / total / 0.5])
    assert np.isnan(found.amplification[2])
    assert by_value(gender, viewers(small.likes, gender)) == {"F": 3, "M": 3, "unknown": 0}
    assert places(lists, 4).toarray()[0].tolist() == pytest.approx([0, second, 0, 1])


def test_how_sure_amplifications_are_is_the_same_again_and_holds_them(small):
    lists, users = np.array([[3, 1], [2, -1], [1, 2]], np.int32), np.arange(3, dtype=np.int32)
    decade = title_attribute(small, "decade")
    one, other = (surety(lists, users, small.likes, decade, seed=3) for _ in range(2))
    for mine, again in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, again)
    found = shares(lists, small.likes, decade).amplification
    known = ~np.isnan(found)
    assert np.all((one.low <= found + 1e-12)[known])
    assert np.all((found <= one.high + 1e-12)[known])
    assert np.isnan(one.p[~known]).all()


def test_figures_of_lists_by_hand(small):
    lists, users = np.array([[3, 2], [1, -1], [-1, -1]], np.int32), np.arange(3, dtype=np.int32)
    # Likes: t0 three, t1 one, t3 one.
    lift = popularity_lift(lists, users, small)
    assert lift[:2] == pytest.approx([(1 / 2) / 2 - 1, 1 / 2 - 1])
    assert np.isnan(lift[2])
    # u0 likes t0 (5 stars, preference p) and t1; top genres Comedy 2, Drama 1.
    assert bubble_index(lists, users, small)[:2].tolist() == [0.5, 0.0]
    assert np.isnan(bubble_index(lists, users, small)[2])
    first, second = small.likes.properties["preference"][:2].astype(float)
    comedy, drama = (first + second / 2) / (first + second), (second / 2) / (first + second)
    given = (1 / 3) / 2  # of t3 a third is Drama, and t2 has no genre
    expected = comedy * log(comedy / (0.01 * comedy)) + drama * log(drama / (0.99 * given + 0.01 * drama))
    assert genre_divergence(lists, users, small)[0] == pytest.approx(expected)
    assert np.isnan(genre_divergence(lists, users, small)[2])


def test_every_viewer_is_in_one_group_of_every_kind(small):
    assert kinds_of(small) == ("age", "home")
    age, home = viewer_groups(small, ["age", "home"])
    assert [age.values[label] for label in age.labels] == ["18-24 & 25-34", "25-34", "unknown"]
    assert [home.values[label] for label in home.labels] == ["NZ", "unknown", "unknown"]
    some = age.of(np.array([1, 2], np.int32))
    assert (some.values, some.labels.tolist()) == (("25-34", "unknown"), [0, 1])


def test_shuffling_exchanges_groups_within_a_kind(small):
    shuffled = [with_shuffled_groups(small, seed) for seed in range(8)]
    for graph in shuffled:
        (age,) = viewer_groups(graph, ["age"])
        assert sorted(age.values[label] for label in age.labels) == ["18-24 & 25-34", "25-34", "unknown"]
        assert age.values[age.labels[2]] == "unknown"
        people = graph.relations["person_in_group"]
        assert np.diff(people.reverse_indptr).tolist() == [0, 0, 1, 2, 0]
    assert len({tuple(graph.relations["user_in_group"].sources.tolist()) for graph in shuffled}) > 1


def test_only_what_differs_is_an_attribute(small):
    assert [one.name for one in attributes(small, ("gender",))] == [
        "decade",
        "genre",
        "kind",
        "creator.gender",
    ]
    assert [one.name for one in attributes(random_graph(1), ())] == ["decade", "genre"]


def test_unknown_groups_of_creators_are_refused(small):
    assert creator_kinds(small, None) == creator_kinds(small, "gender") == ("gender",)
    with pytest.raises(
        RequestError, match=r"^there are no groups of creators by 'age'; there are groups by gender\.$"
    ):
        creator_kinds(small, ["gender", "age"])
