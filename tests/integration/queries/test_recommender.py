"""Graphs and recommenders are sent to other processes."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.queries.recommender import Recommender

pytestmark = pytest.mark.integration


def test_a_process_of_its_own_takes_a_graph_and_returns_a_list():
    reco = Recommender(example_graph())
    reco.watch("zoe", "Alien", at=1_700_500_000)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        made = pool.submit(Recommender, reco.graph).result(timeout=120)
        listed = pool.submit(Recommender.recommend, reco, "zoe").result(timeout=120)
    assert made.recommend("eve") == reco.recommend("eve")
    assert listed == reco.recommend("zoe")


def test_a_graph_opened_from_a_folder_travels_without_it(tmp_path):
    save(prepare(Registry(example_graph(), Settings())), tmp_path / "example.cinewalk")
    opened = open_graph(tmp_path / "example.cinewalk")
    text = pickle.dumps(opened)
    (tmp_path / "example.cinewalk").rename(tmp_path / "elsewhere")
    travelled = pickle.loads(text)
    assert travelled.equals(opened)
    assert b"memmap" not in text
    assert not any(array.flags.writeable for array in travelled.arrays().values())
