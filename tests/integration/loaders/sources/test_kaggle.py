"""The Movies Dataset: no title gets the ratings of another one, and no row is lost without a word."""

from __future__ import annotations

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.sources.sources import read_tables

pytestmark = pytest.mark.integration

RATINGS = "userId,movieId,rating,timestamp\n1,1,4.0,1260759144\n1,862,2.5,1260759179\n2,31,5.0,1260759182\n"
LINKS = "movieId,imdbId,tmdbId\n1,0114709,862\n862,0094675,2\n7,,\n31,0112792,9909.0\n"
HEADER = "adult,belongs_to_collection,genres,id,imdb_id,original_title,overview,release_date,title\n"
TITLES = (
    HEADER
    + "False,\"{'id': 10194, 'name': 'Toys'}\",\"[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': 'Comedy'}]\""
    ',862,tt0114709,Toy Story,"They live,\nhappily.",1995-10-30,Toy Story\n'
    'False,,[],2,tt0094675,Ariel,"Said ""so""",1988-10-21,Ariel\n'
    " - Written by X,0.065736,/f.jpg,1997-08-20,104.0,Released,,,Midnight Man\n"
    "False,,[],44,tt1,Ohne,,,Ohne\n"
)


def folder(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return tmp_path


@pytest.mark.parametrize("small", ["", "_small"])
def test_titles_get_their_own_ratings(tmp_path, small):
    parts = {f"ratings{small}": RATINGS, f"links{small}": LINKS, "movies_metadata": TITLES}
    tables = read_tables(folder(tmp_path, **parts), max_rejects=1, rejects_path=tmp_path / "out.txt")
    titles = tables.titles.set_index("title_id")
    assert titles.title.to_dict() == {
        "1": "Toy Story",
        "862": "Ariel",
        "tmdb44": "Ohne",
        "31": "31",
    }
    assert titles.year.to_dict() == {"1": 1995, "862": 1988, "tmdb44": 0, "31": 0}
    assert titles.genres.to_dict() == {"1": ("Animation", "Comedy"), "862": (), "tmdb44": (), "31": ()}
    assert tables.ratings[["title_id", "rating"]].values.tolist() == [["1", 4.0], ["862", 2.5], ["31", 5.0]]
    assert str(tables.rejects[0]) == (
        "movies_metadata.csv:5: id: '1997-08-20' is not an id of TMDB, which is a whole number"
    )
    count = tables.counts["titles"]
    assert (count.rows, count.loaded, count.rejected) == (4, 3, 1)
    assert any("genres: lists in JSON" in note for note in tables.notes)
    assert any("lacks 1 of the titles" in note for note in tables.notes)


def test_without_links_nothing_is_guessed(tmp_path):
    with pytest.raises(FileFormatError, match=r"Put links\.csv beside it"):
        read_tables(folder(tmp_path, ratings=RATINGS, movies_metadata=TITLES))


def test_links_of_another_form_are_refused(tmp_path):
    files = {"ratings": RATINGS, "movies_metadata": TITLES, "links": "movieId,imdbId\n1,2\n"}
    with pytest.raises(FileFormatError, match="has no columns movieId and tmdbId, but movieId, imdbId"):
        read_tables(folder(tmp_path, **files))


def test_all_ratings_before_some(tmp_path):
    files = {"ratings": RATINGS, "ratings_small": RATINGS, "links": LINKS, "movies_metadata": TITLES}
    tables = read_tables(folder(tmp_path, **files), max_rejects=1, rejects_path=tmp_path / "out.txt")
    assert "ratings_small.csv: not read, because ratings.csv is." in tables.notes
