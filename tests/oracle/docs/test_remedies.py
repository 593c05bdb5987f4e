"""The formulas of docs/remedies.md and docs/audit.md give what the product gives."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.attributes.title_attributes import title_attribute
from cinewalk.graph.evaluate.exposure import shares
from cinewalk.graph.evaluate.list_metrics import bubble_index, genre_divergence, popularity_lift
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.walks.registry import Registry

from .formulas import Case, Check, differing, names, source, unnoticed
from .graphs import crowded, small_graphs, viewers_of

pytestmark = pytest.mark.oracle

#: The dials that are turned, and how long the lists are.
DIALS = {
    "calibrated": [(0.1, 10), (0.7, 10), (0.5, 3), (0.9, 70)],
    "diverse": [(0.05, 10), (0.6, 10)],
    "bubble": [(2, 10), (0.0, 5), (5, 10), (3, 4), (12, 10), (40, 70)],
}


def scored(graph):
    """Return some users with likes, and what a walk comes to for each."""
    registry = Registry(graph, Settings())
    for user in viewers_of(graph):
        profile = profile_of(graph, user, Settings().half_life)
        if len(profile.titles):
            yield user, profile, registry.walk("neighbours").run(profile).scores


def of_remedies(graph, remedies=("calibrated", "diverse", "bubble")):
    for place, (user, profile, scores) in enumerate(scored(graph)):
        for remedy in remedies if len(graph.genres) else ():
            for dial, k in DIALS[remedy]:
                if dial and (k <= 10 or place < 3):
                    chain = RerankChain.parse(f"{remedy}={dial}", graph)
                    titles, _ = chain.ranked(scores, profile, profile.hidden, k)
                    yield Check.of(remedy, (user, scores, k, dial), titles)
        if len(graph.genres):
            chain = RerankChain.parse("calibrated", graph)
            yield Check.of(
                "calibrated", (user, scores, 8), chain.ranked(scores, profile, profile.hidden, 8)[0]
            )
        chain = RerankChain.parse("popularity=0.4", graph)
        after = chain.applied(scores, profile, profile.hidden, 10).scores
        yield Check.of("popularity", (scores, 0.4), after)


def of_audit(graph):
    lists, users = [], []
    for user, profile, scores in scored(graph):
        titles = topk.rank(scores, profile.hidden, 10)[0]
        if len(titles):
            lists.append(titles)
            users.append(user)
            table = np.full((1, 10), -1, np.int32)
            table[0, : len(titles)] = titles
            for figure in (popularity_lift, genre_divergence, bubble_index):
                value = float(figure(table, np.array([user], np.int32), graph)[0])
                if not np.isnan(value):
                    yield Check.of(figure.__name__, (user, titles), value)
    if lists and len(graph.genres):
        yield _of_exposure(graph, lists)


def _of_exposure(graph, lists):
    table = np.full((len(lists), 10), -1, np.int32)
    for row, titles in zip(table, lists, strict=True):
        row[: len(titles)] = titles
    genre = title_attribute(graph, "genre")
    found = shares(table, graph.likes, genre)
    by_name = {
        name: (found.exposure[place], found.amplification[place]) for place, name in enumerate(genre.values)
    }
    expected = [by_name.get(name, (0.0, np.nan)) for name in [*graph.genres.ids.ids, "unknown"]]

    def of_page(page):
        by_genre = page["by_genre"].astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.array([page["exposure"](lists, by_genre), page["amplification"](lists, by_genre)])

    return Check("exposure by genre", of_page, np.transpose(expected))


def cases_of(checks_of, *before):
    return [Case.on(graph, checks_of(graph), *before) for graph in [*small_graphs(), crowded()]]


@pytest.fixture(scope="module")
def remedies():
    return cases_of(of_remedies, "walks")


@pytest.fixture(scope="module")
def audit():
    return cases_of(of_audit, "walks", "remedies")


@pytest.mark.parametrize("place", range(6))
def test_remedies_on_made_graphs(remedies, place):
    assert not differing(source("remedies"), remedies[place])


@pytest.mark.parametrize("place", range(6))
def test_the_audit_on_made_graphs(audit, place):
    assert not differing(source("audit"), audit[place])


def test_both_on_movielens(movielens, movielens_walks):
    assert not differing(source("remedies"), Case(movielens_walks, [*of_remedies(movielens)]))
    after = names(source("remedies"), movielens_walks)
    assert not differing(source("audit"), Case(after, [*of_audit(movielens)]))


@pytest.mark.slow
def test_no_number_can_be_another(remedies, audit, movielens, movielens_walks):
    # The made graphs have three genres.
    many_genres = Case(movielens_walks, [*of_remedies(movielens, ("bubble",))])
    assert not unnoticed(source("remedies"), [*remedies, many_genres])
    assert not unnoticed(source("audit"), audit)
