"""`cinewalk tune` writes what other commands take."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.loaders.store.settings_file import read_settings, settings_of
from cinewalk.queries.tune import run as tuning_run
from tests.integration.queries.tune.test_tuning import clustered

pytestmark = pytest.mark.integration


@pytest.fixture
def few_weights(monkeypatch):
    """As few trials of weights as there can be."""
    monkeypatch.setattr(tuning_run, "_WEIGHTS", 12)


def test_the_command_writes_what_other_commands_take(tmp_path, run, few_weights):
    place = str(cinewalk.save(clustered(), tmp_path / "some.cinewalk"))

    code, out, err = run(
        "tune", place, "--out", "tuned.toml", "--trials", "21", "--split", "user-time", "--json"
    )
    assert code == 0, err
    report = json.loads(out)
    assert report["trials"] == report["planned"] == 21
    assert "chosen on" in err
    assert "checked on other likes" in err
    assert "±" in err
    assert report["better"] == (report["gain"]["mean"] > report["gain"]["error"])
    assert read_settings("tuned.toml") == settings_of(report["settings"])
    code, out, _ = run("recommend", "u0", "--graph", place, "--config", "tuned.toml", "--json")
    assert code == 0
    assert json.loads(out) == cinewalk.Recommender(place, settings="tuned.toml").recommend("u0").to_dict()


def test_what_makes_no_sense_is_refused(tmp_path, run):
    place = str(cinewalk.save(clustered(), tmp_path / "some.cinewalk"))
    assert run("tune")[0] == 1
    assert run("tune", place, "--out", "no/such/tuned.toml")[0] == 1
    assert run("recommend", "u0", "--graph", place, "--config", "none.toml")[0] == 1
    code, _, err = run("tune", place, "--time", "5", "--trials", "3")
    assert code == 1
    assert "--time does not go with --trials" in err


def test_the_defaults_are_written_where_nothing_is_better_and_that_is_said(tmp_path, run):
    place = str(cinewalk.save(clustered(), tmp_path / "some.cinewalk"))
    code, out, err = run("tune", place, "--out", "tuned.toml", "--time", "1")
    assert code == 0, err
    if "no better than the defaults" in err:
        assert "The defaults are written to tuned.toml" in out
        assert read_settings("tuned.toml") == cinewalk.Settings()
    else:
        assert "Written to tuned.toml" in out
        assert read_settings("tuned.toml") != cinewalk.Settings()
