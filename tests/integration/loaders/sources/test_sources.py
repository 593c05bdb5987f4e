"""Whole folders and archives of every format, and what is said where they are none."""

from __future__ import annotations

import csv
import gzip
import zipfile

import pandas as pd
import pytest

from cinewalk.errors import FileFormatError, RejectedRowsError, RequestError, SourceError
from cinewalk.loaders.sources.movielens import GENRES_100K
from cinewalk.loaders.sources.sources import read_tables
from tests.conftest import ROOT

pytestmark = pytest.mark.integration

EXAMPLE = ROOT / "docs" / "example"


def write(folder, **files):
    """Write files; ``u_data`` is ``u.data``, and text is UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def flags(*names):
    return "|".join("1" if genre in names else "0" for genre in GENRES_100K)


def hundred_k(folder):
    titles = (
        f"1|Toy Story (1995)|01-Jan-1995||http://x|{flags('Animation', 'Comedy')}\n"
        f"2|Misérables, Les (1995)|01-Jan-1995||http://x|{flags('Drama')}\n"
        f"267|unknown||||{flags('unknown')}\n"
    )
    return write(
        folder,
        u_data="196\t1\t3\t881250949\n186\t2\t5\t891717742\n196\t267\t4\t881250950\n",
        u_item=titles.encode("latin-1"),
        u_user="196|49|M|writer|55105\n186|17|F|none|00000\n",
    )


def test_movielens_100k(tmp_path):
    tables = read_tables(hundred_k(tmp_path))
    assert tables.ratings.to_numpy().tolist()[0] == [196, 1, 3.0, 881250949]
    assert tables.titles.title.tolist() == ["Toy Story", "Les Misérables", "267"]
    assert tables.titles.year.tolist() == [1995, 1995, 0]
    assert tables.titles.released.astype(str).tolist()[:2] == ["1995-01-01"] * 2
    assert pd.isna(tables.titles.released[2])
    assert tables.titles.genres.tolist() == [("Animation", "Comedy"), ("Drama",), ()]
    assert tables.users.drop(columns="maturity_limit").to_dict("list") == {
        "user_id": [196, 186],
        "age": ["45-49", "Under 18"],
        "gender": ["M", "F"],
        "occupation": ["writer", "none"],
    }
    assert any("zip" in note for note in tables.notes)


def test_the_links_of_movielens(tmp_path):
    write(
        tmp_path,
        ratings_csv="userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,3,4.0,964981247\n",
        movies_csv="movieId,title,genres\n1,Toy Story (1995),Comedy\n3,Grumpier Old Men (1995),Comedy\n",
        links_csv="movieId,imdbId,tmdbId\n1,0114709,862\n3,0113228,\n",
    )
    tables = read_tables(tmp_path)
    assert tables.titles.imdb_id.tolist() == ["tt0114709", "tt0113228"]
    assert tables.titles.tmdb_id.tolist() == ["862", ""]
    assert tables.counts["links"].loaded == 2
    assert not tables.notes


def test_genres_in_the_order_of_u_genre(tmp_path):
    write(
        tmp_path,
        u_data="1\t1\t3\t881250949\n",
        u_genre="Drama|1\nWar|0\n\n",
        u_item="1|X (1990)|01-Feb-1990|||1|0\n",
    )
    assert read_tables(tmp_path).titles.genres.tolist() == [("War",)]


def test_bad_cells_of_movielens_100k_are_named(tmp_path):
    folder = hundred_k(tmp_path)
    bad = f"5|X (1990)|01-Foo-1990|||{flags('War').replace('1', 'yes')}\n6|Y|31-Feb-1990|||{flags()}\n"
    with (folder / "u.item").open("ab") as file:
        file.write(bad.encode())
    tables = read_tables(folder, max_rejects=2, rejects_path=tmp_path / "out.csv")
    assert [(reject.line, reject.column, reject.value) for reject in tables.rejects] == [
        (4, "genre War", "yes"),
        (4, "released", "01-Foo-1990"),
        (5, "released", "31-Feb-1990"),
    ]


def test_movielens_1m(tmp_path):
    write(
        tmp_path / "ml-1m",
        ratings_dat="1::1193::5::978300760\n2::1::4::978300761\n",
        movies_dat="1::Toy Story (1995)::Animation|Children's\n1193::Misérables, Les (1998)::Drama\n".encode(
            "latin-1"
        ),
        users_dat="1::F::1::10::48067\n2::M::56::0::70072\n",
        README="x",
    )
    tables = read_tables(tmp_path)
    assert tables.titles.title.tolist() == ["Toy Story", "Les Misérables"]
    assert tables.users.drop(columns="maturity_limit").to_dict("list") == {
        "user_id": [1, 2],
        "age": ["Under 18", "56+"],
        "gender": ["F", "M"],
        "occupation": ["K-12 student", "other or not specified"],
    }
    write(tmp_path / "ml-1m", users_dat="1::F::2::10::48067\n2::M::56::21::70072\n")
    with pytest.raises(RejectedRowsError, match="age codes"):
        read_tables(tmp_path, rejects_path=tmp_path / "out.csv")


def test_movielens_csv(tmp_path):
    write(
        tmp_path,
        ratings_csv="userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,3,4.5,964981247\n",
        movies_csv=(
            'movieId,title,genres\n1,"American President, The (1995)",Comedy|Drama\n'
            "3,Heat,(no genres listed)\n"
        ),
        tags_csv="userId,movieId,tag,timestamp\nnot,read\n",
    )
    tables = read_tables(tmp_path)
    assert tables.titles.title.tolist() == ["The American President", "Heat"]
    assert tables.titles.genres.tolist() == [("Comedy", "Drama"), ()]
    assert tables.users.user_id.tolist() == [1]
    assert set(tables.counts) == {"titles", "ratings"}


def atomic(folder, stem):
    return write(
        folder,
        **{
            f"{stem}_inter": (
                "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
                "1\t242\t3\t881250949\n2\t267\t4\t881250949\n"
            ),
            f"{stem}_user": (
                "user_id:token\tage:token\tgender:token\tzip_code:token\n1\t24\tM\t85711\n2\t53\tF\t94043\n"
            ),
            f"{stem}_item": (
                "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\tbudget:float\n"
                "242\tKolya, The\t1996\tComedy Film-Noir\t1\n267\tunkonwn\tunkonwn\tunknown\t2\n"
                "1412\tLand Before Time III (1995)\tV\tAnimation\t3\n"
            ),
        },
    )


def test_atomic_files(tmp_path):
    tables = read_tables(atomic(tmp_path, "ml-100k"))
    assert tables.titles.title.tolist() == ["The Kolya", "267", "Land Before Time III"]
    assert tables.titles.year.tolist() == [1996, 0, 1995]
    assert tables.titles.genres.tolist() == [("Comedy", "Film-Noir"), (), ("Animation",)]
    assert list(tables.users.columns) == ["user_id", "maturity_limit", "age", "gender"]
    assert any("zip_code" in note for note in tables.notes)
    assert any("budget" in note for note in tables.notes)


def test_unknown_is_only_unknown_in_that_copy(tmp_path):
    with pytest.raises(RejectedRowsError) as error:
        read_tables(atomic(tmp_path, "other"), rejects_path=tmp_path / "out.csv")
    assert error.value.rejected == 2 + 1  # two years, and the rating of the title that went with one
    with pytest.raises(SourceError, match="several data sets"):
        read_tables(atomic(tmp_path, "ml-100k"))


def test_the_example(tmp_path):
    tables = read_tables(EXAMPLE, rejects_path=tmp_path / "out.csv")
    assert not tables.rejects
    assert not tables.notes
    assert {name: count.loaded for name, count in tables.counts.items()} == {
        "users": 8, "titles": 12, "ratings": 22, "watches": 6, "thumbs": 4, "people": 10,
    }  # fmt: skip
    assert tables.titles.title.tolist()[:3] == ["The Conversation", "Blow Out", "La Double vie de Véronique"]
    assert tables.titles.year.tolist()[:3] == [1974, 1981, 1991]


def test_an_archive_is_its_folder(tmp_path):
    archive = tmp_path / "example.ZIP"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in EXAMPLE.iterdir():
            packed.write(path, f"top/{path.name}")
            packed.writestr(f"__MACOSX/top/._{path.name}", b"\0")
    packed_tables, tables = read_tables(archive), read_tables(EXAMPLE)
    for name in ("users", "titles", "ratings", "watches", "thumbs", "people"):
        pd.testing.assert_frame_equal(getattr(packed_tables, name), getattr(tables, name))


def test_files_of_a_folder_may_be_gzipped_one_by_one(tmp_path):
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    write(
        plain,
        ratings_csv="userId,movieId,rating\n1,1,4\n1,2,3.5\n",
        movies_csv="movieId,title\n1,Heat (1995)\n2,Big (1988)\n",
    )
    write(packed, movies_csv=(plain / "movies.csv").read_bytes(), notes_txt="of mine")
    (packed / "Ratings.csv.GZ").write_bytes(gzip.compress((plain / "ratings.csv").read_bytes()))
    tables = read_tables(packed)
    for table in ("ratings", "titles"):
        assert getattr(tables, table).equals(getattr(read_tables(plain), table))
    write(packed, ratings_csv="userId,movieId,rating\n")
    with pytest.raises(SourceError, match=r"packed: holds ratings.csv and Ratings.csv.GZ. Keep one"):
        read_tables(packed)
    (packed / "ratings.csv").unlink()
    alone = tmp_path / "alone"
    write(alone, notes_md="of mine")
    (alone / "train.csv.gz").write_bytes(gzip.compress(b"user_id,title_id\n1,2\n"))
    assert len(read_tables(alone).thumbs) == 1
    (packed / "Ratings.csv.GZ").write_bytes(b"none")
    with pytest.raises(FileFormatError, match=r"packed/Ratings.csv.GZ: is not a gzip file"):
        read_tables(packed)
    (packed / "Ratings.csv.GZ").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    with pytest.raises(SourceError, match=r"packed/Ratings.csv"):
        read_tables(packed)


def test_headers_in_camel_case_semicolons_and_a_byte_order_mark(tmp_path):
    write(
        tmp_path,
        ratings_csv="\ufeffuserId;titleId;rating\r\nada;t1;4,5\r\nada;t2;4.5\r\n",
        users_csv="\n\nuserId\tFavouriteColour\tZip Code\nada\tred\t1\n",
        people_csv="personId,name,titleId,role,email\np,Ann,t2,director,a@b\n",
    )
    tables = read_tables(tmp_path, max_rejects=1, rejects_path=tmp_path / "out.csv")
    assert tables.ratings.title_id.tolist() == ["t2"]
    assert tables.users.columns.tolist() == ["user_id", "maturity_limit", "favourite_colour"]
    assert tables.people.columns.tolist() == ["person_id", "name", "title_id", "role"]
    assert any("Zip Code" in note for note in tables.notes)
    assert any("email" in note for note in tables.notes)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"user_id,title_id,mark\n1,2,3\n", "has no column rating.*The file has: user_id, title_id, mark"),
        (b"user_id,title_id,rating,rating\n", "more than one column rating"),
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xff\xfeu\x00s\x00", "has no column user_id"),
        (b"user_id,title_id,\x00rating\n", "control character"),
        (b"user_id,title_id,\x81rating\n", "not valid Windows-1252"),
        (b'user_id,title_id,"rating\n', "not closed"),
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path, content, said):
    write(tmp_path, ratings_csv=content)
    with pytest.raises(FileFormatError, match=said) as error:
        read_tables(tmp_path)
    assert "ratings.csv" in str(error.value)


def test_no_source_at_all(tmp_path):
    with pytest.raises(SourceError, match="Did you mean movielens-100k"):
        read_tables("movielens-10k")
    with pytest.raises(SourceError, match="movielens-32m"):
        read_tables(tmp_path / "none")
    with pytest.raises(SourceError, match="no path"):
        read_tables("a\0b")
    (tmp_path / "notes.doc").write_text("x")
    with pytest.raises(SourceError, match=r"holds notes\.doc"):
        read_tables(tmp_path)
    with pytest.raises(SourceError, match="single file"):
        read_tables(tmp_path / "notes.doc")
    write(tmp_path / "users", users_csv="user_id\n1\n")
    with pytest.raises(SourceError, match=r"holds users\.csv"):
        read_tables(tmp_path / "users")


@pytest.mark.parametrize("limits", [(5.0, 1.0), (float("nan"), 5.0), (0.5, float("inf"))])
def test_rating_ranges_that_are_none(limits):
    with pytest.raises(RequestError):
        read_tables(EXAMPLE, rating_range=limits)


def bad_ratings(folder):
    return write(folder, ratings_csv='user_id,title_id,rating\n1,2,3\n1,3,=9\n1,4,nan\n"1,5,3\n1,6,4\n')


def test_over_the_limit_nothing_loads_and_all_is_listed(tmp_path, monkeypatch):
    folder = bad_ratings(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RejectedRowsError) as error:
        read_tables(folder, max_rejects=2)
    assert (error.value.rejected, error.value.limit) == (3, 2)
    assert "ratings.csv:3: rating: '=9' is not a number" in str(error.value)
    with (tmp_path / "mine.rejects.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [(row["file"], row["line"], row["column"], row["value"]) for row in listed] == [
        ("ratings.csv", "3", "rating", "'=9"),
        ("ratings.csv", "4", "rating", "nan"),
        ("ratings.csv", "5", "", ""),  # of what cannot be split nobody knows which cell points to a person
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "mine.rejects.csv"]


def test_within_the_limit_the_good_rows_load(tmp_path):
    tables = read_tables(bad_ratings(tmp_path), max_rejects=3, rejects_path=tmp_path / "out.csv")
    assert tables.ratings.title_id.tolist() == [2, 6]
    assert (tables.counts["ratings"].rows, tables.counts["ratings"].rejected) == (5, 3)
    assert str(tmp_path / "out.csv") in tables.notes[-1]
    assert (tmp_path / "out.csv").exists()


def test_a_list_that_cannot_be_written_hides_nothing(tmp_path):
    said = []
    nowhere = tmp_path / "none" / "out.csv"
    with pytest.raises(RejectedRowsError) as error:
        read_tables(bad_ratings(tmp_path), rejects_path=nowhere, notify=said.append)
    assert error.value.rejects_path is None
    assert "could not be listed" in said[0]
    tables = read_tables(bad_ratings(tmp_path), max_rejects=3, rejects_path=nowhere)
    assert "could not be listed" in tables.notes[-1]


def test_blocks_join_to_the_same_tables(tmp_path, monkeypatch):
    lines = [f"{row % 97},{row},{1 + row % 5},{881250949 + row}" for row in range(3000)]
    lines[1500] = "9,1500,77,881250949"
    lines[2000] = ""
    write(tmp_path, ratings_csv="user_id,title_id,rating,timestamp\n" + "\r\n".join(lines))
    whole = read_tables(tmp_path, max_rejects=9, rejects_path=tmp_path / "out.csv")
    monkeypatch.setattr("cinewalk.loaders.tables.lines.BLOCK_SIZE", 1)
    seen = []
    cut = read_tables(
        tmp_path, max_rejects=9, rejects_path=tmp_path / "out.csv", progress=lambda *told: seen.append(told)
    )
    assert len(seen) > 10
    assert seen[-1][1] == seen[-1][2] == (tmp_path / "ratings.csv").stat().st_size
    pd.testing.assert_frame_equal(whole.ratings, cut.ratings)
    assert whole.rejects == cut.rejects
    assert whole.rejects[0].line == 1502
    assert whole.counts["ratings"].rows == 2999


ENCODINGS = {"utf-8": "", "utf-8-sig": "", "utf-16": "", "utf-16-le": "\ufeff", "utf-32": "", "cp1252": ""}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", ["own", "1m", "100k", "csv"])
def test_accents_come_through_in_any_encoding_and_under_any_name(tmp_path, form, encoding):
    files = {
        "own": {
            "titles_csv": "title_id;title;year\r\n1;Les Misérables;1995\r\n2;Léon;1994\r\n",
            "ratings_csv": "user_id;title_id;rating\r\nzoë;1;5\r\nzoë;2;4\r\n",
        },
        "1m": {
            "movies_dat": "1::Misérables, Les (1995)::Drama\n2::Léon (1994)::War\n",
            "ratings_dat": "1::1::5::978300760\n1::2::4::978300760\n",
        },
        "100k": {
            "u_data": "1\t1\t5\t978300760\n1\t2\t4\t978300760\n",
            "u_item": f"1|Misérables, Les (1995)|||x|{flags('Drama')}\n2|Léon (1994)|||x|{flags('War')}\n",
        },
        "csv": {
            "movies_csv": 'movieId,title,genres\n1,"Misérables, Les (1995)",Drama\n2,Léon (1994),War\n',
            "ratings_csv": "userId,movieId,rating,timestamp\n1,1,5,978300760\n1,2,4,978300760\n",
        },
    }[form]
    coded = {name: (ENCODINGS[encoding] + text).encode(encoding) for name, text in files.items()}
    tables = read_tables(write(tmp_path, **coded))
    assert tables.titles.title.tolist() == ["Les Misérables", "Léon"]
    assert tables.titles.year.tolist() == [1995, 1994]
    assert len(tables.ratings) == 2
    assert any("Windows-1252" in note for note in tables.notes) == (encoding == "cp1252")


def test_a_file_of_utf_8_with_a_spoilt_line_has_a_bad_row(tmp_path):
    titles = "title_id,title\n1,Amélie\n2,Léon\n".encode() + b"3,Mis\xe9\n"
    write(tmp_path, titles_csv=titles, ratings_csv="user_id,title_id,rating\n1,1,4\n")
    tables = read_tables(tmp_path, max_rejects=1, rejects_path=tmp_path / "out.csv")
    assert tables.titles.title.tolist() == ["Amélie", "Léon"]
    assert str(tables.rejects[0]) == "titles.csv:4: is not valid UTF-8 (byte 6 of the line)"
    write(tmp_path, ratings_csv="user_id,title_id,rating\n1,1,4\n".encode("utf-16")[:-3])
    assert "not valid" in str(
        read_tables(tmp_path, max_rejects=2, rejects_path=tmp_path / "out.csv").rejects[-1]
    )


def test_atomic_files_in_parts_and_without_ratings(tmp_path):
    header, rows = "user_id:token\titem_id:token\n", ["1\ta\n2\ta\n", "3\ta\n", "1\ta\n4\tz\n"]
    for part, text in zip(("train", "valid", "test"), rows, strict=True):
        (tmp_path / f"mine.{part}.inter").write_text(header + text)
    (tmp_path / "mine.item").write_text("item_id:token\tname:token_seq\na\tAlpha\n")
    tables = read_tables(tmp_path, max_rejects=1, rejects_path=tmp_path / "out.csv")
    assert tables.thumbs[["user_id", "title_id"]].values.tolist() == [[2, "a"], [3, "a"], [1, "a"]]
    count = tables.counts["thumbs"]
    assert (count.rows, count.loaded, count.rejected, count.duplicates) == (5, 3, 1, 1)
    assert str(tables.rejects[0]) == "mine.test.inter:3: item_id: 'z' is not in mine.item"
    assert any(
        "read together: mine.train.inter, mine.valid.inter, mine.test.inter." in n for n in tables.notes
    )
    (tmp_path / "mine.inter").write_text(header + "9\ta\n")
    whole = read_tables(tmp_path)
    assert whole.thumbs.user_id.tolist() == [9]
    assert any("mine.inter holds all; not read: mine.train.inter" in note for note in whole.notes)


def test_tables_by_the_names_that_other_people_give_them(tmp_path):
    write(
        tmp_path,
        rating_csv="userId,movieId,rating,timestamp\n1,3,4.5,2005-04-02 23:53:47\n",
        movie_csv='movieId,title,genres\n3,"Heat (1995)","Action, Crime"\n',
        user_tsv="uid\tage\n1\t34\n",
    )
    tables = read_tables(tmp_path)
    assert tables.ratings.values.tolist() == [[1, 3, 4.5, 1_112_486_027]]
    assert tables.titles[["title", "year", "genres"]].values.tolist() == [["Heat", 1995, ("Action", "Crime")]]
    assert tables.users.age.tolist() == ["25-34"]
    write(tmp_path, ratings_small_csv="userId,movieId,rating\n1,3,1\n")
    assert "ratings_small.csv" not in str(read_tables(tmp_path).notes)  # ratings.small.csv is no known name
    (tmp_path / "ratings_small.csv").write_text("userId,movieId,rating\n1,3,1\n")
    assert "ratings_small.csv: not read, because rating.csv is." in read_tables(tmp_path).notes
