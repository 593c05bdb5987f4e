"""`cinewalk tune` writes what other commands take."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.loaders.store.settings_file import read_settings
from cinewalk.queries.tune import tuning
from tests.integration.queries.tune.test_tuning import clustered

pytestmark = pytest.mark.integration


@pytest.fixture
def one_round(monkeypatch):
    """As few trials as there can be: the seconds are what they are, the plan is short."""
    monkeypatch.setattr(tuning, "_FEWEST", 3)
    monkeypatch.setattr(tuning, "_PER_TRIAL", 1e6)


def test_the_command_writes_what_other_commands_take(tmp_path, run, one_round):
    place = str(cinewalk.save(clustered(), tmp_path / "some.cinewalk"))

    code, out, err = run(
        "tune", place, "--out", "tuned.toml", "--time", "600", "--split", "user-time", "--json"
    )
    assert code == 0, err
    report = json.loads(out)
    assert report["trials"] == report["planned"]
    assert "chosen on" in err
    assert read_settings("tuned.toml").half_life == report["settings"]["half_life"]
    code, out, _ = run("recommend", "u0", "--graph", place, "--config", "tuned.toml", "--json")
    assert code == 0
    assert json.loads(out) == cinewalk.Recommender(place, settings="tuned.toml").recommend("u0").to_dict()
    assert run("tune")[0] == 1
    assert run("tune", place, "--out", "no/such/tuned.toml")[0] == 1
    assert run("recommend", "u0", "--graph", place, "--config", "none.toml")[0] == 1
