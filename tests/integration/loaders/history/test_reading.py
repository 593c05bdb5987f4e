"""Exports of other services: what is none, and what is refused."""

from __future__ import annotations

import zipfile

import pytest

from cinewalk.errors import FileFormatError, RequestError, SourceError
from cinewalk.loaders.history.dates import DateOrder
from cinewalk.loaders.history.reading import read_history
from tests.histories import export

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("service", "name", "content", "said"),
    [
        ("netflix", "x.csv", "", "is empty"),
        ("netflix", "x.csv", "a,b,c\n", "is none of NetflixViewingHistory.csv"),
        ("imdb", "x.csv", "a,b,c\n", "has no column title"),
        ("letterboxd", "x.csv", "Date,Name\n", "has no column letterboxd_uri"),
        ("letterboxd", "watchlist.csv", "Date,Name,Year,Letterboxd URI\n", "still to be seen"),
        ("trakt", "x.json", "{}", "holds no list"),
        ("trakt", "x.json", "[" * 200_000, "is not JSON"),
        ("imdb", "x.zip", "no archive", "is not a zip archive"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, service, name, content, said):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(FileFormatError, match=said) as refused:
        read_history(service, path)
    assert "\n" not in str(refused.value)


def test_places_that_hold_nothing_are_refused(tmp_path):
    with pytest.raises(SourceError, match="there is no such file"):
        read_history("imdb", tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match=r"holds none of ratings.csv"):
        read_history("imdb", tmp_path)
    with pytest.raises(RequestError, match="there is no service 'hulu'"):
        read_history("hulu", tmp_path)
    with pytest.raises(RequestError, match="need no order"):
        read_history("imdb", tmp_path, date_order=DateOrder.DAY_FIRST)


def test_the_same_file_twice_is_refused(tmp_path):
    for folder in ("a", "b"):
        export(tmp_path / "x", f"{folder}/Ratings.csv", "Profile Name,Title Name,Thumbs Value", "Anna,Heat,2")
    with pytest.raises(FileFormatError, match=r"has a/Ratings.csv and b/Ratings.csv"):
        read_history("netflix", tmp_path / "x")


def test_an_archive_with_backslashes_in_its_paths(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("netflix\\", b"")
        archive.writestr(
            "netflix\\CONTENT_INTERACTION\\Ratings.csv", "Profile Name,Title Name,Thumbs Value\nAnna,Heat,2\n"
        )
    (row,) = read_history("netflix", tmp_path / "x.zip").rows
    assert (row.name, row.file) == ("Heat", "Ratings.csv")


def test_an_archive_that_blows_up_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ratings.csv", b"0" * (30 << 20))
    with pytest.raises(FileFormatError, match="unpacks to over 100 times its size"):
        read_history("imdb", tmp_path / "x.zip")
