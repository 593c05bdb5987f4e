"""No input gives a traceback, a hang or a row that is lost without a word."""

from __future__ import annotations

import csv
import gzip
import re
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cinewalk.errors import CinewalkError
from cinewalk.graph.model.schema import TABLES
from cinewalk.loaders.sources.sources import read_tables

pytestmark = pytest.mark.property

#: By format: its files, a good start for each, and whether the first line names the columns.
HUNDRED_K = {
    "u.data": (b"196\t242\t3\t881250949\n186\t302\t3\t891717742\n", False, "ratings"),
    "u.item": (
        b"242|Kolya (1996)|24-Jan-1997||http://x|" + b"|".join([b"0"] * 18) + b"|1\n",
        False,
        "titles",
    ),
    "u.user": (b"196|49|M|writer|55105\n186|39|F|executive|00000\n", False, "users"),
}
ONE_M = {
    "ratings.dat": (b"1::1193::5::978300760\n", False, "ratings"),
    "movies.dat": (b"1193::One Flew Over the Cuckoo's Nest (1975)::Drama\n", False, "titles"),
    "users.dat": (b"1::F::1::10::48067\n", False, "users"),
}
CSV_SET = {
    "ratings.csv": (b"userId,movieId,rating,timestamp\n1,1,4.0,964982703\n", True, "ratings"),
    "movies.csv": (b'movieId,title,genres\n1,"Net, The (1995)",Action|Crime\n', True, "titles"),
}
ATOMIC = {
    "x.inter": (
        b"user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t3\t881250949\n",
        True,
        "ratings",
    ),
    "x.user": (b"user_id:token\tage:token\tzip_code:token\n1\t24\t85711\n", True, "users"),
    "x.item": (
        b"item_id:token\tmovie_title:token_seq\tclass:token_seq\n2\tToy Story\tComedy Drama\n",
        True,
        "titles",
    ),
}
OWN = {
    "users.csv": (b"user_id,age,gender\nada,34,F\nbo,19,M\n", True, "users"),
    "titles.csv": (
        b'title_id,title,year,released,kind,maturity,genres\nt1,"Net, The",1995,1995-07-28,film,12,A|B\n',
        True,
        "titles",
    ),
    "ratings.csv": (
        b"user_id,title_id,rating,timestamp\nada,t1,4,881250949\nada,t1,5,881250950\n",
        True,
        "ratings",
    ),
    "watches.csv": (
        b"user_id,title_id,progress,timestamp\nada,t1,0.5,2024-01-05T20:10:00Z\n",
        True,
        "watches",
    ),
    "thumbs.csv": (b"user_id;title_id;value\nbo;t1;-1\n", True, "thumbs"),
    "people.csv": (
        b"person_id,name,title_id,role\np1,P,t1,directed\np1,P,t1,Actor\n",
        True,
        "people",
    ),
}
KAGGLE = {
    "ratings_small.csv": (
        b"userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,7,3,1260759179\n",
        True,
        "ratings",
    ),
    "links_small.csv": (b"movieId,imdbId,tmdbId\n31,0114709,862\n", True, "links"),
    "movies_metadata.csv": (
        b"adult,genres,id,title\nFalse,\"[{'id': 16, 'name': 'War'}]\",862,Toy Story\nFalse,[],2,\"a\nb\"\n",
        True,
        "titles",
    ),
}
TWEETS = {
    "ratings.dat": (b"1::0114508::4::1381006850\n", False, "ratings"),
    "movies.dat": (b"0114508::Species (1995)::Action|Sci-Fi\n", False, "titles"),
    "users.dat": (b"1::139564917\n", False, "users"),
}
FORMATS = st.sampled_from([HUNDRED_K, ONE_M, CSV_SET, ATOMIC, OWN, KAGGLE, TWEETS])

JUNK = [
    b'"', b'"a', b'a"b"', b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xff\xfe",
    b"\r", b"\r\n", b"\n", b"\n\n", b" ", b"\t", b",", b";", b"|", b"::", b":",
    b"nan", b"inf", b"-1", b"1e400", b"1_0", "٣".encode(), b"9" * 30, b"881250949000", b"0", b"=cmd",
    "é".encode(), "e\u0301".encode(), "\u2028".encode(), "\x85".encode(), b"(1999)", b"))((", b", The",
    b"0001-01-01T00:00:00+14:00", b"2024-02-30", b"x" * 70_000,
]  # fmt: skip


@st.composite
def folders(draw):
    """Files of one format, some of them harmed, missing or replaced by anything at all."""
    chosen = draw(FORMATS)
    files = {}
    for name, (good, has_header, table) in chosen.items():
        data = bytearray(good * draw(st.integers(1, 2)) if not has_header else good)
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(data)))
            cut = draw(st.integers(0, 4))
            data[at : at + cut] = draw(st.sampled_from(JUNK))
        if draw(st.integers(0, 9)) == 0:
            data = bytearray(draw(st.binary(max_size=60)))
        if draw(st.integers(0, 9)) != 0:
            files[name] = (bytes(data), has_header, table)
    return files


