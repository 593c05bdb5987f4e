"""Erasing and exporting a person, as a person types it."""

from __future__ import annotations

import json
import stat

import pytest

import cinewalk
from cinewalk.clean_text import control_in
from cinewalk.graph.model.apply_events import without_users
from cinewalk.graph.model.conversions import from_networkx
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.user_events import UserEvents

pytestmark = pytest.mark.integration


def test_erase_tells_what_and_where_and_removes_the_page(run, example, tmp_path):
    assert run("explain", "ann", "Brazil", "--html", "why.html", "-g", example)[0] == 0
    assert run("mark", "ann", "Heat", "--thumb", "up", "-g", example)[0] == 0
    code, out, err = run("erase", "ann", "--dry-run", "-g", example)
    assert code == 0
    assert "To be removed of ann" in out
    assert (tmp_path / "why.html").exists()
    code, out, err = run("erase", "ann", "-g", example, "--json")
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert {"where": str((tmp_path / "why.html").resolve()), "what": "page", "count": 1} in report["removed"]
    assert {row["what"] for row in report["removed"]} >= {
        "User",
        "RATED",
        "LIKES",
        "THUMBED",
        "signals",
        "page",
    }
    assert any("backups" in text for text in report["unreached"])
    assert not (tmp_path / "why.html").exists()
    assert cinewalk.load(example).equals(without_users(example_graph(), ["ann"]))
    code, out, err = run("erase", "nobody", "-g", example)
    assert (code, out, err.count("\n")) == (1, "", 1)


def test_who_is_erased_stays_out_when_the_source_is_loaded_again(run, tmp_path):
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "ratings.csv").write_text("user_id,title_id,rating\nann,x,5\nbob,x,4\nbob,y,5\n")
    run("load", "films")
    run("mark", "ann", "y", "--thumb", "up")
    assert run("erase", "ann")[0] == 0
    assert run("load", "films")[0] == 0
    assert run("recommend", "ann")[0] == 1
    assert run("recommend", "bob")[0] == 0
    assert run("compact")[0] == 0
    place = tmp_path / "home" / "graphs" / "films.cinewalk"
    assert list(cinewalk.load(place).users.ids.ids) == ["bob"]


def known(graph, user):
    """Return what a graph knows of somebody, by the ids of its titles and groups."""
    events = UserEvents.of(graph, graph.users.ids.position(user))
    titles, groups = graph.titles.ids.ids, graph.nodes["DemographicGroup"].ids.ids
    by_kind = {
        kind: {titles[title]: dict(values) for title, values in of_kind.items()}
        for kind, of_kind in events.events.items()
    }
    likes = {titles[title]: tuple(like) for title, like in events.likes.items()}
    return by_kind, likes, events.limit, {groups[group] for group in events.groups.tolist()}


def test_an_export_is_read_back(run, example, tmp_path):
    for words in (("--progress", "0.3"), ("--thumb", "two-up"), ("--rating", "4.5"), ("--block",)):
        assert run("mark", "ann", "Heat", *words, "--at", "1999-05-01", "-g", example)[0] == 0
    assert run("mark", "ann", "--limit", "16", "-g", example)[0] == 0
    code, out, _ = run("export", "ann", "--out", "ann", "-g", example, "--json")
    assert code == 0
    assert set(json.loads(out)["rows"]) == {file.name for file in (tmp_path / "ann").iterdir()}
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "ann").iterdir()}
    assert modes == {0o600}
    person = json.loads((tmp_path / "ann" / "person.json").read_text())
    assert len(person["signals"]) == 5
    assert person.keys() >= {"users", "titles", "ratings", "watches", "thumbs", "blocks"}

    for source in ("ann", "ann/person.json"):
        assert run("load", source, "--out", "ann.cinewalk")[0] == 0
        assert known(cinewalk.load("ann.cinewalk"), "ann") == known(cinewalk.load(example), "ann")
    code, _, err = run("export", "ann", "--out", "ann", "-g", example)
    assert (code, err.count("\n")) == (1, 1)
    assert "not an empty folder" in err


def test_people_of_movielens_are_read_back(run, kept, movielens, tmp_path):
    for user in ("1", "196", "405"):
        assert run("export", user, "--out", user, "-g", str(kept))[0] == 0
        there = movielens.titles.to_frame().set_index("title_id")
        for source in (user, f"{user}/person.json"):
            back = cinewalk.load(source)
            assert known(back, user) == known(movielens, user)
            mine = back.titles.to_frame().set_index("title_id")
            assert mine.equals(there.loc[mine.index])


def test_an_export_holds_nothing_that_steers_a_terminal_and_is_read_back(run, tmp_path):
    copy = example_graph().to_networkx()
    copy.nodes["Title", "heat"]["title"] = "He\x1b[2Jat\x9b\u202e"
    place = str(cinewalk.save(from_networkx(copy), tmp_path / "odd.cinewalk"))
    assert run("export", "dan", "--out", "dan", "-g", place)[0] == 0
    for file in (tmp_path / "dan").iterdir():
        text = file.read_text()
        assert control_in(text.replace("\n", "")) is None, file
    person = json.loads((tmp_path / "dan" / "person.json").read_text())
    assert "He\x1b[2Jat\x9b\u202e" in {title["title"] for title in person["titles"]}
    assert run("load", "dan")[0] == 0
    assert run("load", "dan/person.json")[0] == 1  # JSON says what the title is, and a title cannot be that
