"""The ready query for somebody new gives the scores of the walk for newcomers, up to its norm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cinewalk.graph.model.profile import profile_of_titles
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.words.ready import ready_query
from tests import neo4j_queries as shared
from tests.neo4j_queries import CLOSE, column, example_of, ids

pytestmark = pytest.mark.integration

ask, connection, facts = shared.ask, shared.connection, shared.facts


@pytest.mark.parametrize(
    "groups",
    [
        [],
        ["age=18-24", "gender=F"],
        ["age=56+", "gender=M", "occupation=student"],
        ["occupation=doctor"],
        ["occupation=doctor", "age=25-34"],
    ],
)
def test_cold_start_is_the_walk_for_newcomers(ask, facts, groups):
    graph, parameters = facts.graph, Settings().newcomers
    positions = [graph.nodes["DemographicGroup"].ids.position(group) for group in groups]
    nobody = profile_of_titles(graph, np.empty(0, np.int32), np.empty(0))
    profile = replace(nobody, groups=np.array(sorted(positions), np.int32))
    scores = Registry(graph, Settings()).walk("newcomers").run(profile).scores
    viewed = (np.diff(graph.likes.reverse_indptr) > 0) & ~profile.hidden
    length = np.linalg.norm(scores[viewed])
    ranked, values = topk.rank(scores, ~viewed, 200)
    rows = ask("cold_start", groupIds=groups, strength=parameters.strength, prior=parameters.prior, k=200)
    found = np.array(column(rows, "score"))
    everything = ask(
        "cold_start", groupIds=groups, strength=parameters.strength, prior=parameters.prior, k=9999
    )
    norm = np.linalg.norm(column(everything, "score"))
    np.testing.assert_allclose(found / norm, values / length, rtol=CLOSE)
    # Equal scores may come in another order: Cypher's sums differ in the last digit.
    same = [facts.titles[title] for title in ranked.tolist()]
    for place, title_id in enumerate(ids(rows)):
        assert found[place] / norm == pytest.approx(scores[facts.title(title_id)] / length, rel=CLOSE)
    assert set(ids(rows)[:50]) == set(same[:50])


def test_the_example_has_the_defaults(connection):
    example = example_of(connection, ready_query("cold_start"))
    parameters = Settings().newcomers
    assert (example["strength"], example["prior"]) == (parameters.strength, parameters.prior)
