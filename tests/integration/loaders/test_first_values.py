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


@pytest.mark.fault
@pytest.mark.parametrize(
    ("ratings", "titles", "told"),
    [
        (RATINGS.replace(",1,", ",1.0,"), "id,title\n1,A\n2,B\n", "title_id: '1.0' is not in titles.csv, which has 1."),
        (RATINGS, "id,title\n1.0,A\n2,B\n", "title_id: '1' is not in titles.csv, which has 1.0."),
        (RATINGS.replace(",1,", ",10,"), "id,title\n1,A\n2,B\n", "title_id: '10' is not in titles.csv. All"),
        ("uid,item,stars,date\na,1,5,44088.52\n", "", "'44088.52' looks like a spreadsheet's day number, 2020-09-14"),
        ("uid,item,stars,date\na,1,5,30000\n", "", "date: '30000' is before 1990"),
        ("uid,item,stars,date\na,1,5,14/09/2020 12:26\n", "", "'14/09/2020 12:26' is no date like 2020-09-14; write"),
        ("uid,item,stars,date\na,1,5,9.14.2020\n", "", "is no date like 2020-09-14; write it so, or leave the column"),
        ("uid,item,stars,date\na,1,5,soon\n", "", "'soon' is neither seconds since 1970 nor a time like"),
        ("uid,item,stars\na,1,0\n", "", "'0' is below 0.5 (ratings go down to 0; --rating-range LOW:HIGH says"),
        ("uid,item,stars\na,1,0\na,2,7\n", "", "is below 0.5 (ratings go down to 0 and up to 7; --rating-range"),
    ],
)  # fmt: skip
def test_bad_cells_say_what_they_look_like(tmp_path, monkeypatch, ratings, titles, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CinewalkError) as error:
        loaded(tmp_path, ratings, titles)
    assert told in str(error.value)


@pytest.mark.fault
def test_thumbs_as_words_are_told_their_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thumbs.csv").write_text("user_id,title_id,value\na,1,like\na,2,1\n")
    with pytest.raises(
        CinewalkError, match=r"value: 'like' is no thumb: write -1 for down, 1 for up, 2 for two"
    ):
        cinewalk.load(tmp_path / "thumbs.csv")


@pytest.mark.parametrize("column", ["certificate", "Rated", "Age Rating", "maturity"])
def test_facts_know_other_names_of_maturity_labels(tmp_path, column):
    (tmp_path / "facts.txt").write_text(f"movieId,{column}\n1,PG-13\n2,FSK ab 16 freigegeben\n")
    graph, _ = loaded(tmp_path, facts=tmp_path / "facts.txt")
    assert graph.to_frames()["titles"]["maturity"].tolist() == [13, 16]


@pytest.mark.fault
def test_facts_without_facts_name_what_they_have(tmp_path):
    (tmp_path / "facts.txt").write_text("movieId,poster\n1,x\n")
    with pytest.raises(
        CinewalkError, match=r"holds no facts: it has movieId, poster\. Facts are kind, maturity, rel"
    ):
        loaded(tmp_path, facts=tmp_path / "facts.txt")
