"""A single file of interactions: what its columns make of it, and what is refused."""

from __future__ import annotations

import gzip
import zipfile

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
    for columns in (
        {"user_id": [1, 1], "title_id": [10, 11]},
        {"userId": ["a", "b"], "titleId": ["x", "x"]},
        {"UID": [1], "item": ["y"]},
    ):
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
    (tmp_path / "x.doc.gz").write_bytes(gzip.compress(b"x"))
    with pytest.raises(
        SourceError, match=r"single \.csv, \.tsv, \.txt, \.csv\.gz, \.inter or \.parquet file"
    ):
        read_tables(tmp_path / "x.doc.gz")
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


RATED = "{0}1{1}10{1}4{1}881250949\n2{1}10{1}5{1}881250950\n"
NAMES = "userId{0}movieId{0}rating{0}timestamp\n"


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "delimiter", "has_names"),
    [
        ("ratings.csv", ",", True),
        ("ratings.tsv", "\t", True),
        ("ratings.txt", "|", True),
        ("ratings.txt", ";", True),
        ("x.csv", ",", False),
        ("u.data", "\t", False),
        ("ratings.dat", "::", False),
    ],
)
def test_one_file_under_many_names(tmp_path, name, delimiter, has_names, packed):
    names = NAMES.format(delimiter) if has_names else ""
    tables = read_tables(write(tmp_path, f"{name}{packed}", RATED.format(names, delimiter)))
    assert tables.ratings.values.tolist() == [[1, 10, 4.0, 881250949], [2, 10, 5.0, 881250950]]
    assert any("names no columns, so each line is read as user_id, title_id" in n for n in tables.notes) == (
        not has_names
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", "1,10,4\n2,10,5\n", "names no columns in its first line (1, 10, 4)"),
        ("x.csv", "1,10,881250949,4\n", "names no columns in its first line"),
        ("combined_data_1.txt", "1:\n1488844,3,2005-09-06\n", "is in the form of the Netflix Prize"),
        ("x.inter", "user_id:token item_id:token\n1 2\n", "parted by blanks; atomic files have tabs"),
        ("x.inter", "user_id:token,item_id:token\n1,2\n", "parted by commas; atomic files have tabs"),
        ("x.xlsx", "PK", "is a spreadsheet. Save its sheet as CSV. What can be loaded: "),
        ("x.7z", "7z", "is an archive of a kind that is not read. Unpack it, and load the folder."),
    ],
)
def test_files_that_nobody_can_be_sure_of_are_refused_in_one_line(tmp_path, name, content, said):
    with pytest.raises(FileFormatError) as error:
        read_tables(write(tmp_path, name, content))
    assert said in str(error.value)
    assert str(tmp_path / name) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_single_file_in_a_folder_or_an_archive(tmp_path):
    write(tmp_path, "train.csv", LIKES)
    write(tmp_path, "README.txt", "about")
    assert len(read_tables(tmp_path).thumbs) == 3
    with zipfile.ZipFile(tmp_path / "x.csv.zip", "w") as archive:
        archive.write(tmp_path / "train.csv", "train.csv")
    assert len(read_tables(tmp_path / "x.csv.zip").thumbs) == 3
    write(tmp_path, "test.csv", LIKES)
    with pytest.raises(SourceError, match="holds README"):
        read_tables(tmp_path)


def test_a_quoted_cell_may_go_on_in_the_next_line(tmp_path, monkeypatch):
    text = 'user_id,title_id,note\n1,10,"a\r\nb"\n2,"10,c\n3,11,"d ""e"" \n\nf"\n4,12,g\n'
    path = write(tmp_path, "x.csv", text)
    whole = read_tables(path, max_rejects=1, rejects_path=tmp_path / "out.csv")
    assert whole.thumbs.user_id.tolist() == [1, 3, 4]
    assert [str(reject) for reject in whole.rejects] == ["x.csv:4: has a quote that is not closed"]
    assert whole.counts["thumbs"].rows == 4
    monkeypatch.setattr("cinewalk.loaders.tables.lines.BLOCK_SIZE", 1)
    cut = read_tables(path, max_rejects=1, rejects_path=tmp_path / "out.csv")
    pd.testing.assert_frame_equal(whole.thumbs, cut.thumbs)
    assert whole.rejects == cut.rejects
