"""Tastes put in words, looked at as a film lover would."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import cinewalk

pytestmark = pytest.mark.integration

TASTES = {
    "horror": {"titles": ["Psycho", "The Shining", "Alien"]},
    "Disney": {"titles": ["Snow White and the Seven Dwarfs", "Cinderella", "Pinocchio", "Dumbo"]},
    "noir": {"titles": ["The Big Sleep", "The Maltese Falcon"], "seed_genres": ["Film-Noir"]},
    "romantic comedy": {"titles": ["When Harry Met Sally"], "seed_genres": ["Romance", "Comedy"]},
    "arthouse": {"titles": ["Wings of Desire", "Three Colors: Red", "The Double Life of Veronique"]},
    "Star Trek": {"titles": ["Star Trek: The Wrath of Khan", "Star Trek IV: The Voyage Home"]},
}
GENRES = [
    ["Horror"],
    ["Animation", "Children's"],
    ["Film-Noir"],
    ["Romance", "Comedy"],
    ["Documentary"],
    ["Western"],
]


@pytest.fixture(scope="module")
def reco(movielens):
    return cinewalk.Recommender(movielens)


@pytest.fixture(scope="module")
def charts(movielens):
    order = np.argsort(-np.diff(movielens.likes.reverse_indptr), kind="stable")
    return {movielens.titles.ids.ids[title] for title in order[:20].tolist()}


@pytest.mark.parametrize("tastes", [list(TASTES.values()), [{"seed_genres": genres} for genres in GENRES]])
def test_lists_of_different_tastes_are_different_and_not_the_charts(reco, charts, tastes):
    lists = [{item.title_id for item in reco.taste(**taste)} for taste in tastes]
    assert all(len(titles) == 10 for titles in lists)
    assert np.mean([len(a & b) for a, b in combinations(lists, 2)]) <= 1
    assert np.mean([len(titles & charts) for titles in lists]) <= 2
    assert max(len(titles & charts) for titles in lists) <= 2 or "titles" not in tastes[0]


def test_what_a_film_lover_expects_is_there(reco):
    names = {name: [item.title for item in reco.taste(**taste)] for name, taste in TASTES.items()}
    assert {"Beauty and the Beast", "The Lion King", "Fantasia"} <= set(names["Disney"])
    assert sum(title.startswith("Star Trek") for title in names["Star Trek"]) >= 4
    assert {"Three Colors: Blue", "Three Colors: White"} <= set(names["arthouse"])
    assert {"The Birds", "Jaws"} <= set(names["horror"])
    casablanca = [item.title for item in reco.taste(titles=["Casablanca"], seed_genres=["Romance"])]
    assert {"Gone with the Wind", "The African Queen"} <= set(casablanca)


def test_every_share_and_walk_of_a_mixed_taste_is_there(reco):
    ask = {"titles": ["Casablanca"], "seed_genres": ["Romance"]}
    for item in reco.taste(**ask):
        why = reco.explain_taste(item.title_id, **ask)
        assert why.score == item.score
        assert sum(reason.share for reason in why.shares) == pytest.approx(1, rel=1e-9)
        close = sum(path.share for path in why.paths(None, pattern="close-titles"))
        assert close == pytest.approx(why.patterns["close-titles"], rel=1e-9)
        shares = [path.share for path in why.paths(50)]
        assert shares == sorted(shares, reverse=True)
