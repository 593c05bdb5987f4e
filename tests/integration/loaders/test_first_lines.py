"""First files whose names, first line or lack of rows are not as usual: read rightly, or refused with the cause."""

from __future__ import annotations

import io
import zipfile

import pytest

import cinewalk
from cinewalk.errors import CinewalkError

pytestmark = pytest.mark.integration

RATINGS = "userId,movieId,rating,timestamp\n1,31,5,1260759144\n2,31,4,1260759182\n1,7,2,1260759183\n"
MOVIES = "movieId,title,genres\n31,Heat (1995),Crime\n7,Alien (1979),Horror|Sci-Fi\n"


def given(folder, files):
    """Write files, packed where the name says so."""
    folder.mkdir()
    for name, content in files.items():
        if isinstance(content, dict):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                for member, text in content.items():
                    archive.writestr(member, text)
            content = packed.getvalue()  # noqa: PLW2901 - the same file, packed
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"ratings.csv": RATINGS, "movies.csv": MOVIES}, ""),
        ({"ratings.csv": RATINGS, "Movies.csv": MOVIES}, ""),
        ({"RATINGS.CSV": RATINGS, "Movies.CSV": MOVIES}, ""),
        ({"Ratings.csv": RATINGS, "Titles.Csv": MOVIES}, ""),
        ({"x.zip": {"ML/Ratings.CSV": RATINGS, "ML/MOVIES.csv": MOVIES}}, "x.zip"),
        ({"Ratings_small.csv": RATINGS, "MOVIES.CSV": MOVIES}, ""),
        (
            {
                "ratings.csv": "sep=;\r\n" + RATINGS.replace(",", ";"),
                "movies.csv": '\ufeff"sep=,"\r\n' + MOVIES,
            },
            "",
        ),
        ({"ratings.csv": RATINGS.replace(",", "::"), "movies.csv": MOVIES.replace(",", "::")}, ""),
        (
            {
                "U.DATA": "1\t31\t5\t881250949\n2\t31\t4\t881250949\n1\t7\t2\t881250949\n",
                "u.ITEM": "31|Heat (1995)|01-Jan-1995||x" + "|0" * 6 + "|1" + "|0" * 12 + "\n"
                "7|Alien (1979)|01-Jan-1979||x" + "|0" * 11 + "|1|0|0|0|1|0|0|0\n",
            },
            "",
        ),
        (
            {
                "mine.INTER": "user_id:token\titem_id:token\trating:float\n1\t31\t5\n2\t31\t4\n1\t7\t2\n",
                "mine.Item": "item_id:token\tmovie_title:token\trelease_year:token\tclass:token_seq\n"
                "31\tHeat\t1995\tCrime\n7\tAlien\t1979\tHorror Sci-Fi\n",
            },
            "",
        ),
    ],
)
def test_names_of_files_in_any_case_and_first_lines_of_excel(tmp_path, files, source):
    graph = cinewalk.load(given(tmp_path / "given", files) / source)
    titles = graph.to_frames()["titles"].set_index("title_id")
    assert titles["title"].to_dict() in ({31: "Heat", 7: "Alien"}, {"31": "Heat", "7": "Alien"})
    assert sorted(titles["genres"]) == ["Crime", "Horror|Sci-Fi"]
    assert len(graph.relations["rated"]) == 3


BARE = "000143502,A3R5OBKS71,3.0,1600086400\n"


@pytest.mark.fault
@pytest.mark.parametrize(
    ("files", "source", "told"),
    [
        ({"ratings.csv": RATINGS, "Ratings.CSV": RATINGS}, "", "holds Ratings.CSV and ratings.csv. Keep one"),
        ({"ratings.csv": "a,b,c,d\n"}, "", "has no column user_id. The file has: a, b, c, d"),
        ({"ratings.csv": BARE}, "", "names no columns in its first line (000143502, A3R5OBKS71, 3.0, 1600086400)"),
        ({"x.csv": BARE}, "x.csv", "Write the names above it, such as user_id,title_id,rating"),
        (
            {"ratings.csv": RATINGS, "titles.csv": "7,Heat\n"},
            "",
            "names no columns in its first line (7, Heat). Write the names above it, such as title_id",
        ),
        ({"ratings.txt": RATINGS.replace(",", " ")}, "ratings.txt", "has columns that are parted by blanks. Put"),
        ({"ratings.csv": f"# exported by Foo\n{RATINGS}"}, "", "begins with a remark (# exported by Foo). Take out"),
        ({"ratings.csv": RATINGS.encode("utf-16-le")}, "", "as UTF-16 has that lacks its byte order mark. Save it"),
        ({"x.zip": {"a/mac.zip": "x"}}, "x.zip", "x.zip: holds mac.zip. Unpack it, and load mac.zip itself"),
        ({"x.zip": {"a.doc": "x"}}, "x.zip", "x.zip: holds a.doc. What can be loaded: a folder"),
        ({"ratings.csv": "userId,movieId,rating\n"}, "", "ratings.csv: has no rows, so nothing was loaded. Give"),
        ({"x.csv": "userId,movieId\n\n \n"}, "x.csv", "x.csv: has no rows, so nothing was loaded"),
        (
            {"ratings.csv": "userId,movieId,rating\n", "titles.csv": "id,title\n"},
            "",
            "titles.csv, ratings.csv: have no rows, so nothing was loaded",
        ),
        (
            {"ratings.csv": "userId,movieId,rating\n1,1,9\n1,,3\n"},
            "",
            "2 bad rows and no good one, so nothing was loaded. First: ratings.csv:2: rating: '9' is above 5",
        ),
    ],
)  # fmt: skip
def test_the_cause_is_said_in_one_line(tmp_path, monkeypatch, files, source, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CinewalkError) as error:
        cinewalk.load(given(tmp_path / "given", files) / source, max_rejects=99)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    assert "/tmp/cinewalk-" not in str(error.value)


def test_titles_without_events_are_a_graph(tmp_path):
    files = {"ratings.csv": "userId,movieId,rating\n", "movies.csv": MOVIES}
    assert len(cinewalk.load(given(tmp_path / "given", files)).nodes["Title"]) == 2
