"""Remedies on the command line."""

from __future__ import annotations

import json

import pytest

import cinewalk

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def reco(movielens):
    return cinewalk.Recommender(movielens)


@pytest.fixture
def loaded(run, kept):
    code, _, problem = run("load", "movielens-100k")
    assert code == 0, problem
    return run


def test_the_command_line_says_it_as_a_line_of_its_own(loaded, reco):
    spec = "calibrated=0.3,bubble=3"
    code, shown, _ = loaded("recommend", "22", "--remedies", spec, "--json")
    assert code == 0
    assert json.loads(shown) == reco.recommend("22", remedies=spec).to_dict()
    adjusted = [item for item in json.loads(shown) if item.get("adjustments")]
    code, text, _ = loaded("explain", "22", adjusted[0]["title_id"], "--remedies", spec)
    assert code == 0
    assert next(iter(adjusted[0]["adjustments"])) in text
    assert "shown with" in text
    code, text, _ = loaded("recommend", "22", "--remedies", spec)
    assert code == 0
    assert next(iter(adjusted[0]["adjustments"])) in " ".join(text.split())
    code, _, problem = loaded("recommend", "22", "--remedies", "bubbles=3")
    assert code == 1
    assert problem.startswith("error: there is no remedy 'bubbles=3'")


@pytest.mark.slow
def test_tuning_on_the_command_line(loaded, tmp_path):
    words = ("tune", "movielens-100k", "--fair", "bubble", "--budget", "0.9", "--split", "user-time")
    code, shown, problem = loaded(*words)
    assert code == 0
    assert shown.strip() == "bubble=5"
    assert "bubble=2:" in problem
    assert "bubble=1:" not in problem  # lists have two such places without it
    assert not list(tmp_path.glob("*.toml"))
