"""Answers about titles are remembered."""

from __future__ import annotations

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.exports.history_rows import ExportedHistory
from cinewalk.loaders.history.account import (
    StopAsking,
    ask_for,
    match_titles,
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
from cinewalk.loaders.titles.catalogue_names import CatalogueNames, Match, NamedTitle
from tests.history_rows import catalogue_names, one, row

pytestmark = pytest.mark.integration


@pytest.fixture
def names() -> CatalogueNames:
    return catalogue_names()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path))
    return tmp_path


def test_answers_are_remembered_and_forgotten(names, home):
    history = ExportedHistory(
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
