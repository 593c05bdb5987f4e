"""Parquet files say the same as CSV files."""

from __future__ import annotations

import datetime as dt
import decimal
import subprocess
import sys

import pandas as pd
import pytest

from cinewalk.errors import CinewalkError, FileFormatError, SourceError
from cinewalk.loaders.sources.sources import read_tables
from tests.conftest import ROOT

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.integration

EXAMPLE = ROOT / "docs" / "example"
NAMES = ("users", "titles", "ratings", "watches", "thumbs", "people")


def save(folder, **tables):
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def test_text_columns_are_as_in_csv(tmp_path):
    for name in NAMES:
        frame = pd.read_csv(EXAMPLE / f"{name}.csv", dtype=str, keep_default_na=False)
        save(tmp_path, **{name: {column: frame[column].tolist() for column in frame}})
    stored, written = read_tables(tmp_path), read_tables(EXAMPLE)
    assert stored.counts == written.counts
    for name in NAMES:
        pd.testing.assert_frame_equal(getattr(stored, name), getattr(written, name))


def test_typed_columns(tmp_path):
    moment = dt.datetime(1997, 12, 4, 15, 55, 49, tzinfo=dt.UTC)
    save(
        tmp_path,
        ratings={
            "userId": [1, 2],
            "titleId": [7, 8],
            "rating": [3.5, 4.0],
            "timestamp": [881250949, 881250950],
        },
        watches={
            "user_id": [1],
            "title_id": [7],
            "progress": pa.array([1], pa.float32()),
            "timestamp": [moment],
        },
        thumbs={"user_id": [1.0], "title_id": [7], "value": pa.array([-1], pa.int8()), "timestamp": [None]},
        titles={
            "title_id": [7, 8],
            "title": ["Net, The (1995)", None],
            "released": [dt.date(1995, 7, 28), None],
            "maturity": pa.array([12, None]),
            "genres": [["Drama", "War"], None],
            "budget": [decimal.Decimal("1.5"), None],
        },
        users={"user_id": [1, 2], "age": [34, None], "member": [True, False], "zip": ["1", "2"]},
    )
    tables = read_tables(tmp_path)
    assert not tables.rejects
    assert tables.ratings.to_numpy().tolist() == [[1, 7, 3.5, 881250949], [2, 8, 4.0, 881250950]]
    assert tables.watches.timestamp.tolist() == [881250949]
    assert tables.thumbs.iloc[0].tolist() == [1, 7, -1, 0]
    assert tables.titles.title.tolist() == ["The Net", "8"]
    assert tables.titles.genres.tolist() == [("Drama", "War"), ()]
    assert tables.titles.released.astype(str).tolist()[0] == "1995-07-28"
    assert tables.users.drop(columns="maturity_limit").to_dict("list") == {
        "user_id": [1, 2],
        "age": ["25-34", ""],
        "member": ["True", "False"],
    }
    assert any("zip" in note for note in tables.notes)
    assert any("budget" in note for note in tables.notes)


def test_bad_rows_are_named(tmp_path):
    save(
        tmp_path,
        ratings={
            "user_id": ["1", "2", None, "3", "4\n5"],
            "title_id": ["7"] * 5,
            "rating": [3.0, float("nan"), 4.0, 9.0, 2.0],
        },
    )
    tables = read_tables(tmp_path, max_rejects=9, rejects_path=tmp_path / "out.csv")
    assert [(reject.line, reject.column, reject.reason) for reject in tables.rejects] == [
        (2, "rating", "is not a finite number"),
        (3, "user_id", "is missing"),
        (4, "rating", "is above 5"),
        (5, "user_id", "holds a line end"),
    ]
    assert tables.counts["ratings"].loaded == 1


def test_negative_and_huge_ids_stay_text(tmp_path):
    save(tmp_path, ratings={"user_id": [-1, 2**62], "title_id": [1, 1], "rating": [3.0, 3.0]})
    assert read_tables(tmp_path).ratings.user_id.tolist() == ["-1", str(2**62)]


@pytest.mark.fault
def test_ids_that_floats_lose_are_bad_and_genres_may_be_structures(tmp_path):
    genres = [[{"id": 18, "name": "Drama"}, {"id": 1, "name": "War"}], [], None]
    save(
        tmp_path,
        ratings={"user_id": [1.0, 2.5, 1e23], "title_id": [7.0, 7.0, 7.0], "rating": [3.0, 3.0, 3.0]},
        titles={"title_id": [7, 8, 9], "genres": genres},
    )
    tables = read_tables(tmp_path, max_rejects=9, rejects_path=tmp_path / "out.csv")
    assert [(reject.line, reject.column, reject.reason.split(",")[0]) for reject in tables.rejects] == [
        (2, "user_id", "is no whole number"),
        (3, "user_id", "is a float over 2^53"),
    ]
    assert tables.titles.genres.tolist() == [("Drama", "War"), (), ()]
    assert "titles.parquet: genres: lists in JSON." in tables.notes


def test_columns_that_are_missing_or_there_twice(tmp_path):
    save(tmp_path, ratings={"user_id": [1], "title_id": [1]})
    with pytest.raises(FileFormatError, match="has no column rating"):
        read_tables(tmp_path)
    save(tmp_path, ratings={"user_id": [1], "userId": [1], "title_id": [1], "rating": [3.0]})
    with pytest.raises(FileFormatError, match="more than one column user_id"):
        read_tables(tmp_path)


def test_one_table_in_two_files(tmp_path):
    save(tmp_path, ratings={"user_id": [1], "title_id": [1], "rating": [3.0]})
    (tmp_path / "ratings.csv").write_text("user_id,title_id,rating\n")
    with pytest.raises(SourceError, match="Keep one"):
        read_tables(tmp_path)


def test_damaged_files(tmp_path):
    path = save(tmp_path, ratings={"user_id": [1], "title_id": [1], "rating": [3.0]}) / "ratings.parquet"
    data = path.read_bytes()
    for harmed in (b"", b"PAR1", data[:-20], data[: len(data) // 2], data[:4] + b"\xff" * 20 + data[24:]):
        path.write_bytes(harmed)
        with pytest.raises(CinewalkError):
            read_tables(tmp_path, rejects_path=tmp_path / "out.csv")


def test_without_pyarrow_the_extra_is_named(tmp_path):
    save(tmp_path, ratings={"user_id": [1], "title_id": [1], "rating": [3.0]})
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from cinewalk.errors import MissingPackageError\n"
        "from cinewalk.loaders.sources.sources import read_tables\n"
        "try: read_tables(sys.argv[1])\n"
        "except MissingPackageError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "pip install 'cinewalk[parquet]'" in done.stdout
