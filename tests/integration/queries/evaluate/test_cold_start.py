"""People of whom little is known, on MovieLens-100K: what `evaluate --cold-start` measures, and that it holds."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.cold_users import held_out_users
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.evaluate.cold_start import GIVEN, cold_start

pytestmark = [pytest.mark.integration, pytest.mark.slow]


BOTH = "newcomers, age and gender"


@pytest.fixture(scope="module")
def measured(movielens):
    return cold_start(movielens, Settings())


def row_of(found, given, walk):
    return next(row for row in found.rows if (row.given, row.walk) == (given, walk))


@pytest.mark.parametrize(("given", "metric", "least"), [(0, "ndcg@10", 0.015), (3, "recall@20", 0.03)])
def test_age_and_gender_beat_popularity(measured, given, metric, least):
    more = row_of(measured, given, BOTH).more[metric]
    assert more.mean >= least
    assert more.low > 0
    mine, popular = (row_of(measured, given, name).figures[metric].mean for name in (BOTH, "popularity"))
    assert mine - popular == pytest.approx(more.mean)


def test_every_contestant_is_there_and_the_people_are_the_same(measured):
    names = ["popularity", "newcomers, no groups", "newcomers, age", "newcomers, gender", BOTH]
    expected = [(given, name) for given in GIVEN for name in [*names, *(["blend"] if given else [])]]
    assert [(row.given, row.walk) for row in measured.rows] == expected
    assert len({(row.lists, row.people) for row in measured.rows}) == 1
    assert row_of(measured, 0, "newcomers, no groups").more["ndcg@10"].mean == 0
    assert all(low <= mean <= high for row in measured.rows for mean, low, high in row.figures.values())
    assert len(measured.to_frame()) == len(expected)


def test_popularity_of_nothing_known_by_hand(movielens):
    found = cold_start(movielens, Settings(), [], seeds=[7])
    held = held_out_users(movielens, seed=7)
    likes = held.train.likes
    counts = np.diff(likes.reverse_indptr)
    top = np.argsort(-counts, kind="stable")[:20]
    discounts = 1 / np.log2(np.arange(2, 12))
    gains, recalls = [], []
    for person in held.people:
        hits = np.isin(top, person.titles)
        gains.append((hits[:10] * discounts).sum() / discounts[: min(10, len(person.titles))].sum())
        recalls.append(hits.sum() / len(person.titles))
    row = row_of(found, 0, "popularity")
    assert row.figures["ndcg@10"].mean == pytest.approx(np.mean(gains))
    assert row.figures["recall@20"].mean == pytest.approx(np.mean(recalls))
    assert [row.walk for row in found.rows if not row.given] == ["popularity", "newcomers, no groups"]


def test_what_makes_no_sense_is_refused(movielens):
    with pytest.raises(
        RequestError, match=r"no groups by 'size'; there are groups by age, gender, occupation"
    ):
        cold_start(movielens, Settings(), ["size"])
    with pytest.raises(RequestError, match="at least one seed"):
        cold_start(movielens, Settings(), seeds=[])
    with pytest.raises(RequestError, match="nothing to evaluate"):
        cold_start(example_graph(), Settings())
    with pytest.raises(RequestError, match="must lie between 0 and 1"):
        held_out_users(example_graph(), 1.0)
