"""Tuning: repeatable, resumable, within its time, and honest about what it gains."""

from __future__ import annotations

import time
from dataclasses import fields, replace

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import askable
from cinewalk.graph.model.edges import pair_codes
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.queries.tune import run, slices, tuning
from cinewalk.queries.tune.part_trials import PartTrials
from cinewalk.queries.tune.space import SPACE
from tests.graphs import from_ratings

pytestmark = pytest.mark.integration

#: Trials that fit a part anew: three for each step, the seven steps that matter where there are times.
TRIALS = 3 * len(SPACE)


def clustered(seed: int = 0, users: int = 80, titles: int = 60):
    """Viewers of four tastes, who like the titles of their own much more often, one after another."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(users):
        chance = np.where(np.arange(titles) % 4 == user % 4, 0.5, 0.05)
        liked = rng.permutation(np.flatnonzero(rng.random(titles) < chance))
        rows += [(f"u{user}", f"t{title}", 5.0, 10**9 + step * 1000) for step, title in enumerate(liked)]
    return from_ratings(rows)


def without_times():
    rng = np.random.default_rng(0)
    return from_ratings(
        [(f"u{u}", f"t{t}", 5.0, 0) for u in range(60) for t in np.flatnonzero(rng.random(30) < 0.3)]
    )


@pytest.fixture(autouse=True)
def few_weights(monkeypatch):
    """As few trials of weights as there can be: many would be more of the same."""
    monkeypatch.setattr(run, "_WEIGHTS", 12)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A tuning from beginning to end, and its journal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_WEIGHTS", 12)
        journal = tmp_path_factory.mktemp("whole") / "journal"
        return tuning.tune(clustered(), journal, trials=TRIALS), journal


@pytest.mark.slow
def test_the_same_number_of_trials_chooses_the_same(tmp_path, whole):
    again = tuning.tune(clustered(), tmp_path / "journal", trials=TRIALS)
    assert again == whole[0]
    assert again.trials == again.planned == TRIALS


def test_weights_come_first_and_last(whole):
    found, _ = whole
    what = [tried.what for tried in found.tried]
    assert what[0] == what[-1] == "weights"
    assert {"learned_titles", "learned_viewers", "half_life"} <= set(what[1:-1])
    assert all(tried.gain.is_sure == bool(tried.values) for tried in found.tried)


def test_the_defaults_are_returned_where_nothing_is_better_beyond_its_error(whole):
    found, _ = whole
    if found.gain.is_real:
        assert found.settings != Settings()
        assert found.after - found.before == pytest.approx(found.gain.mean)
    else:
        assert found.settings == Settings()
        assert any("no better than the defaults" in note for note in found.notes)


def test_a_stopped_tuning_goes_on_and_chooses_the_same(tmp_path, whole):
    graph = clustered()
    stopped = []

    class Stop(Exception):
        pass

    def stop(_, done, __):
        if done == 5:
            stopped.append(done)
            raise Stop

    with pytest.raises(Stop):
        tuning.tune(graph, tmp_path / "part", trials=TRIALS, progress=stop)
    asked = []
    again = tuning.tune(
        graph, tmp_path / "part", trials=TRIALS, progress=lambda _, done, __: asked.append(done)
    )
    assert stopped == [5]
    assert min(asked) == 6
    assert again == whole[0]


def test_a_journal_of_another_tuning_is_refused(whole):
    _, journal = whole
    with pytest.raises(RequestError, match="another tuning"):
        tuning.tune(clustered(1), journal, trials=TRIALS)
    with pytest.raises(RequestError, match="another tuning"):
        tuning.tune(clustered(), journal, trials=TRIALS, seed=1)
    with pytest.raises(RequestError, match="another tuning"):
        tuning.tune(clustered(), journal, trials=TRIALS + 1)


def test_no_trial_starts_that_would_not_be_done_in_time_and_it_is_said(tmp_path):
    found = tuning.tune(clustered(), tmp_path / "journal", 1e-9)
    assert found.trials == 0
    assert found.settings == Settings()
    assert any("the time ran out after 0 of" in note for note in found.notes)
    assert any("no better than the defaults" in note for note in found.notes)


@pytest.mark.slow
def test_time_decides_how_many_trials_are_planned(tmp_path):
    start = time.monotonic()
    found = tuning.tune(clustered(), tmp_path / "journal", 8)
    assert found.planned > TRIALS
    assert time.monotonic() - start < 2 * 8


def test_nothing_to_tune_on_is_said(tmp_path):
    with pytest.raises(RequestError):
        tuning.tune(from_ratings([("a", "x", 5, 1), ("b", "y", 5, 1)]), tmp_path / "journal", 600)
    with pytest.raises(RequestError, match="must be above 0"):
        tuning.tune(clustered(), tmp_path / "journal", 0)
    with pytest.raises(RequestError, match="at least 0"):
        tuning.tune(clustered(), tmp_path / "journal", trials=-1)


def test_luck_does_not_change_settings(tmp_path):
    # Where every list is the same whatever the settings, no trial can beat the defaults.
    rows = [(f"u{user}", f"t{title}", 5.0, 10**9 + title) for user in range(8) for title in range(4)]
    found = tuning.tune(from_ratings(rows), tmp_path / "journal", trials=6)
    assert found.settings == Settings()
    assert any("no better than the defaults" in note for note in found.notes)


def test_random_slices_choose_neither_the_sequence_nor_a_discount_of_popular_titles(tmp_path):
    found = tuning.tune(without_times(), tmp_path / "journal", trials=24, kind="random")
    kept, default = found.settings, Settings()
    assert kept.sequence == default.sequence
    assert kept.half_life == default.half_life
    for section in fields(Weights):
        for parameter in fields(getattr(default, section.name)):
            if parameter.name in {"source_exponent", "target_exponent", "title_exponent"}:
                assert getattr(getattr(kept, section.name), parameter.name) == getattr(
                    getattr(default, section.name), parameter.name
                )
    tried = tuning._steps("random", ordered=True)
    assert not any(values.popularity for step in tried for values in step.ranges.values())
    assert any(
        values.popularity
        for step in tuning._steps("user-time", ordered=True)
        for values in step.ranges.values()
    )


def test_the_check_looks_for_likes_that_no_trial_looked_for(monkeypatch):
    graph = clustered()
    for many in (10**9, 40):
        monkeypatch.setattr(slices, "_MANY", many)
        made = slices.tuning_slices(graph, 0.2, "user-time", 0)
        check = set(pair_codes(made.check.parts.test).tolist())
        chosen = [set(pair_codes(one.parts.test).tolist()) for one in made.choosing]
        assert check
        assert all(chosen)
        assert not any(check & likes for likes in chosen)
        for one in made.choosing:
            assert np.array_equal(one.users, askable(one.graph, one.parts.test))
        if many == 40:
            assert not set(made.check.users.tolist()) & set(made.choosing[0].users.tolist())
        else:
            assert len(made.choosing) == 3
            assert not check & set(pair_codes(made.choosing[0].graph.likes).tolist())


def test_time_is_planned_by_the_lists_that_are_kept_and_by_the_parts_that_count():
    made = slices.tuning_slices(clustered(), 0.2, "user-time", 0)
    parts = PartTrials(made.choosing, ["shared_titles", "learned_titles"])
    kept = parts.walked(Settings(), parts.parts)
    parts.keep(kept)
    assert all(walked.seconds > 0 for walked in kept.values())
    # What a trial took that came to nothing is not what the check will take.
    parts.walked(Settings(), parts.parts)
    assert parts.takes(["learned_titles", "sequence"]) == kept["learned_titles"].seconds
    alone = replace(Settings(), weights=Weights(shared_titles=0.0))
    assert parts.blend_takes(alone) == kept["learned_titles"].seconds
    assert parts.blend_takes(Settings()) == sum(walked.seconds for walked in kept.values())


def test_parts_of_weight_0_are_not_fitted_but_their_weight_is_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "Settings", lambda: replace(Settings(), weights=Weights(shared_titles=0.0)))
    monkeypatch.setattr(run, "_WEIGHTS", 0)
    found = tuning.tune(clustered(), tmp_path / "journal", trials=12)
    assert "shared_titles" not in {tried.what for tried in found.tried}
