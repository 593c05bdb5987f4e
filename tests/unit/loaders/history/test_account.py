"""Titles matched to a catalogue, answers remembered, and rows folded to events."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from cinewalk.errors import FileFormatError, MissingPackageError, RequestError
from cinewalk.graph.model.schema import SERIES
from cinewalk.loaders.history.account import (
    StopAsking,
    ask_for,
    bring_together,
    match_titles,
    only_profile,
    take_best,
    users_of,
    wanted_of,
)
from cinewalk.loaders.history.corrections import (
    Answer,
    corrections_path,
    forget_corrections,
    key_of,
    read_corrections,
    remembered,
    write_corrections,
)
from cinewalk.loaders.history.events import Placed, event_frames
from cinewalk.loaders.tables.history_rows import History, HistoryRow, Rated, Thumbed, Watched
from cinewalk.loaders.titles.catalogue_names import CatalogueNames, Match, NamedTitle
from cinewalk.loaders.titles.title_matching import Matcher

pytestmark = pytest.mark.unit

CATALOGUE = [
    ("1", "Heat", 1995, ""),
    ("2", "Heat", 1986, ""),
    ("3", "The Matrix", 1999, ""),
    ("4", "Star Wars", 1977, ""),
    ("5", "La Double vie de Véronique (The Double Life of Veronique)", 1991, ""),
    ("6", "Rocky II", 1979, ""),
    ("7", "Fargo", 1996, ""),
    ("8", "Dark", 2017, "series"),
    ("9", "Amélie", 2001, "film"),
    ("10", "Twister", 1996, ""),
    ("11", "Twisted", 1996, ""),
    ("12", "Nameless", 0, ""),
    ("tt0113277", "Heat of the Night", 1967, ""),
]


@pytest.fixture
def names() -> CatalogueNames:
    ids, titles, years, kinds = zip(*CATALOGUE, strict=True)
    viewers = np.arange(len(ids))
    return CatalogueNames(ids, titles, np.array(years), kinds, viewers)


def one(names: CatalogueNames, *wanted: object) -> Match:
    return Matcher(names).match([NamedTitle(*wanted)])[0]


@pytest.mark.parametrize(
    ("wanted", "title_id", "how"),
    [
        (("Heat", 1995), "1", "name"),
        (("Heat", 1987), "2", "name"),
        (("HEAT!", 1986), "2", "name"),
        (("Matrix, The", 1999), "3", "name"),
        (("matrix", None), "3", "name"),
        (("The Double Life of Véronique", 1991), "5", "name"),
        (("Amelie", 2002), "9", "name"),
        (("Nameless", 1950), "12", "name"),
        (("Dark", None, "series"), "8", "name"),
        (("Whatever", 1900, "film", "tt0113277"), "tt0113277", "id"),
        (("Something", 2001, "film", "", ("Amélie",)), "9", "name"),
    ],
)
def test_one_title_that_can_be_meant_is_matched(names, wanted, title_id, how):
    match = one(names, *wanted)
    assert (match.title_id, match.how) == (title_id, how)


@pytest.mark.parametrize(
    ("wanted", "first", "score"),
    [
        (("Heat", None), "2", 100),
        (("Heta", 1995), "1", 75),
        (("Matrixx", 1999), "3", 200 * 6 / 13),
        (("Star Wars: Episode IV - A New Hope", 1977), "4", 88),
        (("Rocky III", 1980), "6", 82),
        (("Fargo", None, "series"), "7", 85),
        (("Dark: Secrets", None), "8", 88),
        (("Twistet", 1996), "11", 200 * 6 / 14),
    ],
)
def test_what_could_be_meant_is_left_to_a_person(names, wanted, first, score):
    match = one(names, *wanted)
    if score < 80:
        assert (match.title_id, match.candidates) == (None, ())
        return
    assert match.title_id is None
    assert match.candidates[0].title_id == first
    assert match.candidates[0].score == pytest.approx(score)


@pytest.mark.parametrize(
    "wanted",
    [("Heat", 2010), ("Dark", 2017, "film"), ("Amélie", None, "series"), ("Nothing", 1999), ("!!", None)],
)
def test_what_is_not_there_has_no_candidates(names, wanted):
    match = one(names, *wanted)
    assert (match.title_id, match.candidates, match.is_ambiguous) == (None, (), False)


def test_equally_good_candidates_come_by_how_well_known_they_are(names):
    assert [candidate.title_id for candidate in one(names, "Heat").candidates] == ["2", "1"]


def test_many_are_matched_as_one_is(names):
    asked = [
        NamedTitle(name, year) for name, year in (("Heat", 1995), ("Matrixx", 1999), ("Nothing", None))
    ] * 3
    found = Matcher(names).match(asked)
    assert found == [Matcher(names).match([wanted])[0] for wanted in asked]


def test_without_rapidfuzz_it_says_what_to_install(names, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    with pytest.raises(MissingPackageError, match=r"cinewalk\[import\]"):
        Matcher(names)


# --- answers ---------------------------------------------------------------------------------------------------


def row(name: str, *events, timestamp: int = 0, record: str = "r", line: int = 2, **more) -> HistoryRow:
    return HistoryRow("x.csv", line, name, events or (Watched(1.0, 1),), timestamp, record=record, **more)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path))
    return tmp_path


def test_answers_are_remembered_and_forgotten(names, home):
    history = History(
        (row("Heat"), row("Heat", line=3), row("Twistet", year=1996), row("Matrixx", year=1999))
    )
    matches = match_titles(history, names, read_corrections())
    asked = []

    def ask(match: Match, count: int) -> str | None:
        asked.append((match.wanted.name, count))
        if match.wanted.name == "Matrixx":
            raise StopAsking
        return "1" if match.wanted.name == "Heat" else None

    settled, answers = ask_for(history, matches, ask)
    assert asked == [("Heat", 2), ("Twistet", 1), ("Matrixx", 1)]
    assert [settled[wanted_of(r)].title_id for r in history.rows] == ["1", "1", None, None]
    write_corrections(answers)
    again = match_titles(history, names, read_corrections())
    assert [again[wanted_of(r)].how for r in history.rows] == ["remembered", "remembered", "remembered", ""]
    assert again[NamedTitle("Heat")].title_id == "1"
    assert [again[wanted_of(r)].is_ambiguous for r in history.rows] == [False, False, False, True]
    forget_corrections()
    assert match_titles(history, names, read_corrections()) == matches


def test_an_answer_about_another_catalogue_does_not_count(names):
    match = one(names, "Heat")
    other = {key_of(match.wanted): Answer("1", "Toy Story (1995)")}
    assert remembered(match, other, names) == match


def test_damaged_answers_are_refused(home):
    corrections_path().write_text("what,is,this\n")
    with pytest.raises(FileFormatError, match="--forget"):
        read_corrections()


def test_yes_takes_the_best_over_the_threshold(names):
    history = History((row("Heat"), row("Matrixx", year=1999), row("Rocky III", year=1980)))
    matches = take_best(match_titles(history, names, {}), 90)
    assert [matches[wanted_of(r)].title_id for r in history.rows] == ["2", "3", None]
    assert [take_best(matches, 100)[wanted_of(r)].how for r in history.rows] == ["best", "best", ""]


# --- whose -----------------------------------------------------------------------------------------------------


def test_profiles_become_users():
    rows = (row("Heat", profile="Anna"), row("Heat", profile="Ben"), row("Heat"))
    assert users_of(History(rows), None, "netflix") == {"": "netflix", "Anna": "Anna", "Ben": "Ben"}
    assert users_of(History(rows[:1]), "me", "netflix") == {"Anna": "me"}
    with pytest.raises(RequestError, match="several profiles"):
        users_of(History(rows), "me", "netflix")
    only = only_profile(History(rows), "Ben")
    assert (only.count, len(only.rows)) == (3, 1)
    with pytest.raises(RequestError, match="no profile 'Cleo'; it has Anna, Ben"):
        only_profile(History(rows), "Cleo")


def test_every_row_is_in_the_account(names):
    history = History((row("Heat", year=1995), row("Heat"), row("Nothing")))
    found = bring_together(history, match_titles(history, names, {}), {"": "me"})
    assert found.account == (3, 1, 1, 1, 0, 0)
    assert [reject.reason for reject in found.left_out] == [
        "could be Heat (1986) [2] 100; Heat (1995) [1] 100",
        "is not in the catalogue",
    ]


# --- events ----------------------------------------------------------------------------------------------------


def fold(*rows: HistoryRow) -> dict[str, list[tuple]]:
    frames = event_frames(Placed(r, "me", "1") for r in rows)
    return {
        name: [tuple(cells)[2:] for cells in frame.itertuples(index=False)] for name, frame in frames.items()
    }


def test_the_newest_rating_and_thumb_hold():
    older, newer = row("Heat", Rated(2.0), timestamp=10), row("Heat", Rated(4.5), timestamp=20)
    assert fold(newer, older) == {"ratings": [(4.5, 20)]}
    assert fold(row("Heat", Rated(2.0)), row("Heat", Rated(3.0))) == {"ratings": [(3.0, 0)]}
    assert fold(row("Heat", Thumbed(2), timestamp=10), row("Heat", Thumbed(0), timestamp=20)) == {}
    assert fold(row("Heat", Thumbed(0), timestamp=10), row("Heat", Thumbed(-1), timestamp=20)) == {
        "thumbs": [(-1, 20)]
    }


def test_a_film_is_where_it_was_last_put_down_and_finished_as_often_as_its_viewings():
    first, second = row("Heat", Watched(1.0, 1), timestamp=10), row("Heat", Watched(0.3, 0), timestamp=20)
    assert fold(second, first) == {"watches": [(0.3, 1, 20)]}


def test_records_of_the_same_viewings_do_not_add_up():
    diary = [row("Heat", Watched(1.0, 1), timestamp=t, record="diary") for t in (10, 20)]
    assert fold(*diary, row("Heat", Watched(1.0, 1), timestamp=5, record="watched")) == {
        "watches": [(1.0, 2, 20)]
    }
    plays = row("Heat", Watched(1.0, 5, whole=True), timestamp=5, record="watched")
    assert fold(*diary, plays) == {"watches": [(1.0, 5, 20)]}


def test_a_series_is_one_watch_finished_as_often_as_seasons_were_seen():
    episodes = [
        row("x", Watched(1.0, 1), timestamp=t, kind=SERIES, series="Dark", season=season)
        for t, season in ((10, "1"), (20, "1"), (30, "2"))
    ]
    paused = row("x", Watched(0.4, 0), timestamp=40, kind=SERIES, series="Dark", season="3")
    assert fold(*episodes, paused) == {"watches": [(1.0, 2, 40)]}
    assert fold(paused) == {"watches": [(0.4, 0, 40)]}
    assert fold(row("x", Watched(0.2, 3, whole=True), kind=SERIES)) == {"watches": [(0.2, 3, 0)]}
