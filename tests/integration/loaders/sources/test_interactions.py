"""A single file of interactions: what its columns make of it, and what is refused."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest

import cinewalk
from cinewalk.errors import CinewalkError, FileFormatError, RejectedRowsError, SourceError
from cinewalk.loaders.fetch import archives
from cinewalk.loaders.sources.sources import read_tables

pytestmark = pytest.mark.integration

LIKES = "user_id,title_id\n1,10\n1,11\n2,10\n"


def write(folder, name, text):
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.lower().endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["train.csv", "train.csv.gz", "TRAIN.CSV", "train.CSV.GZ"])
def test_rows_without_a_rating_are_likes(tmp_path, name):
    tables = read_tables(write(tmp_path, name, LIKES))
    assert tables.thumbs[["user_id", "title_id", "value"]].values.tolist() == [
        [1, 10, 1],
        [1, 11, 1],
        [2, 10, 1],
    ]
    assert tables.counts["thumbs"].loaded == 3
    assert any("each row is a like" in note for note in tables.notes)
    graph = cinewalk.load(tmp_path / name)
    assert len(graph.likes) == 3
    assert set(graph.likes.properties["preference"].tolist()) == {1.0}


def test_ids_that_are_text_and_times_read_the_careful_way(tmp_path):
    text = "userId;titleId;timestamp\nada;t1;2024-01-05T20:10:00Z\nbo;t1;\n"
    tables = read_tables(write(tmp_path, "x.csv", text))
    assert tables.thumbs.values.tolist() == [["ada", "t1", 1, 1_704_485_400], ["bo", "t1", 1, 0]]


@pytest.mark.parametrize(
    ("column", "value", "table"),
    [("rating", "3.5", "ratings"), ("progress", "0.5", "watches"), ("value", "-1", "thumbs")],
)
def test_a_column_that_says_more_makes_it_that_table(tmp_path, column, value, table):
    tables = read_tables(write(tmp_path, "x.csv", f"user_id,title_id,{column}\n1,10,{value}\n"))
    assert getattr(tables, table)[column].tolist() == [float(value)]
    assert list(tables.counts) == [table]
    assert not any("each row is a like" in note for note in tables.notes)


def test_parquet_says_the_same_as_csv(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    for columns in ({"user_id": [1, 1], "title_id": [10, 11]}, {"userId": ["a", "b"], "titleId": ["x", "x"]}):
        pq.write_table(pa.table(columns), tmp_path / "x.parquet")
        pd.DataFrame(columns).to_csv(tmp_path / "x.csv", index=False)
        stored, written = (read_tables(tmp_path / name) for name in ("x.parquet", "x.csv"))
        pd.testing.assert_frame_equal(stored.thumbs, written.thumbs)
        assert stored.counts == written.counts
    pq.write_table(pa.table({"user_id": [1], "title_id": [10], "rating": [2.0]}), tmp_path / "r.parquet")
    assert read_tables(tmp_path / "r.parquet").ratings.rating.tolist() == [2.0]


def test_rows_are_checked_and_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path, "x.csv.gz", "user_id,title_id\n1,10\n,11\n1,10\n2,10,9\n")
    with pytest.raises(RejectedRowsError, match=r"2 bad rows.*x\.csv:3: user_id: is missing"):
        read_tables(path)
    assert (tmp_path / "x.rejects.csv").read_text().count("\n") == 3
    count = read_tables(path, max_rejects=2).counts["thumbs"]
    assert (count.rows, count.loaded, count.rejected, count.duplicates) == (4, 1, 2, 1)


def test_other_columns_are_left_out_and_named(tmp_path):
    tables = read_tables(write(tmp_path, "x.csv", "user_id,title_id,device\n1,10,tv\n"))
    assert any("left out" in note and "device" in note for note in tables.notes)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", b"", "is empty"),
        ("x.csv", b"user_id,thing\n1,2\n", "has no column title_id"),
        ("x.csv", b"user_id,user_id,title_id\n1,1,2\n", "more than one column user_id"),
        ("x.csv", b"user_id,title_id,rating,progress\n1,2,3,1\n", "several kinds of events"),
        ("x.csv.gz", b"user_id,title_id\n1,2\n", "not a gzip file"),
        ("x.csv.gz", gzip.compress(LIKES.encode(), mtime=0)[:-9], "not a gzip file"),
        ("x.csv.gz", b"", "is empty"),
        ("x.parquet", b"PAR1", "cannot be read as Parquet"),
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileFormatError, match=said) as error:
        read_tables(tmp_path / name)
    assert "\n" not in str(error.value)


def test_no_likes_at_all_is_a_table_without_rows(tmp_path):
    assert len(read_tables(write(tmp_path, "x.csv", "user_id,title_id\n")).thumbs) == 0


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path):
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"user_id,title_id\n" + b"1,2\n" * 4_000_000))
    with pytest.raises(FileFormatError, match=r"unpacks to over \d+ bytes"), archives.decompressed(path):
        pytest.fail("it was unpacked")


def test_what_was_unpacked_goes_away(tmp_path):
    with archives.decompressed(write(tmp_path, "x.csv.gz", LIKES)) as file:
        assert file.name == "x.csv"
        assert file.read_text() == LIKES
    assert not file.exists()


def test_files_of_another_kind(tmp_path):
    (tmp_path / "x.txt.gz").write_bytes(gzip.compress(b"x"))
    with pytest.raises(SourceError, match=r"single \.csv, \.csv\.gz or \.parquet file"):
        read_tables(tmp_path / "x.txt.gz")
    with pytest.raises(CinewalkError):
        read_tables(tmp_path / "none.csv")


def test_columns_by_other_names_are_read_and_said(tmp_path):
    path = write(tmp_path, "x.csv", "uid,Item,Your Rating,Date Rated,movie\n1,10,4,2019-05-05,x\n")
    tables = read_tables(path)
    assert tables.ratings.values.tolist() == [[1, 10, 4.0, 1_557_014_400]]
    assert "x.csv: left out, because cinewalk has no use for it: movie." in tables.notes[1]
    said = "x.csv: read uid as user_id, Item as title_id, Your Rating as rating, Date Rated as timestamp."
    assert tables.notes[0] == said
    other = read_tables(path, columns={"MOVIE": "title_id"})
    assert other.ratings.title_id.tolist() == ["x"]
