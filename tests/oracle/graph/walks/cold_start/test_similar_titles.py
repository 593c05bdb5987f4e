"""What is like titles that few like, against its formula written out; who those few are makes no difference."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.profile import profile_of_titles
from cinewalk.graph.model.settings import PrivacyParameters, Settings
from cinewalk.graph.walks.cold_start.alike import SIZE, AlikeTitles
from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle

FEW = Settings(privacy=PrivacyParameters(smallest=5))


@pytest.fixture(scope="module", params=[1, 2])
def graph(request):
    return random_graph(request.param, 40, 70, 0.2)


@pytest.fixture(scope="module")
def has(graph):
    """Of each kind, what each title has."""
    kinds = {}
    for name in ("in_genre", "directed", "acted_in"):
        relation = graph.relations[name]
        ends = [set() for _ in range(len(graph.titles))]
        for source, target in zip(relation.sources.tolist(), relation.indices.tolist(), strict=True):
            title, end = (source, target) if name == "in_genre" else (target, source)
            ends[title].add(end)
        kinds[name] = ends
    return kinds


def likeness(has, title, other, viewers):
    alike = 0.0
    for ends in has.values():
        either = ends[title] | ends[other]
        alike += len(ends[title] & ends[other]) / len(either) if either else 0.0
    known = max(viewers, 5)
    return alike * known / (known + 3)


def test_rows_are_what_the_formula_gives(graph, has):
    viewers = np.diff(graph.likes.reverse_indptr)
    titles = np.arange(len(viewers), dtype=np.int32)
    rows = AlikeTitles(graph, 5).rows_of(titles)
    for title in titles.tolist():
        scores = {o: likeness(has, title, o, viewers[o]) for o in titles.tolist() if o != title}
        best = sorted((o for o in scores if scores[o] > 0), key=lambda o: (-scores[o], o))[:SIZE]
        row = slice(rows.indptr[title], rows.indptr[title + 1])
        assert rows.indices[row].tolist() == sorted(best)
        whole = sum(scores[o] for o in best)
        assert rows.values[row] == pytest.approx([scores[o] / whole for o in sorted(best)], rel=1e-12)


def test_rows_are_those_of_either_walk(graph):
    walk = SimilarTitles.of(Registry(graph, FEW))
    assert walk.few.any()
    assert not walk.few.all()
    assert walk.few.tolist() == (np.diff(graph.likes.reverse_indptr) < 5).tolist()
    titles = np.arange(len(walk.few), dtype=np.int32)
    close, alike = walk.close.rows_of(titles), walk.alike.rows_of(titles)
    for title in titles.tolist():
        theirs = alike if walk.few[title] else close
        row, other = slice(*walk.rows.indptr[title : title + 2]), slice(*theirs.indptr[title : title + 2])
        assert walk.rows.indices[row].tolist() == theirs.indices[other].tolist()
        assert walk.rows.values[row].tolist() == theirs.values[other].tolist()


def test_shares_and_walks_add_up(graph):
    walk = SimilarTitles.of(Registry(graph, FEW))
    few, known = np.flatnonzero(walk.few)[:2], np.flatnonzero(~walk.few)[:2]
    for named in (few, known, np.concatenate([few, known])):
        titles = np.sort(named).astype(np.int32)
        outcome = walk.run(profile_of_titles(graph, titles, np.ones(len(titles))))
        expected = np.zeros(len(walk.few))
        for title in titles.tolist():
            row = slice(*walk.rows.indptr[title : title + 2])
            expected[walk.rows.indices[row]] += walk.rows.values[row]
        assert outcome.scores == pytest.approx(expected, rel=1e-12)
        for target in np.flatnonzero(expected).astype(np.int32).tolist():
            parts = outcome.contributions(np.array([target], np.int32))
            assert sum(part.sum() for part in parts.values()) == pytest.approx(expected[target])
            walked = sum(paths.scores.sum() for paths in outcome.paths(target).values())
            walks = list(outcome.long_walks(target))
            assert walked + sum(each.score for each in walks) == pytest.approx(expected[target])
            assert all(walk.few[each.nodes[0][1]] for each in walks)
            assert sum(outcome.last_steps(target).values()) == pytest.approx(1)


def dealt(graph, title, by):
    """Hand what was done with a title to others: of each user to the one ``by`` places on."""
    edges = {}
    for name in schema.RELATIONSHIPS:
        if name in ("likes", "same_as"):
            continue
        relation = graph.relations[name]
        sources = np.array(relation.sources)
        if schema.RELATIONSHIPS[name].source == "User" and schema.RELATIONSHIPS[name].target == "Title":
            mine = relation.indices == title
            sources[mine] = (sources[mine] + by) % len(graph.users)
        edges[name] = Edges(sources, relation.indices, dict(relation.properties))
    return assemble(graph.nodes, edges)


@pytest.mark.parametrize("made", [example_graph, lambda: random_graph(3, 40, 70, 0.2)])
def test_who_the_few_are_makes_no_difference(made):
    graph = made()
    reco, changed = Recommender(graph, settings=FEW), 0
    for title in np.flatnonzero(np.diff(graph.likes.reverse_indptr) < 5).tolist():
        name = graph.titles.ids.ids[title]
        for by in (1, 2):
            others = dealt(graph, title, by)
            changed += others.likes.indices.tolist() != graph.likes.indices.tolist()
            after, every = Recommender(others, settings=FEW), len(graph.titles)
            shown = reco.similar(name, every)
            assert shown.to_dict() == after.similar(name, every).to_dict()
            assert shown.note == after.similar(name, every).note != ""
            taste = reco.taste(titles=[name], k=every)
            assert taste.to_dict() == after.taste(titles=[name], k=every).to_dict()
            for item in taste:
                why = reco.explain_taste(item.title_id, titles=[name]).to_dict()
                assert why == after.explain_taste(item.title_id, titles=[name]).to_dict()
    assert changed > 5
