"""No export gives a traceback, and no row of one is lost without a word."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cinewalk.errors import CinewalkError
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.exports.csv_rows import delimiter_of, split_records
from cinewalk.loaders.exports.export_files import ExportFile
from cinewalk.loaders.history.account import bring_together, match_titles, take_best, users_of
from cinewalk.loaders.history.reading import read_history
from cinewalk.loaders.titles.catalogue_names import CatalogueNames

pytestmark = pytest.mark.property

#: By service and file: a good start.
FILES = {
    ("netflix", "NetflixViewingHistory.csv"): (
        b'Title,Date\n"Alien","12/30/24"\n"Dark: Season 1: Lies","1/2/24"\nBrazil,1/1/24\n'
    ),
    ("netflix", "ViewingActivity.csv"): (
        b"Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
        b"Latest Bookmark,Country\n"
        b"Anna,2024-03-05 22:00:00,01:00:00,,Alien,,TV,01:50:00,01:50:00,DE\n"
        b'Ben,2024-03-04 22:00:00,00:30:00,,"Dark: Season 1: Lies",,TV,00:30:00,Not latest view,DE\n'
        b"Ben,2024-03-04 22:00:00,00:00:10,,Brazil,TRAILER,TV,00:00:10,,DE\n"
    ),
    ("netflix", "Ratings.csv"): (
        b"Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Device Model,Event Utc Ts,Region View Date\n"
        b"Anna,Alien,thumb,,3,TV,2024-03-05T23:00:00Z,\nAnna,Brazil,star,4,,TV,2016-03-05 23:00:00,\n"
    ),
    ("imdb", "ratings.csv"): (
        b"Const,Your Rating,Date Rated,Title,Original Title,Title Type,Year\n"
        b'tt0078748,9,2024-01-02,"Alien","Alien",Movie,1979\ntt0088846,8,2024-01-02,Brazil,Brazil,Movie,1985\n'
    ),
    ("letterboxd", "diary.csv"): (
        b"Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
        b'2024-01-02,Alien,1979,https://b/1,4.5,Yes,"x, y",2024-01-01\n2024-01-02,Brazil,1985,https://b/2,,,,\n'
    ),
    (
        "letterboxd",
        "ratings.csv",
    ): b"Date,Name,Year,Letterboxd URI,Rating\n2024-01-02,Alien,1979,https://b/1,4.5\n",
    ("letterboxd", "watched.csv"): b"Date,Name,Year,Letterboxd URI\n2024-01-02,Alien,1979,https://b/1\n",
}
JUNK = [
    b'"', b'"a', b'a"b"', b'""', b'"\n"', b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\r\n",
    b"\n", b"\n\n", b" ", b"\t", b",", b";", b"-1", b"1e400", b"nan", "٣".encode(), b"9" * 30, b"0", b"=cmd",
    "e\u0301".encode(), "\u2028".encode(), "\x85".encode(), b"(1999)", b": Season 1: x", b"13/13/24", b"x" * 70_000,
    b"2024-02-30", b"99:99:99", b"Alien", "\ufffd".encode(),
]  # fmt: skip
NAMES = CatalogueNames.of(example_graph())


@st.composite
def harmed(draw):
    """One file of one service, some of it replaced by anything at all."""
    (service, name), good = draw(st.sampled_from(sorted(FILES.items())))
    data = bytearray(good)
    for _ in range(draw(st.integers(0, 4))):
        at, cut = draw(st.integers(0, len(data))), draw(st.integers(0, 6))
        data[at : at + cut] = draw(st.sampled_from(JUNK))
    if draw(st.integers(0, 9)) == 0:
        data = bytearray(draw(st.binary(max_size=80)))
    if draw(st.integers(0, 9)) == 0:
        data = bytearray(bytes(data).decode("utf-8", "ignore").encode("utf-16"))
    return service, name, bytes(data)


def check_account(history) -> None:
    """Bring a history into a graph in both ways, and add its account up."""
    matches = match_titles(history, NAMES, {})
    for settled in (matches, take_best(matches, 0)):
        found = bring_together(history, settled, users_of(history, None, "me"))
        read, *parts = found.account
        assert read == sum(parts) == history.count
        assert len(found.left_out) == read - found.account.matched
        for frame in found.frames.values():
            assert not frame.duplicated(["user_id", "title_id"]).any()
            assert set(frame["title_id"]) <= set(NAMES.ids)
    assert all("\n" not in reject.reason for reject in history.unreadable)


@given(harmed())
@example(("netflix", "NetflixViewingHistory.csv", b'Title,Date\n"open,1/30/24\nAlien,1/29/24\n'))
@example(("imdb", "ratings.csv", b"Const,Your Rating,Title\n" + b'"\n' * 40))
def test_every_row_of_a_harmed_export_is_accounted_for(case):
    service, name, data = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            history = read_history(service, path)
        except CinewalkError as error:
            assert str(error)
            assert "\n" not in str(error)
            return
    text = ExportFile(name, data).text()
    records = list(split_records(text, delimiter_of(text)))
    assert history.count in ({len(records), len(records) - 1} if service == "netflix" else {len(records) - 1})
    check_account(history)


@given(st.text(alphabet=st.sampled_from('ab,;"\n\r \t\u2028é'), max_size=60))
def test_splitting_covers_every_line_once(text):
    lines = re.split(r"\r\n|\r|\n", text)
    records = list(split_records(text, ","))
    covered = [line for record in records for line in range(record.line, record.line + record.lines)]
    assert len(covered) == len(set(covered))
    for number, line in enumerate(lines, 1):
        assert (number in covered) or not line.strip(" \t")


KEYS = [
    "movie", "show", "episode", "season", "seasons", "episodes", "title", "year", "ids", "imdb", "rating", "rated_at",
    "watched_at", "plays", "last_watched_at", "progress", "paused_at", "number", "aired_episodes", "listed_at",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
ENTRY = st.fixed_dictionaries(
    {"movie": st.fixed_dictionaries({"title": st.sampled_from(["Alien", "Brazil", ""]) | JSON})},
    optional={
        "rating": st.integers(-1, 11) | JSON,
        "watched_at": st.sampled_from(["2024-01-02T03:04:05.000Z", None]) | JSON,
        "plays": st.integers(-1, 3) | JSON,
        "progress": st.floats(-1, 101) | JSON,
        "show": st.fixed_dictionaries({"title": st.just("Dark")}) | JSON,
        "seasons": JSON,
    },
)


@given(st.lists(ENTRY | JSON, max_size=6))
def test_every_entry_of_any_json_is_accounted_for(entries):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.json"
        path.write_text(json.dumps(entries))
        history = read_history("trakt", path)
    assert history.count == len(entries)
    check_account(history)


@given(st.binary(max_size=120), st.sampled_from(["netflix", "imdb", "letterboxd", "trakt"]), st.booleans())
def test_anything_at_all_is_read_or_refused_in_one_line(data, service, as_zip):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("x.zip" if as_zip else "x.csv")
        path.write_bytes(data)
        try:
            check_account(read_history(service, path))
        except CinewalkError as error:
            assert "\n" not in str(error)
