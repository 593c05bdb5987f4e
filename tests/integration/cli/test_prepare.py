"""The command `prepare`, as typed."""

from __future__ import annotations

import json

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.store.graph_folder import open_graph, save

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path):
    return str(save(example_graph(), tmp_path / "example.cinewalk"))


def test_at_once_and_in_parts_say_the_same(place, run):
    code, at_once, err = run("prepare", "--graph", place)
    assert (code, err) == (0, "")
    assert "is prepared: steps by walk: " in at_once
    assert open_graph(place).prepared is not None
    assert run("prepare", "--graph", place, "--blocks", "2") == (0, at_once, "")


def test_shards_say_what_is_left(place, run):
    _, first, _ = run("prepare", "--graph", place, "--blocks", "2", "--shard", "1/2")
    assert "left. Run the same again when the other shards have ended." in " ".join(first.split())
    for shard in ("2/2", "1/2", "2/2"):
        _, out, _ = run("prepare", "--graph", place, "--blocks", "2", "--shard", shard, "--json")
        last = json.loads(out)
        if not last["left"]:
            break
    assert last["left"] == 0
    assert open_graph(place).prepared is not None


@pytest.mark.fault
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--shard", "3"], "is no part"),
        (["--shard", "5/4"], "is no part"),
        (["--memory", "lots"], "is no size"),
        (["--memory", "1K"], "Give each worker more memory"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["--master", "local[2]"], "--master: only Spark heeds it. Add --engine spark"),
        (["--engine", "spark", "--shard", "1/2"], "--shard: Spark does not heed it"),
    ],
)
def test_what_makes_no_sense_is_one_line(place, run, options, said):
    code, out, err = run("prepare", "--graph", place, *options)
    assert (code, out) == (1, "")
    assert said in " ".join(err.split())
