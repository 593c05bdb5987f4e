"""`cinewalk load` as a person or a program meets it."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

import cinewalk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def ratings(folder: Path, *rows: str, header: str = "user_id,title_id,rating,timestamp") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "ratings.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    return folder


def test_load_counts_every_row_and_becomes_current(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,", "b,x,4,", "b,y,5,", "a,x,5,")
    code, out, _ = run("load", "mine", "--json")
    report = json.loads(out)
    assert code == 0
    assert report["rows"] == {"ratings": {"rows": 4, "loaded": 3, "rejected": 0, "duplicates": 1}}
    assert report["nodes"]["User"] == 2
    assert report["relationships"]["likes"] == 3
    code, out, _ = run("recommend", "a", "--json")
    assert json.loads(out)[0]["title_id"] == "y"


def test_bad_rows_load_nothing_and_are_listed(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,", "b,x,nan,", "b,y,1_0,881250949000")
    code, out, err = run("load", "mine")
    assert (code, out) == (1, "")
    assert "2 bad rows, 0 allowed" in err
    assert "ratings.csv:3" in err
    listed = (tmp_path / "mine.rejects.csv").read_text(encoding="utf-8")
    assert listed.count("\n") == 1 + 3
    assert "milliseconds" in listed
    assert run("recommend", "a")[0] == 1
    code, out, err = run("load", "mine", "--max-rejects", "2", "--json")
    assert code == 0
    assert json.loads(out)["rows"]["ratings"] == {"rows": 3, "loaded": 1, "rejected": 2, "duplicates": 0}


def test_nothing_is_kept_where_no_row_is_good(run, tmp_path):
    for rows in ((), ("a,x,9,",)):
        ratings(tmp_path / "mine", *rows)
        code, out, err = run("load", "mine", "--out", "mine.cinewalk", "--max-rejects", "5")
        assert (code, out) == (1, "")
        assert "so nothing was loaded" in err
        assert not (tmp_path / "mine.cinewalk").exists()


def test_other_scales_and_likes(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,9,", "a,y,3,", "b,x,7,")
    assert run("load", "mine")[0] == 1
    code, out, _ = run("load", "mine", "--rating-range", "1:10", "--like-rating", "7", "--json")
    assert code == 0
    assert json.loads(out)["relationships"]["likes"] == 2
    assert run("load", "mine", "--rating-range", "ten")[0] == 2
    assert run("load", "movielens-100k", "--like-rating", "3")[0] == 1


def test_load_never_overwrites_what_is_not_a_graph(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,")
    code, _, err = run("load", "mine", "--out", "mine")
    assert code == 1
    assert "is not a graph folder" in err
    assert (tmp_path / "mine" / "ratings.csv").exists()


def test_a_place_that_cannot_be_written_is_the_machines_fault(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,")
    (tmp_path / "file").write_text("")
    code, _, err = run("load", "mine", "--out", "file/below/mine.cinewalk")
    assert code == 3
    assert err.startswith("error: file/below/mine.cinewalk: cannot be written")


def test_load_names_titles_that_are_the_same_film(run, tmp_path):
    ratings(tmp_path / "mine", "a,1,5,", "b,2,4,", "b,1,5,")
    (tmp_path / "mine" / "titles.csv").write_text("title_id,title,year\n1,Heat,1995\n2,Heat,1995\n")
    code, out, _ = run("load", "mine", "--json")
    assert code == 0
    assert json.loads(out)["same_titles"] == [
        {"title_id": "2", "same_as": "1", "title": "Heat", "year": 1995}
    ]
    _, out, err = run("load", "mine")
    assert "1 title is a film that another id has, too, and shown under that: Heat (2 as 1)" in out + err


def test_columns_are_said_on_the_command_line(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,2019", "b,x,4,2020", header="viewer,nr,mark,date")
    code, _, err = run("load", "mine")
    assert code == 1
    assert "has no column title_id. The file has: viewer, nr, mark, date" in err
    code, out, _ = run("load", "mine", "--columns", "nr=title_id,mark=rating,date=", "--json")
    assert code == 0
    assert "ratings.csv: read viewer as user_id, nr as title_id, mark as rating." in json.loads(out)["notes"]
    code, _, err = run("load", "mine", "--columns", "nr=title_id,mark=rating,date=,film=")
    assert code == 1
    assert "speaks of film, which no file has" in err
    assert run("load", "mine", "--columns", "title_id")[0] == 2


def test_bad_rows_name_columns_as_the_file_has_them(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,9", header="UID,Movie,Stars")
    assert "ratings.csv:2: Stars: '9' is above 5" in run("load", "mine")[2]


def test_errors_name_the_archive_and_not_where_it_was_unpacked(run, tmp_path):
    ratings(tmp_path / "mine", "a,5", header="viewer,stars")
    with zipfile.ZipFile("mine.zip", "w") as archive:
        archive.write(tmp_path / "mine" / "ratings.csv", "ratings.csv")
    err = run("load", "mine.zip")[2]
    assert err.startswith("error: mine.zip/ratings.csv:1: has no column title_id")


def test_another_scale_has_another_bar_and_it_is_said(run, tmp_path):
    rows = [f"{user},{title},{(user * 7 + title * 13) % 101}" for user in range(10) for title in range(10)]
    ratings(tmp_path / "mine", *rows, header="user_id,title_id,rating")
    err = run("load", "mine")[2]
    assert "(ratings go down to 0 and up to 100; --rating-range LOW:HIGH says what may be)" in err
    code, out, _ = run("load", "mine", "--rating-range", "0:100", "--json")
    report = json.loads(out)
    values = [int(row.rpartition(",")[2]) for row in rows]
    bar = min(value for value in values if value >= 60)
    likes = sum(value >= bar for value in values)
    assert code == 0
    assert report["relationships"]["likes"] == likes
    said = (
        f"10 users, 10 titles, 100 ratings from 0 to 100; like = {bar} of 0–100: {likes} % of ratings (nobody"
    )
    assert report["notes"][0].startswith(said)
    report = json.loads(run("load", "mine", "--rating-range", "0:100", "--like-rating", "4", "--json")[1])
    assert report["relationships"]["likes"] == sum(value >= 4 for value in values)
    assert "which is nearly all: see that --rating-range and --like-rating are right" in report["notes"][0]


def test_what_was_read_is_said_in_one_paragraph(run, tmp_path):
    ratings(tmp_path / "mine", "1.0,9.91214E+15,5", "2.0,9.91213E+15,3", header="user_id,title_id,rating")
    (tmp_path / "mine" / "thumbs.csv").write_text("user_id,title_id,value\n1.0,9.91213E+15,-1\n")
    (tmp_path / "mine" / "watches.csv").write_text("user_id,title_id,progress\n1.0,9.91213E+15,.9\n")
    _, out, err = run("load", "mine")
    assert (
        "2 users, 2 titles, 2 ratings from 3 to 5, 1 watch, 1 thumb; like = 4 of 0.5–5: 50 % of ratings; "
        "like = 70 % watched, or finished: 100 % of watches; like = thumb up: 0 % of thumbs."
    ) in out + err
    assert "2 user ids look like 1.0: a program took whole numbers for decimal ones" in out + err
    assert "2 title ids look like 9.91E+15: a spreadsheet cut them" in out + err


def test_with_links_a_title_goes_by_its_id_at_imdb_wherever_it_is_named(run, tmp_path):
    folder = ratings(
        tmp_path / "ml", *(f"{u},{t},5,9646{u}{t}000" for u in (1, 2, 3) for t in (1, 2, 3) if u != t)
    )
    movies = [
        "movieId,title,genres",
        "1,Toy Story (1995),Comedy",
        "2,Heat (1995),Crime",
        "3,Heat (1986),Crime",
    ]
    (folder / "movies.csv").write_text("\n".join(movies))
    links = "movieId,imdbId,tmdbId\n1,0114709,862\n2,113277,949\n3,0093164,12232\n"
    (folder / "links.csv").write_text(links)
    assert run("load", "ml", "--out", "ml.cinewalk")[0] == 0
    assert run("use", "ml.cinewalk")[0] == 0
    assert "Heat (1986)" in run("similar", "tt0113277")[1]
    assert run("similar", "tmdb:949")[1] == run("similar", "tt113277")[1] == run("similar", "2")[1]
    assert run("explain", "1", "tt0114709", "--json")[1] == run("explain", "1", "1", "--json")[1]
    assert run("mark", "1", "tt0114709", "--thumb", "up")[0] == 0
    export = "Const,Your Rating,Date Rated,Title,Title Type,Year\ntt0113277,9,2024-01-02,Hitze,Movie,1995\n"
    (tmp_path / "imdb.csv").write_text(export)
    code, out, _ = run("import", "imdb", "imdb.csv", "--user", "anna", "--json")
    assert (code, json.loads(out)["rows"]["matched"]) == (0, 1)
    assert cinewalk.load("ml.cinewalk").titles.to_frame()["imdb_id"].tolist() == [
        "tt0114709",
        "tt0113277",
        "tt0093164",
    ]
