"""Graphs by name: which there are, which is the current one, and who may change that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph

pytestmark = pytest.mark.integration


@pytest.fixture
def sources(tmp_path):
    for name, title in (("one", "Heat"), ("two", "Fargo")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "titles.csv").write_text(f"title_id,title,year\nx,{title},1995\ny,Alien,1979\n")
        (tmp_path / name / "ratings.csv").write_text("user_id,title_id,rating\nann,x,5\nbob,y,4\nbob,x,5\n")
    return tmp_path


def listed(run):
    code, out, _ = run("graphs", "--json")
    assert code == 0
    return {row["name"]: row for row in json.loads(out)}


def current(run):
    return next((name for name, row in listed(run).items() if row["is_current"]), None)


def test_only_load_without_out_and_use_change_what_is_current(run, sources, example):
    assert run("graphs")[:2] == (0, "")
    assert "It is the current graph now." in run("load", "one")[1]
    assert "It is the current graph now." in run("load", "two")[1]
    assert current(run) == "two"
    code, out, err = run("load", "one", "--out", "elsewhere.cinewalk")
    assert "current" not in out
    assert "The current graph is the same as before" in err
    run("mark", "ann", "Alien", "--thumb", "up", "-g", "one")
    run("mark", "ann", "Alien", "--thumb", "up", "-g", example)
    run("compact", "-g", "one")
    run("recommend", "ann", "-g", "one")
    assert current(run) == "two"
    assert run("use", "one") == (
        0,
        f"{sources / 'home' / 'graphs' / 'one.cinewalk'} is the current graph now.\n",
        "",
    )
    assert current(run) == "one"
    assert json.loads(run("use", "elsewhere.cinewalk", "--json")[1])["graph"] == "elsewhere.cinewalk"
    assert current(run) == str((sources / "elsewhere.cinewalk").resolve())
    code, _, err = run("use", "three")
    assert (code, err.count("\n")) == (1, 1)
    assert "there is no such graph folder" in err


def test_the_list_says_what_each_is(run, sources):
    run("load", "one")
    run("mark", "zoe", "Alien", "--thumb", "up")
    row = listed(run)["one"]
    assert (row["people"], row["titles"], row["signals"]) == (2, 2, 1)
    assert row["source"] == str(sources / "one")
    assert row["size"] > 1000
    run("compact")
    assert (listed(run)["one"]["people"], listed(run)["one"]["source"]) == (3, str(sources / "one"))
    words = run("graphs")[1]
    assert "one" in words
    assert "*" in words


def test_a_graph_that_cannot_be_opened_is_listed_with_the_reason(run, sources):
    run("load", "one")
    place = Path(listed(run)["one"]["place"])
    (place / "manifest.json").write_text("{")
    assert "manifest" in listed(run)["one"]["problem"]
    assert "manifest" in run("graphs")[2]


def test_what_people_did_stays_whatever_is_loaded_again(run, sources):
    run("load", "one")
    assert run("mark", "zoe", "Heat", "--thumb", "up")[0] == 0
    assert run("compact", "--json")[0] == 0
    assert run("load", "one")[0] == 0
    assert run("mark", "pat", "Alien", "--thumb", "up")[0] == 0
    home = sources / "home" / "graphs"
    assert [entry.name for entry in home.glob("*.cinewalk")] == ["one.cinewalk"]
    (sources / "one" / "titles.csv").write_text("title_id,title,year\nx,Heat,1995\nz,Solaris,1972\n")
    (sources / "one" / "ratings.csv").write_text("user_id,title_id,rating\nann,x,5\nbob,z,4\n")
    assert run("load", "one")[0] == 0
    graph = cinewalk.load(home / "one.cinewalk")
    assert list(graph.users.ids.ids) == ["ann", "bob", "pat", "zoe"]
    code, out, err = run("compact")
    assert code == 0
    assert out.startswith("2 signals of 2 people are folded into")
    assert err == "1 of them is about a title that the graph does not have; it is kept.\n"


def test_a_data_set_by_its_name_is_as_it_came_until_its_journal_is_folded_in(run, kept, movielens):
    assert run("mark", "196", "Fargo", "--thumb", "up", "-g", "movielens-100k")[0] == 0
    assert cinewalk.load("movielens-100k").equals(movielens)
    assert len(cinewalk.load(kept).relations["thumbed"]) == 1
    with cinewalk.Recommender("movielens-100k", keep=True) as reco:
        reco.thumb("196", "Heat", 1)
    assert len(cinewalk.load(kept).relations["thumbed"]) == 2
    assert run("compact", "-g", "movielens-100k")[0] == 0
    assert cinewalk.load("movielens-100k").equals(movielens)
    assert len(cinewalk.load(kept).relations["thumbed"]) == 2


def test_a_copy_that_an_older_version_made_stays_whole_under_its_own_name(run, kept, movielens):
    mine = cinewalk.save(example_graph(), kept.parent / "movielens-100k-mine.cinewalk")
    assert run("use", "movielens-100k-mine")[0] == 0
    assert run("mark", "ann", "Heat", "--block")[0] == 0
    assert run("load", "movielens-100k")[0] == 0
    assert len(cinewalk.load(mine).relations["blocked"]) == len(example_graph().relations["blocked"]) + 1
    assert current(run) == "movielens-100k"


def test_undo_on_the_command_line(run, example):
    assert run("mark", "zoe", "Heat", "--thumb", "up", "-g", example)[0] == 0
    assert run("undo", "zoe", "-g", example)[1] == "zoe has not thumbed Heat (1995) any more.\n"
    code, _, err = run("undo", "zoe", "-g", example)
    assert (code, err) == (1, "error: there is nothing to undo for user 'zoe'.\n")


def test_the_older_word_for_undo_still_does_it_and_says_which_is_new(run, example):
    assert run("mark", "zoe", "Heat", "--thumb", "up", "-g", example)[0] == 0
    code, out, err = run("mark", "zoe", "--undo", "-g", example)
    assert (code, out) == (0, "zoe has not thumbed Heat (1995) any more.\n")
    assert err.startswith("`cinewalk undo zoe` does this now")
    assert "--undo" not in run("mark", "--help")[1]
    assert run("mark", "zoe", "Heat", "--undo", "-g", example)[0] == 1


def test_whoever_is_not_found_is_told_where_it_was_looked(run, sources):
    run("load", "one")
    for words in (("recommend", "nobody"), ("similar", "nothing"), ("mark", "ann", "nothing", "--block")):
        code, _, err = run(*words)
        assert code == 1
        assert "in the graph one." in err
