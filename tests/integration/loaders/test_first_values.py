"""Values of first files that look right and are not: read as they were meant and said, or refused with the cause."""

from __future__ import annotations

import pandas as pd
import pytest

import cinewalk
from cinewalk.errors import CinewalkError

pytestmark = pytest.mark.integration

RATINGS = "user_id,title_id,rating\na,1,5\nb,1,4\nb,2,4\n"


def loaded(folder, ratings=RATINGS, titles="", **options):
    """Load two tables, and return the graph and what was said."""
    (folder / "ratings.csv").write_bytes(ratings.encode() if isinstance(ratings, str) else ratings)
    if titles:
        (folder / "titles.csv").write_bytes(titles.encode() if isinstance(titles, str) else titles)
    notes: list[str] = []
    return cinewalk.load(folder, notify=notes.append, **options), notes


def test_ids_lose_what_is_invisible_around_them(tmp_path):
    graph, notes = loaded(tmp_path, RATINGS.replace("b,1", "\u00a0b\u200b,\u20601\u200b"))
    assert len(graph.nodes["Title"]) == len(graph.nodes["User"]) == 2
    assert "ratings.csv: ids: invisible characters around them (U+200B) were taken away." in notes
    frame = pd.DataFrame({"user": ["a", "a\u200b"], "film": ["x", "y"], "rating": [5, 4]})
    told: list[str] = []
    assert len(cinewalk.load(frame, notify=told.append).nodes["User"]) == 1
    assert "frame: ids: invisible characters around them (U+200B) were taken away." in told


@pytest.mark.fault
def test_ids_that_hide_something_are_bad_rows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        CinewalkError, match=r"ratings\.csv:3: title_id: '.*' holds the invisible character U\+200B"
    ):
        loaded(tmp_path, RATINGS.replace("b,1", "b,1\u200b1"))


def test_names_that_are_none_are_not_given(tmp_path):
    titles = "id,title,kind,genres\n1,nan,nan,n/a\n2,N/A,film,Drama|nan\n3,Heat,,null\n"
    graph, notes = loaded(tmp_path, titles=titles)
    frame = graph.to_frames()["titles"]
    assert frame["title"].tolist() == ["1", "2", "Heat"]
    assert frame["genres"].tolist() == ["", "Drama", ""]
    assert frame["kind"].isna().tolist() == [True, False, True]
    assert "titles.csv: title: 2 cells that hold N/A, nan taken as empty." in notes


def test_one_film_may_be_called_none(tmp_path):
    graph, _ = loaded(tmp_path, titles="id,title\n1,None\n2,Heat\n")
    assert graph.to_frames()["titles"]["title"].tolist() == ["None", "Heat"]


def test_a_word_shows_whether_letters_are_what_they_should_be(tmp_path):
    titles = "id,title\n1,Матрица (1999)\n2,Heat\n".encode("cp1251")
    _, notes = loaded(tmp_path, titles=titles)
    assert any("read as Windows-1252, as in 'Ìàòðèöà'; save it as UTF-8 if" in note for note in notes)


def test_slashes_part_no_genres_and_are_said(tmp_path):
    graph, notes = loaded(tmp_path, titles="id,title,genres\n1,A,Drama/Crime\n2,B,Drama\n")
    assert len(graph.nodes["Genre"]) == 2
    assert any(
        note.startswith("titles.csv: genres: of 2 cells 1 holds a slash ('Drama/Crime')") for note in notes
    )
