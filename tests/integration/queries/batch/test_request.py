"""Fingerprints of graphs that lie on disk."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.batch.request import fingerprint
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


def test_a_fingerprint_reads_arrays_as_they_lie(tmp_path):
    graph = prepare(Registry(random_graph(3), Settings()))
    assert fingerprint(cinewalk.load(cinewalk.save(graph, tmp_path / "it.cinewalk"))) == fingerprint(graph)
