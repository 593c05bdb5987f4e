"""Whoever asks for what is like a title that hardly anybody likes does not learn what those like."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.graph.model.conversions import from_networkx
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.neighbours.close_titles import CloseTitles
from cinewalk.graph.walks.registry import WALKS, Registry
from cinewalk.loaders.store.graph_folder import save

pytestmark = pytest.mark.integration

SMALLEST = Settings().privacy.smallest


@pytest.fixture(scope="module")
def reco(movielens):
    return Recommender(movielens)


@pytest.fixture(scope="module")
def histories(movielens):
    likes, titles = movielens.likes, movielens.titles.ids.ids[:]
    return [{titles[title] for title in likes.indices[likes.row(user)].tolist()} for user in range(943)]


@pytest.fixture(scope="module")
def little_liked(movielens):
    """The ids of titles that somebody likes, and too few, with the positions of who does."""
    likes = movielens.likes
    viewers = np.diff(likes.reverse_indptr)
    return {
        movielens.titles.ids.ids[title]: likes.reverse_indices[likes.reverse_row(title)].tolist()
        for title in np.flatnonzero((viewers > 0) & (viewers < SMALLEST)).tolist()
    }


def titles_in(values):
    """Return the ids of all titles anywhere in plain values."""
    if isinstance(values, dict):
        own = {values[key] for key in ("title_id", "titleId") if key in values}
        return own.union(*(titles_in(value) for value in values.values()))
    if isinstance(values, list | tuple):
        return set().union(*(titles_in(value) for value in values))
    return set()


def gives_away(shown, fans, histories):
    """Return for how many of those who like a title more than half of their likes are shown."""
    return sum(len(shown & histories[fan]) > len(histories[fan]) / 2 for fan in fans)


def test_the_attack_worked_before(movielens, little_liked, histories):
    rows, ids = CloseTitles.of(Registry(movielens, Settings())).rows, movielens.titles.ids
    told = 0
    for title, fans in little_liked.items():
        place = ids.position(title)
        shown = {ids.ids[t] for t in rows.indices[rows.indptr[place] : rows.indptr[place + 1]].tolist()}
        told += gives_away(shown | {title}, fans, histories)
    assert told > 800


def test_no_list_of_a_title_shows_half_of_what_one_of_its_few_viewers_likes(reco, little_liked, histories):
    every = len(reco.graph.titles)
    for title, fans in little_liked.items():
        similar, taste = reco.similar(title, every), reco.taste(titles=[title], k=every)
        assert similar.note.startswith("Few viewers like ")
        assert taste.note == similar.note
        for shown in (similar, taste):
            assert gives_away(titles_in(shown.to_dict()), fans, histories) == 0
            assert "viewer" not in "".join(item.text for item in shown)
            assert '"viewers' not in json.dumps(shown.to_dict())


@pytest.mark.parametrize("walk", WALKS)
def test_nor_does_a_walk_that_is_named(reco, little_liked, histories, walk):
    for title, fans in list(little_liked.items())[::20]:
        shown = reco.similar(title, 2000, walk=walk)
        assert shown == reco.similar(title, 2000)
        assert gives_away(titles_in(shown.to_dict()), fans, histories) == 0


def test_nor_do_explanations_and_rows_of_somebody_else(reco, little_liked, histories):
    for title, fans in list(little_liked.items())[::20]:
        shown = {title}
        for item in reco.taste(titles=[title], k=2000):
            why = reco.explain_taste(item.title_id, titles=[title])
            paths = [path.to_dict() for path in why.paths(None)]
            assert sum(path["share"] for path in paths) == pytest.approx(1)
            assert not any(node["label"] == "User" for path in paths for node in path["nodes"])
            shown |= titles_in(why.to_dict()) | {node["id"] for path in paths for node in path["nodes"]}
        assert gives_away(shown, fans, histories) == 0
        reco.thumb("a spy", title, 1)
        (row,) = reco.because_you_watched("a spy", 1, 2000)
        assert row.because_id == title
        assert row.titles.note.startswith("Few viewers like ")
        assert gives_away(titles_in(row.to_dict()), fans, histories) == 0
        reco.undo("a spy")


def test_nor_does_a_taste_for_who_made_it(movielens, little_liked, histories):
    """Each title that few like has a director of its own, whom whoever asks may name."""
    copy, asked = movielens.to_networkx(), list(little_liked)[::10]
    for title in asked:
        copy.add_node(("Person", f"of {title}"), name=f"Director of {title}")
        copy.add_edge(("Person", f"of {title}"), ("Title", title), key="DIRECTED")
    reco, told = Recommender(from_networkx(copy)), 0
    pagerank = Registry(reco.graph, Settings()).walk("pagerank")
    ids = reco.graph.titles.ids.ids
    for title in asked:
        seed = ("Person", reco.catalogue.named("Person", f"of {title}"))
        ranks = pagerank.titles(pagerank.rank_nodes({seed: 1.0}))
        shown = {ids[place] for place in np.argsort(-ranks)[:300].tolist()}
        told += gives_away(shown, little_liked[title], histories)
        shown = reco.taste(people=[f"of {title}"], k=50)
        assert shown.note == (
            f"Few viewers like titles of Director of {title}: what follows from there rests on genres and people alone."
        )
        assert shown[0].title_id == title
        assert gives_away(titles_in(shown.to_dict()), little_liked[title], histories) == 0
        why = reco.explain_taste(shown[1].title_id, people=[f"of {title}"])
        assert not any(node["label"] == "User" for path in why.paths(20) for node in path.to_dict()["nodes"])
    assert told > 20  # over viewers it would have done so


def test_nor_do_commands(movielens, little_liked, histories, run, tmp_path):
    place = str(save(movielens, tmp_path / "films.cinewalk"))
    for title, fans in list(little_liked.items())[::150]:
        for command in (["similar", title], ["taste", "--title", title]):
            code, shown, _ = run(*command, "-k", "2000", "--graph", place, "--json")
            assert code == 0
            assert gives_away(titles_in(json.loads(shown)), fans, histories) == 0
            code, text, note = run(*command, "-k", "2000", "--graph", place)
            assert code == 0
            assert "Few viewers like" in note
            assert "liked both" not in text


def test_titles_that_enough_like_are_as_they_were(movielens):
    registry = Registry(movielens, Settings())
    rows, reco = CloseTitles.of(registry).rows, Recommender(movielens)
    viewers = np.diff(movielens.likes.reverse_indptr)
    for title in np.flatnonzero(viewers >= SMALLEST)[::25].tolist():
        own = slice(rows.indptr[title], rows.indptr[title + 1])
        scores = dict(zip(rows.indices[own].tolist(), rows.values[own].tolist(), strict=True))
        shown = reco.similar(movielens.titles.ids.ids[title], 2000)
        found = {movielens.titles.ids.position(item.title_id): item.score for item in shown}
        assert found.items() <= scores.items()
