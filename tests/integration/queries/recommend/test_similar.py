"""What lists of close titles are like on real data, and what feeds show after a signal of today."""

from __future__ import annotations

import numpy as np
import pytest

import cinewalk
from cinewalk.graph.evaluate.splits import split
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.neighbours.close_titles import CloseTitles
from cinewalk.graph.walks.registry import Registry

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def train(movielens):
    return split(movielens, "user-time").train


@pytest.fixture(scope="module")
def lists(train):
    """The first ten titles of each title's row."""
    rows = CloseTitles.of(Registry(train, Settings())).rows
    titles = len(train.titles)
    lists = []
    for title in range(titles):
        scores, own = np.zeros(titles), slice(rows.indptr[title], rows.indptr[title + 1])
        scores[rows.indices[own]] = rows.values[own]
        lists.append(topk.rank(scores, np.zeros(titles, np.bool_), 10)[0])
    return lists


def test_lists_are_of_a_kind_and_no_charts(train, lists):
    degrees = np.diff(train.likes.reverse_indptr)
    top = np.argsort(-degrees, kind="stable")[:20]
    joined = train.relations["in_genre"]
    genres = [set(joined.indices[joined.row(title)].tolist()) for title in range(len(lists))]
    known = [title for title in np.flatnonzero(degrees >= 20).tolist() if len(lists[title])]
    alike = [
        np.mean([len(genres[i] & genres[j]) / len(genres[i] | genres[j]) for j in lists[i].tolist()])
        for i in known
    ]
    assert np.mean(alike) >= 0.335
    assert np.mean([degrees[lists[title]].mean() for title in known]) <= 110
    assert np.mean([np.isin(lists[title], top).mean() for title in known]) <= 0.08


def test_first_places_rest_on_more_than_two_viewers_where_they_can(train, lists):
    likes = train.likes
    degrees = np.diff(likes.reverse_indptr)
    fans = [set(likes.reverse_indices[likes.reverse_row(title)].tolist()) for title in range(len(lists))]
    little_known = [title for title in np.flatnonzero(degrees < 20).tolist() if len(lists[title])]
    first = [len(fans[title] & fans[int(lists[title][0])]) for title in little_known]
    assert np.mean(np.array(first) <= 2) <= 0.45


def test_a_film_lover_knows_why(movielens):
    reco = cinewalk.Recommender(movielens)
    for title, others in {
        "Toy Story": {"Aladdin (1992)", "A Close Shave (1995)"},
        "Star Wars": {"Return of the Jedi (1983)", "The Empire Strikes Back (1980)"},
        "Snow White and the Seven Dwarfs": {"Cinderella (1950)", "Pinocchio (1940)", "Dumbo (1941)"},
    }.items():
        found = reco.similar(title)
        assert others <= {item.label for item in found}
        assert all("liked both" in item.text for item in found)


def test_no_feed_of_the_readme_is_empty_after_a_signal_of_today(movielens):
    reco = cinewalk.Recommender(movielens)
    for _ in range(2):
        reco.watch("anna", "Fargo", progress=0.9)
        reco.thumb("anna", "Heat", -1)
        assert reco.because_you_watched("196")
        for feed in (reco.new_releases("196"), reco.top(days=7)):
            assert len(feed) == 10
            assert feed.note == "As of 1998-04-22, where the data end; `at` sets another time."
        reco.refresh()
