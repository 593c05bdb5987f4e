"""The first file that somebody tries, in shapes that public bug reports tell of: read rightly, or refused in one line.

Each case builds its own small input; the numbers are those of the reports that it is made after.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from typing import Any, NamedTuple

import pytest

import cinewalk
from cinewalk.errors import CinewalkError
from cinewalk.graph.model.preference import Preference

pytestmark = pytest.mark.integration


class FirstFile(NamedTuple):
    """Files to write, which of them to load (nothing is the folder), and what should come of it."""

    files: dict[str, str | bytes]
    load: str = ""
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed
    users: int = 2
    likes: int = 2
    titles: dict[str, tuple[str, int]] | None = None
    genres: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    error: str = ""


def tar_of(**members: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name.replace("_csv", ".csv"))
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


def zip_of(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_csv", ".csv"), text)
    return packed.getvalue()


OWN = "user_id,title_id,rating\na,1,5\nb,1,4\na,2,1\n"
MOVIELENS = "userId,movieId,rating,timestamp\n1,31,5,1260759144\n2,31,4,1260759182\n1,7,2,1260759183\n"
BARE = "1::73::5::978300760\n2::73::4::978300761\n"
LES_MIS = {"73": ("Les Misérables", 1995)}
PARTS = "user_id:token\titem_id:token\trating:float\n"

CASES = {
    "MovieLens 10M is UTF-8, and has other names in brackets (RecSysDatasets#131)": FirstFile(
        {
            "movies.dat": "73::Misérables, Les (1995)::Drama|War\n"
            "29::City of Lost Children, The (Cité des enfants perdus, La) (1995)::Adventure\n",
            "ratings.dat": BARE + "1::29::3.5::838983525\n",
            "tags.dat": "15::73::excellent!::1215184630\n",
        },
        titles=LES_MIS | {"29": ("The City of Lost Children (La Cité des enfants perdus)", 1995)},
        genres=("Adventure", "Drama", "War"),
    ),
    "MovieLens 1M is Latin-1 (RecBole#1822)": FirstFile(
        {"movies.dat": "73::Misérables, Les (1995)::Drama\n".encode("latin-1"), "ratings.dat": BARE},
        titles=LES_MIS,
        genres=("Drama",),
        said=("movies.dat: is not UTF-8, so it was read as Windows-1252",),
    ),
    "a copy of MovieLens 1M in UTF-8 (pydata-book)": FirstFile(
        {
            "movies.dat": "73::Misérables, Les (1995)::Drama\n",
            "ratings.dat": BARE,
            "users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n",
        },
        titles=LES_MIS,
        genres=("Drama",),
    ),
    "MovieLens 32M with links, tags, years of series and many names": FirstFile(
        {
            "ratings.csv": "userId,movieId,rating,timestamp\n1,1,5,964982804\n2,2,4,964982805\n2,3,1,964982806\n",
            "movies.csv": "movieId,title,genres\n1,Death Note: Desu nôto (2006–2007),(no genres listed)\n"
            '2,"""Great Performances"" Cats (1998)",Musical\n3,"Big Bang Theory, The (2007-)",Comedy\n',
            "links.csv": "movieId,imdbId,tmdbId\n1,0114709,862\n",
            "tags.csv": "userId,movieId,tag,timestamp\n1,1,x,1\n",
        },
        titles={
            "1": ("Death Note: Desu nôto", 2006),
            "2": ('"Great Performances" Cats', 1998),
            "3": ("The Big Bang Theory", 2007),
        },
        genres=("Comedy", "Musical"),
    ),
    "one ratings.csv of MovieLens (Surprise#41)": FirstFile(
        {"ratings.csv": MOVIELENS}, "ratings.csv", said=("ratings.csv: read movieId as title_id.",)
    ),
    "Kaggle's The Movies Dataset": FirstFile(
        {
            "ratings_small.csv": MOVIELENS,
            "links_small.csv": "movieId,imdbId,tmdbId\n31,0114709,862\n862,1,31\n",
            "movies_metadata.csv": "adult,budget,genres,id,title\n"
            "False,0,\"[{'id': 16, 'name': 'Animation'}]\",862,Toy Story\n"
            " - Written by X,0.065736,\"[{'name': 'C'}]\",1997-08-20,\n"
            'False,0,"[]",2,"Line\nbreak"\nFalse,0,"[]",31,"Another"\n',
        },
        options={"max_rejects": 1},
        titles={"31": ("Toy Story", 0), "tmdb2": ("Line break", 0), "862": ("Another", 0), "7": ("7", 0)},
        genres=("Animation",),
        said=("left out, because cinewalk has no use for it: adult, budget", "lacks 1 of the titles"),
    ),
    "Kaggle's The Movies Dataset names the broken row": FirstFile(
        {
            "ratings.csv": MOVIELENS,
            "links.csv": "movieId,imdbId,tmdbId\n31,0114709,862\n",
            "movies_metadata.csv": "genres,id,title\n,862,Toy Story\n,1997-08-20,\n",
        },
        error="movies_metadata.csv:3: id: '1997-08-20' is not an id of TMDB",
    ),
    "a file as NAME.csv.zip": FirstFile({"x.csv.zip": zip_of(ratings_small_csv=MOVIELENS)}, "x.csv.zip"),
    "a file as NAME.csv.zip under any name": FirstFile({"x.zip": zip_of(mine_csv=MOVIELENS)}, "x.zip"),
    "an archive with nothing to load names itself": FirstFile(
        {"x.zip": zip_of(a_csv="x\n", b_csv="y\n")}, "x.zip", error="x.zip: holds a.csv, b.csv. What can be loaded"
    ),
    "ratings from 0 to 100 (Surprise#91)": FirstFile(
        {"x.csv": "user_id,title_id,rating\na,1,17.9\nb,1,59.9\na,2,60.5\nb,2,99\n"},
        "x.csv",
        {"rating_range": (0, 100)},
        said=("like = 60.5 of 0–100: 50 % of ratings (nobody said it",),
    ),
    "ratings from -10 to 10": FirstFile(
        {"x.csv": "user_id,title_id,rating\na,x,-9.5\na,y,9\nb,x,8.25\nb,y,-1\nc,x,5\nc,z,10\n"},
        "x.csv",
        {"rating_range": (-10, 10), "preference": Preference(like_rating=3)},
        users=3,
        likes=4,
        said=("like = 3 of -10–10: 67 % of ratings.",),
    ),
    "a title rated again (lkpy#46)": FirstFile(
        {"x.csv": "user_id,title_id,rating,timestamp\na,x,5,1000000000\na,x,2,1100000000\nb,x,4,1\nb,x,4,1\n"},
        "x.csv",
        error="is before 1990",
    ),
    "a title rated again, with times": FirstFile(
        {"x.csv": "user_id,title_id,rating,timestamp\na,x,5,1000000000\na,x,2,1100000000\nb,x,4,1000000000\n"},
        "x.csv",
        likes=1,
    ),
    "ids that Excel cut (orangelight#2695)": FirstFile(
        {"x.csv": "user_id,title_id,rating\n1,9.91214E+15,5\n2,9.91214E+15,4\n1,9.91213E+15,3\n"},
        "x.csv",
        said=("2 title ids look like 9.91E+15",),
    ),
    "ids whose zeros Excel took": FirstFile(
        {"ratings.csv": "user_id,title_id,rating\n1,114709,5\n", "titles.csv": "title_id,title\n0114709,Toy\n"},
        error="title_id: '114709' is not in titles.csv, which has 0114709",
    ),
    "RecBole's interactions without ratings (RecBole#1134)": FirstFile(
        {"mine.inter": "user_id:token\titem_id:token\ttimestamp:float\n1\ta\t978300760\n2\ta\t978300761\n"},
        said=("mine.inter: has no column rating, progress, value, so each row is a like",),
    ),
    "RecBole's interactions in parts": FirstFile(
        {f"mine.{part}.inter": f"{PARTS}{row}" for part, row in {"train": "1\ta\t5\n", "test": "2\ta\t4\n"}.items()},
        said=("read together: mine.train.inter, mine.test.inter.",),
    ),
    "RecBole's interactions with blanks (RecBole#1368)": FirstFile(
        {"mine.inter": PARTS.replace("\t", " ") + "1 a 5\n"}, error="parted by blanks; atomic files have tabs"
    ),
    "decimal commas, points for thousands, ratings out of ten (TraktRater#142)": FirstFile(
        {
            "x.csv": "user_id;title_id;rating;timestamp\n1;a;4,5;978300760\n2;a;8/10;978300760\n3;a;1.000;978300760\n"
            "4;a;5;978.300.760\n5;a;5;978300760\n6;a;★★★★;978300760\n"
        },
        "x.csv",
        {"max_rejects": 5},
        users=1,
        likes=1,
    ),
    "decimal commas are named": FirstFile(
        {"x.csv": "user_id;title_id;rating\n1;a;4,5\n"}, "x.csv", error="x.csv:2: rating: '4,5' has a comma; decimals"
    ),
    "user ids of all kinds (python-recsys#24)": FirstFile(
        {"x.csv": 'user_id,title_id,rating\n-abc,t,5\n007,t,5\n7,t,5\n"a""b",t,5\nÄ b,t,5\n=1+1,t,5\n--help,t,5\n'},
        "x.csv",
        users=7,
        likes=7,
    ),
    "tabs": FirstFile({"ratings.tsv": OWN.replace(",", "\t")}, "ratings.tsv"),
    "a text file": FirstFile({"ratings.txt": OWN.replace(",", ";")}, "ratings.txt"),
    "a tar archive": FirstFile({"x.tar.gz": tar_of(ratings_csv=OWN)}, "x.tar.gz"),
    "a tar archive that is none": FirstFile(
        {"x.tar.gz": gzip.compress(b"x")}, "x.tar.gz", error="is not a tar archive"
    ),
    "u.data alone": FirstFile(
        {"u.data": "1\t2\t4\t881250949\n2\t2\t5\t881250949\n"}, "u.data", said=("names no columns",)
    ),
    "a spreadsheet": FirstFile(
        {"x.xlsx": b"PK\x03\x04"}, "x.xlsx", error="x.xlsx: is a spreadsheet. Save its sheet as CSV"
    ),
    "a 7z archive": FirstFile({"x.7z": b"7z\xbc\xaf"}, "x.7z", error="x.7z: is an archive of a kind that is not read"),
    "no line that names columns": FirstFile({"x.csv": "1,31,2.5\n1,7,3\n"}, "x.csv", error="names no columns"),
    "the Netflix Prize": FirstFile(
        {"combined_data_1.txt": "1:\n1488844,3,2005-09-06\n"}, "combined_data_1.txt", error="form of the Netflix Prize"
    ),
    "line breaks and quotes in cells (WebTools-NG#172)": FirstFile(
        {
            "ratings.csv": "user_id,title_id,rating\na,1,5\nb,3,5\n",
            "titles.csv": 'title_id,title,overview\n1,Alpha,"One\nTwo, ""three"""\n2,Beta,"of "B", a"\n3,Gamma,ok\n',
        },
        options={"max_rejects": 1},
        titles={"1": ("Alpha", 0), "3": ("Gamma", 0)},
    ),
    "Excel's ANSI (Allocine2Letterboxd#34)": FirstFile(
        {
            "ratings.csv": "user_id;title_id;rating\r\na;1;5\r\nb;1;4\r\n",
            "titles.csv": "title_id;title;year\r\n1;Les Misérables;1995\r\n2;L’été;2018\r\n".encode("cp1252"),
        },
        titles={"1": ("Les Misérables", 1995), "2": ("L’été", 2018)},
        said=("titles.csv: is not UTF-8, so it was read as Windows-1252",),
    ),
    "genres by commas": FirstFile(
        {
            "ratings.csv": "user_id,title_id,rating\na,1,5\nb,2,4\n",
            "titles.csv": 'title_id,title,genres\n1,Alpha,"Action, Comedy"\n2,Beta,Comedy\n',
        },
        genres=("Action", "Comedy"),
        said=("titles.csv: genres: parted by commas ('Action, Comedy' is Action and Comedy).",),
    ),
    "watched, not rated, as -1": FirstFile(
        {"rating.csv": "user_id,anime_id,rating\n1,20,-1\n1,24,10\n2,20,8\n"},
        "rating.csv",
        {"rating_range": (1, 10), "max_rejects": 1},
    ),
    "watched, not rated, is named": FirstFile(
        {"rating.csv": "user_id,anime_id,rating\n1,20,-1\n"},
        "rating.csv",
        {"rating_range": (1, 10)},
        error="rating.csv:2: rating: '-1' is below 1",
    ),
    "ratings that are missing": FirstFile(
        {"x.csv": "user_id,title_id,rating\n1,20,\n1,24,NULL\n2,20,nan\n2,24,\\N\n3,24,5\n"},
        "x.csv",
        {"max_rejects": 4},
        users=1,
        likes=1,
    ),
    "a download that broke off": FirstFile(
        {"x.csv.gz": gzip.compress(OWN.encode())[:-9]}, "x.csv.gz", error="x.csv.gz: is not a gzip file"
    ),
    "names in quotes after a byte order mark": FirstFile(
        {"x.csv": '\ufeff"User ID","Title ID","Rating"\n1,2,5\n2,2,4\n'}, "x.csv"
    ),
    "names among blanks": FirstFile({"x.csv": " userID , titleID , rating \n1,2,5\n2,2,4\n"}, "x.csv"),
    "names in capitals": FirstFile({"x.csv": "USERID,TITLEID,RATING\n1,2,5\n2,2,4\n"}, "x.csv"),
    "UTF-16": FirstFile({"x.csv": OWN.encode("utf-16")}, "x.csv"),
    "names that nobody knows": FirstFile(
        {"x.csv": "viewer,nr,mark\n1,2,5\n2,2,4\n"}, "x.csv", {"columns": {"nr": "title_id", "mark": "rating"}}
    ),
    "MovieTweetings, whose users have two columns": FirstFile(
        {
            "ratings.dat": "1::0114508::8::1381006850\n2::0114508::9::1381006851\n2::0000008::5::1381006852\n",
            "movies.dat": "0114508::Species (1995)::Action|Sci-Fi\n0000008::Sneeze (1894)::Short\n",
            "users.dat": "1::139564917\n2::17528189\n",
        },
        options={"rating_range": (0, 10)},
        titles={"0114508": ("Species", 1995), "0000008": ("Sneeze", 1894)},
        genres=("Action", "Sci-Fi", "Short"),
        said=("users.dat: has 2 columns without names, of which only the first is read", "like = 8 of 0–10"),
    ),
    "nothing as IMDb and databases write it": FirstFile(
        {
            "ratings.csv": OWN,
            "titles.tsv": "tconst\tprimaryTitle\tstartYear\tgenres\n1\tAlpha\t\\N\t\\N\n2\tBeta\t1999\tWar,Drama\n",
        },
        titles={"1": ("Alpha", 0), "2": ("Beta", 1999)},
        genres=("Drama", "War"),
        said=("titles.tsv: read tconst as title_id, primaryTitle as title, startYear as year.",),
    ),
    "a history of one's own": FirstFile(
        {"ratings.csv": "Const,Your Rating,Date Rated\ntt1,5,2020-01-01\n"}, "ratings.csv", error="cinewalk import"
    ),
    "users with two columns": FirstFile({"ratings.csv": OWN, "users.csv": "uid,age\na,34\nb,19\n"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_first_file_is_read_rightly_or_refused_in_one_line(tmp_path, monkeypatch, name):
    case = CASES[name]
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "given"
    folder.mkdir()
    for file, content in case.files.items():
        (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
    notes: list[str] = []
    if case.error:
        with pytest.raises(CinewalkError) as error:
            cinewalk.load(folder / case.load, **case.options)
        assert case.error in str(error.value)
        assert "\n" not in str(error.value)
        assert "/tmp/cinewalk-" not in str(error.value)
        return
    graph = cinewalk.load(folder / case.load, notify=notes.append, **case.options)
    assert len(graph.nodes["User"]) == case.users
    assert len(graph.likes) == case.likes
    assert tuple(graph.nodes["Genre"].ids.ids[:]) == case.genres
    titles = graph.nodes["Title"]
    if case.titles is not None:
        names, years = titles.properties["title"], titles.properties["year"].tolist()
        assert {titles.ids.ids[at]: (str(names[at]), years[at]) for at in range(len(titles))} == case.titles
    for said in (*case.said, "; like = "):
        assert any(said in note for note in notes), notes


def test_every_user_can_be_asked_for_and_gets_nothing_that_was_seen(tmp_path):
    names = ["X3escB3aJ_rP1u5DaTN9cw", "-abc", "007", "7", "anna b", "Ä", "=1+1", 'a"b', "--help"]
    rows = [(name, f"t{title}") for name in names for title in range(3)]
    rows += [("everything", f"t{title}") for title in range(6)]
    quoted = [f'"{name.replace(chr(34), chr(34) * 2)}",{title},5' for name, title in rows]
    (tmp_path / "x.csv").write_text("\n".join(["user_id,title_id,rating", *quoted]), encoding="utf-8")
    recommender = cinewalk.Recommender(cinewalk.load(tmp_path / "x.csv"))
    for name in names:
        assert {each.title_id for each in recommender.recommend(name, k=50)} == {"t3", "t4", "t5"}
    assert list(recommender.recommend("everything", k=50)) == []
