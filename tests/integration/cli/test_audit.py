"""`cinewalk audit` as a person runs it."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.integration


def test_the_command(run, kept):
    code, out, _ = run("audit", "movielens-100k", "--by", "gender, age", "--json")
    assert code == 0
    found = json.loads(out)
    assert {row["kind"] for row in found["groups"]} == {"age", "gender"}
    assert found["everybody"]["viewers"] == 910
    code, out, err = run("audit", "movielens-100k", "--by", "gender", "--walk", "popularity")
    assert (code, err) == (0, "")
    for heading in (
        "Groups of viewers",
        "Gaps between groups",
        "What is shown, by decade",
        "What groups change",
    ):
        assert heading in out
    assert "910 viewers; lists of ten by popularity." in out
    code, out, err = run("audit", "movielens-100k", "--by", "size")
    assert (code, out) == (1, "")
    assert err.startswith("error: there are no groups of viewers by 'size'")


def test_the_command_takes_the_graph_loaded_last(run, movielens):
    assert run("load", "movielens-100k")[0] == 0
    code, out, _ = run("audit", "--by", "gender", "--walk", "popularity", "--json")
    assert code == 0
    assert json.loads(out)["walk"] == "popularity"