def check_rows(rows: int, data: bytes, has_header: bool) -> None:
    """Count the rows of a file without the help of the code under test; only quotes can make one row of two lines."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    lines = [line for line in re.split(rb"\r\n|\r|\n", data) if line.strip(b" \t")]
    most = len(lines) - has_header
    assert rows == most or (data.count(b'"') > 1 and 0 <= rows < most)


def read(folder: Path):
    return read_tables(folder, max_rejects=10**9, rejects_path=folder / "rejects.out")


@given(folders())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@example({name: OWN[name] for name in OWN})
@example({"u.data": (b"", False, "ratings")})
@example({"ratings.dat": (b"1::2::3::4\n1::2::3", False, "ratings")})
def test_every_row_is_accounted_for(files):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, (data, _, _) in files.items():
            (folder / file).write_bytes(data)
        try:
            tables = read(folder)
        except CinewalkError as error:
            assert str(error)
            assert "\n" not in str(error)
            return
        again = read(folder)
        for file, (data, has_header, table) in files.items():
            if table not in tables.counts:
                continue
            count = tables.counts[table]
            check_rows(count.rows, data, has_header)
            assert count.rows == count.loaded + count.rejected + count.duplicates
            added = len(getattr(tables, table)) - count.loaded
            assert added == 0 or (added > 0 and file == "movies_metadata.csv")
            lines = {reject.line for reject in tables.rejects if reject.file == file}
            assert len(lines) == count.rejected
        for table in TABLES:
            pd.testing.assert_frame_equal(getattr(tables, table), getattr(again, table))
        assert tables.rejects == again.rejects
        check_values(tables)
        if tables.rejects:
            with (folder / "rejects.out").open(encoding="utf-8", newline="") as listed:
                assert len(list(csv.reader(listed))) == len(tables.rejects) + 1


def check_values(tables):
    """What holds of every table that loads."""
    assert not tables.users.user_id.duplicated().any()
    assert not tables.titles.title_id.duplicated().any()
    assert tables.ratings.rating.between(0.5, 5).all()
    assert tables.watches.progress.between(0, 1).all()
    assert tables.thumbs.value.isin([-1, 1, 2]).all()
    for name in ("ratings", "watches", "thumbs"):
        events = getattr(tables, name)
        assert not events.duplicated(["user_id", "title_id"]).any()
        assert events.user_id.isin(tables.users.user_id).all()
        assert events.title_id.isin(tables.titles.title_id).all()
        assert ((events.timestamp == 0) | (events.timestamp >= 631_152_000)).all()
        assert events.user_id.dtype == tables.users.user_id.dtype
        assert events.title_id.dtype == tables.titles.title_id.dtype
    assert (tables.titles.title.str.len() > 0).all()
    assert "zip_code" not in tables.users.columns


@given(st.sampled_from(sorted(OWN)), st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_in_any_file(file, data):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for other, (good, _, _) in OWN.items():
            (folder / other).write_bytes(data if other == file else good)
        try:
            tables = read(folder)
        except CinewalkError:
            return
        count = tables.counts[Path(file).stem]
        check_rows(count.rows, data, True)
        assert count.rows == count.loaded + count.rejected + count.duplicates


INTERACTIONS = st.sampled_from(
    [
        b"user_id,title_id\n1,2\n1,3\n2,3\n",
        b"user_id;title_id;timestamp\nada;t1;881250949\nbo;t1;\n",
        b"user_id,title_id,rating\n1,2,3.5\n1,2,4\n",
        b"title_id\tvalue\tuser_id\nt1\t-1\tada\nt2\t2\tada\n",
    ]
)


@given(
    INTERACTIONS,
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 4), st.sampled_from(JUNK)), max_size=3),
)
@settings(deadline=None)
def test_harmed_interactions(good, harms):
    data = bytearray(good)
    for at, cut, junk in harms:
        data[at : at + cut] = junk
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        for file, content in (("x.csv", bytes(data)), ("x.csv.gz", gzip.compress(bytes(data)))):
            (Path(name) / file).write_bytes(content)
            try:
                tables = read_tables(
                    Path(name) / file, max_rejects=10**9, rejects_path=Path(name) / "rejects.out"
                )
            except CinewalkError as error:
                assert "\n" not in str(error)
                outcomes.append(type(error))
                continue
            ((table, count),) = tables.counts.items()
            check_rows(count.rows, bytes(data), True)
            assert count.rows == count.loaded + count.rejected + count.duplicates
            assert count.loaded == len(getattr(tables, table))
            check_values(tables)
            outcomes.append(count)
    assert outcomes[0] == outcomes[1]


@given(st.binary(max_size=200), st.integers(0, 200), st.integers(0, 255))
@settings(deadline=None)
def test_harmed_gzip(junk, at, byte):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.csv.gz"
        data = bytearray(gzip.compress(b"user_id,title_id\n1,2\n1,3\n2,3\n", mtime=0))
        data[at % len(data)] = byte
        for content in (bytes(data), bytes(data[: at % len(data)]), junk):
            path.write_bytes(content)
            try:
                tables = read_tables(path, max_rejects=10**9, rejects_path=Path(name) / "rejects.out")
            except CinewalkError as error:
                assert "\n" not in str(error)
                continue
            assert len(tables.thumbs) <= 3


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
@settings(deadline=None)
def test_harmed_archives(junk, at, byte):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("d/ratings.csv", OWN["ratings.csv"][0])
        data = bytearray(path.read_bytes())
        data[at % len(data)] = byte
        for content in (bytes(data), bytes(data[: at % len(data)]), junk):
            path.write_bytes(content)
            try:
                tables = read_tables(path, max_rejects=10**9, rejects_path=Path(name) / "rejects.out")
            except CinewalkError:
                continue
            assert len(tables.ratings) <= 2
