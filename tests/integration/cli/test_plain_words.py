"""What newcomers meet: nearest names, plain words, narrow pages, what somebody did and how it is taken back."""

from __future__ import annotations

import json
import logging
import re

import pandas as pd
import pytest

import cinewalk
from cinewalk.cli.app import OVERVIEW
from cinewalk.errors import RejectedRowsError, RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.preference import Preference
from cinewalk.loaders.fetch import cache
from cinewalk.loaders.fetch.datasets import DATASETS

pytestmark = pytest.mark.integration


@pytest.mark.fault
@pytest.mark.parametrize(
    ("words", "code", "meant"),
    [
        ("recomend ann", 2, "recommend"),
        ("feed hmoe ann", 2, "home"),
        ("recommend ann --walk blnd", 2, "blend"),
        ("evaluate movielens-100k --walk blnd", 1, "blend"),
        ("evaluate movielens-100k --split random-time", 2, "random"),
        ("load movielens-10k", 1, "movielens-100k"),
    ],
)
def test_the_nearest_name_is_offered(run, example, words, code, meant):
    left, _, err = run(*words.split())
    assert left == code
    assert re.search(rf"Did you mean '?{meant}'?\?", err), err
    assert "Value error" not in err


@pytest.mark.parametrize("call", [lambda: cinewalk.Recommender(example_graph(), walk="blnd")])
def test_python_offers_the_nearest_walk_too(call):
    with pytest.raises(RequestError, match=r"Did you mean blend\?"):
        call().recommend("ann")


@pytest.mark.parametrize("name", list(OVERVIEW))
def test_help_has_no_type_of_python(run, name):
    assert "list[" not in run(name, "--help")[1]


@pytest.mark.parametrize(
    ("years", "allowed"),
    [("90s", (1990, 1999)), ("1990s", (1990, 1999)), ("1995", (1995, 1995)), ("1990-1999", (1990, 1999))],
)
def test_years_in_every_form(run, example, years, allowed):
    code, out, _ = run("recommend", "ann", "--years", years, "--json", "-g", example)
    listed = [item["year"] for item in json.loads(out)]
    assert code == 0
    assert all(allowed[0] <= year <= allowed[1] for year in listed)


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_a_pipe_is_as_wide_as_columns_says_and_has_no_blanks_at_its_ends(run, example, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in (("recommend", "ann"), ("explain", "ann", "Brazil"), ("search", "a")):
        lines = run(*words, "-g", example)[1].split("\n")
        assert max(map(len, lines)) <= columns
        assert [line for line in lines if line != line.rstrip()] == []


def test_scores_stand_below_each_other_and_json_is_exact(run, example):
    out = run("recommend", "ann", "-g", example)[1]
    places = {len(number) for number in re.findall(r" \d+\.(\d+)", out)}
    assert len(places) == 1
    reco = cinewalk.Recommender(example_graph())
    exact = [item["score"] for item in json.loads(run("recommend", "ann", "--json", "-g", example)[1])]
    assert exact == [item.score for item in reco.recommend("ann")]


def test_titles_of_a_taste_stand_alone(run, example):
    alone = run("taste", "Alien", "Heat", "--json", "-g", example)
    assert alone[0] == 0
    assert alone == run("taste", "-t", "Alien", "--title", "Heat", "--json", "-g", example)
    assert alone == run("taste", "Alien", "--title", "Heat", "--json", "-g", example)


def test_what_was_done_is_shown_and_taken_back(run, example):
    before = run("history", "eve", "-g", example)[1]
    assert run("mark", "eve", "Brazil", "--thumb", "up", "-g", example)[0] == 0
    code, out, err = run("history", "eve", "-k", "1", "-g", example)
    assert (code, out.count("\n")) == (0, 1)
    assert "Brazil (1985) a thumb up" in out
    assert "2 older ones: -k 3 shows all" in err
    assert len(json.loads(run("history", "eve", "--json", "-g", example)[1])["events"]) == 3
    assert run("undo", "eve", "-g", example)[:2] == (0, "eve has not thumbed Brazil (1985) any more.\n")
    assert run("history", "eve", "-g", example)[1] == before
    assert run("undo", "eve", "-g", example)[0] == 1
    assert run("history", "nobody", "-g", example)[0] == 1


def test_nothing_that_walks_lead_to(run, tmp_path):
    """Somebody whose likes lead nowhere, where nothing else is left to be shown."""
    likes = pd.DataFrame({"user_id": ["a", "a"], "title_id": ["x", "y"], "rating": [5, 5]})
    ranking = cinewalk.Recommender(cinewalk.load(likes, preference=Preference(4.0))).recommend("a")
    assert not ranking
    assert ranking.note.endswith("from these likes, and every title that anybody likes has been seen.")


@pytest.mark.fault
def test_errors_of_frames_speak_python():
    with pytest.raises(RequestError) as nothing:
        cinewalk.load(None)
    assert "nothing" not in str(nothing.value)
    assert str(nothing.value).endswith("give one of ratings, watches, thumbs, blocks.")
    frame = pd.DataFrame({"user_id": ["a", "b"], "title_id": ["x", "x"], "rating": [5, 900]})
    with pytest.raises(RejectedRowsError) as bad:
        cinewalk.load(frame)
    assert "max_rejects=N" in str(bad.value)
    assert "--max-rejects" not in str(bad.value)


def test_python_hears_once_what_is_fetched_and_under_which_terms(tmp_path, caplog, monkeypatch):
    """Without a network: what is fetched is put there, what is said of it is as ever."""
    dataset = DATASETS["movielens-1m"]
    archive = tmp_path / "ml-1m.zip"
    monkeypatch.setattr(cache, "fetch_archive", lambda *_: archive)
    monkeypatch.setattr(
        cache, "unpack", lambda _, new, __: (new / "ratings.dat").write_text("1::1::5::978300760\n")
    )
    said = []
    for _ in range(2):
        cache.data_folder(dataset, tmp_path / "cache", lambda _: True, lambda *_: None, said.append)
    assert len(said) == 2
    assert said[0] == f"movielens-1m is fetched once: 5.9 MB from {dataset.url}."
    assert "research use" in said[1]
    monkeypatch.setenv("CINEWALK_CACHE", str(tmp_path / "other"))
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "home"))
    with caplog.at_level(logging.WARNING, "cinewalk"):
        cinewalk.load("movielens-1m")
    assert [record.getMessage() for record in caplog.records] == said


@pytest.mark.fault
def test_a_tuning_that_tried_nothing_writes_nothing(run, example, tmp_path, monkeypatch):
    from cinewalk.queries.tune.run import TuningRun

    monkeypatch.setattr(TuningRun, "choose", lambda *_: cinewalk.Settings())
    code, out, err = run("tune", "movielens-100k", "--time", "5", "--out", "tuned.toml")
    assert (code, out) == (1, "")
    assert "nothing was tried" in err
    assert not list(tmp_path.glob("tuned*"))
