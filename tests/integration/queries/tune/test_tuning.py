"""Tuning: deterministic, resumable, honest about its time, and of use to every command."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.tune import tuning
from cinewalk.queries.tune.space import SPACE
from tests.graphs import from_ratings

pytestmark = pytest.mark.integration


def clustered(seed: int = 0, users: int = 80, titles: int = 60):
    """Viewers of four tastes, who like the titles of their own much more often, one after another."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(users):
        chance = np.where(np.arange(titles) % 4 == user % 4, 0.5, 0.05)
        liked = rng.permutation(np.flatnonzero(rng.random(titles) < chance))
        rows += [(f"u{user}", f"t{title}", 5.0, 10**9 + step * 1000) for step, title in enumerate(liked)]
    return from_ratings(rows)


@pytest.fixture
def one_round(monkeypatch):
    """As few trials as there can be: the seconds are what they are, the plan is short."""
    monkeypatch.setattr(tuning, "_FEWEST", 3)
    monkeypatch.setattr(tuning, "_PER_TRIAL", 1e6)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A tuning of one round from beginning to end, and its journal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "_FEWEST", 3)
        patch.setattr(tuning, "_PER_TRIAL", 1e6)
        journal = tmp_path_factory.mktemp("whole") / "journal"
        return tuning.tune(clustered(), journal, 600), journal


def test_two_runs_with_one_seed_choose_the_same_and_another_seed_may_not(tmp_path, one_round):
    graph = clustered()
    first, second = (tuning.tune(graph, tmp_path / name, 600, seed=3) for name in ("a", "b"))
    assert first == second
    assert first.trials == first.planned == 3 * len(SPACE)
    assert first.after >= first.before > 0


def test_a_stopped_tuning_goes_on_and_chooses_the_same(tmp_path, one_round, whole):
    graph = clustered()
    stopped = []

    class Stop(Exception):
        pass

    def stop(_, done, __):
        if done == 5:
            stopped.append(done)
            raise Stop

    with pytest.raises(Stop):
        tuning.tune(graph, tmp_path / "part", 600, progress=stop)
    asked = []
    again = tuning.tune(graph, tmp_path / "part", 600, progress=lambda _, done, __: asked.append(done))
    assert stopped == [5]
    assert min(asked) == 6
    assert again == whole[0]


def test_a_journal_of_another_tuning_is_refused(one_round, whole):
    _, journal = whole
    with pytest.raises(RequestError, match="another tuning"):
        tuning.tune(clustered(1), journal, 600)
    with pytest.raises(RequestError, match="another tuning"):
        tuning.tune(clustered(), journal, 600, seed=1)


def test_no_trial_starts_after_the_time_and_it_is_said(tmp_path, one_round):
    found = tuning.tune(clustered(), tmp_path / "journal", 1e-9)
    assert found.trials == 0
    assert found.settings == Settings()
    assert any("the time ran out after 0 of" in note for note in found.notes)


def test_nothing_to_tune_on_is_said(tmp_path, one_round):
    with pytest.raises(RequestError):
        tuning.tune(from_ratings([("a", "x", 5, 1), ("b", "y", 5, 1)]), tmp_path / "journal", 600)
    with pytest.raises(RequestError, match="must be above 0"):
        tuning.tune(clustered(), tmp_path / "journal", 0)


@pytest.mark.slow
def test_luck_does_not_change_settings(tmp_path, monkeypatch):
    # Where every list is the same whatever the settings, no trial can beat the defaults.
    monkeypatch.setattr(tuning, "_FEWEST", 3)
    rows = [(f"u{user}", f"t{title}", 5.0, 10**9 + title) for user in range(8) for title in range(4)]
    assert tuning.tune(from_ratings(rows), tmp_path / "journal", 600).settings == Settings()


@pytest.mark.parametrize("kind", ["random", "popularity"])
def test_times_that_do_not_differ_leave_the_sequence_alone(tmp_path, one_round, kind):
    rng = np.random.default_rng(0)
    rows = [(f"u{u}", f"t{t}", 5.0, 0) for u in range(40) for t in np.flatnonzero(rng.random(30) < 0.3)]
    found = tuning.tune(from_ratings(rows), tmp_path / "journal", 600, kind=kind)
    assert found.settings.sequence == Settings().sequence
    assert found.planned == 3 * (len(SPACE) - 1)
