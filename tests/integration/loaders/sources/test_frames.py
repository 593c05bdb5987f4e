"""Data frames as a source: the same graph as from files, nothing kept of them, and back."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cinewalk
from cinewalk.errors import CinewalkError, FileFormatError, RejectedRowsError, RequestError
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.fetch.cache import cache_folder, data_folder
from cinewalk.loaders.fetch.datasets import DATASETS
from cinewalk.loaders.sources.folders import is_data_file
from cinewalk.loaders.sources.movielens import GENRES_100K
from tests.conftest import ROOT

pytestmark = pytest.mark.integration

RATINGS = pd.DataFrame(
    {"userId": [1, 1, 2, 3], "movieId": [10, 20, 10, 20], "rating": [5.0, 4.0, 4.5, 1.0], "timestamp": 10**9}
)
LIBRARIES = {"pandas": lambda frame: frame, "polars": pl.from_pandas, "pyarrow": pa.Table.from_pandas}


def read_grouplens(folder):
    """Read MovieLens-100K as GroupLens ships it, with pandas as people do."""
    ratings = pd.read_csv(folder / "u.data", sep="\t", names=["user_id", "item_id", "rating", "timestamp"])
    named = ["user_id", "age", "gender", "occupation", "zip_code"]
    users = pd.read_csv(folder / "u.user", sep="|", names=named)
    named = ["movie id", "movie title", "release date", "video", "url", *GENRES_100K]
    titles = pd.read_csv(folder / "u.item", sep="|", names=named, encoding="latin-1")
    genres = (
        titles[[*GENRES_100K]]
        .astype(bool)
        .apply(lambda row: [name for name in row.index if row[name]], axis=1)
    )
    titles["genres"], titles["release date"] = (
        genres,
        pd.to_datetime(titles["release date"], format="%d-%b-%Y"),
    )
    titles = titles.drop(columns=[*GENRES_100K]).replace({"movie title": {"unknown": None}})
    return {"ratings": ratings, "users": users, "titles": titles}


def read_recbole(folder):
    """Read the copy of MovieLens-100K that RecBole has, with pandas as people do."""
    frames = {}
    for table, ending in (("ratings", "inter"), ("users", "user"), ("titles", "item")):
        frame = pd.read_csv(next(folder.rglob(f"*.{ending}")), sep="\t")
        frames[table] = frame.rename(columns=lambda name: name.partition(":")[0])
    titles = frames["titles"].rename(columns={"class": "genres"}).replace({"movie_title": {"unkonwn": None}})
    years = pd.to_numeric(titles["release_year"], errors="coerce")
    frames["titles"] = titles.assign(genres=titles["genres"].str.split(" "), release_year=years)
    return frames


@pytest.mark.parametrize("library", LIBRARIES)
def test_movielens_by_files_and_by_frames_is_one_graph(library):
    folder = data_folder(DATASETS["movielens-100k"], cache_folder(), is_data_file, no_progress, print)
    frames = read_grouplens(folder) if (folder / "u.data").is_file() else read_recbole(folder)
    given = {name: LIBRARIES[library](frame) for name, frame in frames.items()}
    assert cinewalk.load(**given).equals(cinewalk.load(folder))


@pytest.mark.parametrize("library", LIBRARIES)
def test_one_frame_is_told_by_its_columns(library):
    graph = cinewalk.load(LIBRARIES[library](RATINGS))
    assert graph.equals(cinewalk.load(ratings=RATINGS))
    assert len(graph.relations["rated"]) == 4
    liked = cinewalk.load(LIBRARIES[library](RATINGS.drop(columns="rating")))
    assert len(liked.relations["thumbed"]) == len(liked.likes) == 4
    watched = cinewalk.load(
        LIBRARIES[library](RATINGS.rename(columns={"rating": "progress"}).assign(progress=0.95))
    )
    assert len(watched.relations["watched"]) == 4


def test_recommendations_of_a_frame():
    frame = pd.DataFrame({"uid": [1, 1, 2, 2, 3], "film": list("abbca"), "stars": 5})
    reco = cinewalk.Recommender(frame)
    assert {item.title_id for item in reco.recommend("3")} == {"b", "c"}
    with pytest.raises(RequestError, match="keep=True needs the path of a graph folder"):
        cinewalk.Recommender(frame, keep=True)


def test_columns_are_said_and_what_is_read_as_what_is_told():
    told = []
    frame = RATINGS.rename(columns={"movieId": "nr", "userId": "who"})
    graph = cinewalk.load(frame, columns={"nr": "title_id", "who": "user_id"}, notify=told.append)
    assert graph.equals(cinewalk.load(RATINGS))
    assert told == [
        "3 users, 2 titles, 4 ratings from 1 to 5; like = 4 of 0.5–5: 75 % of ratings.",
        "frame: read who as user_id, nr as title_id.",
    ]
    with pytest.raises(RequestError, match="speaks of movieId, which no frame has"):
        cinewalk.load(frame, columns={"movieId": "title_id"})


def test_other_options_of_files_hold_for_frames(tmp_path):
    users = pd.DataFrame({"user_id": [1, 2, 3], "age": [17, 30, 31], "income": [1.0, 20.0, 30.0], "zip": "x"})
    titles = pd.DataFrame({"title_id": [10, 20], "title": ["Heat (1995)", "Alien (1979)"]})
    (tmp_path / "facts.csv").write_text("title,kind\nHeat,film\n")
    graph = cinewalk.load(
        ratings=RATINGS,
        users=users,
        titles=titles,
        facts=tmp_path / "facts.csv",
        bands={"income": (10, 25)},
        rating_range=(0, 10),
    )
    groups = graph.nodes["DemographicGroup"].ids.ids[:]
    assert groups == ["age=25-34", "age=Under 18", "income=10-24", "income=25+", "income=Under 10"]
    assert graph.titles.to_frame()["kind"].tolist()[0] == "film"
    assert len(graph.likes) < len(
        cinewalk.load(RATINGS).likes
    )  # 6 of 0 to 10 is a like, and nothing reaches it


def test_nothing_of_a_frame_is_kept():
    frame = pd.DataFrame({name: RATINGS[name].to_numpy().copy() for name in RATINGS})
    buffers, watched = [frame[name].to_numpy() for name in frame], weakref.ref(frame)
    before = frame.copy(deep=True)
    graph = cinewalk.load(frame)
    assert not any(np.shares_memory(array, mine) for array in graph.arrays().values() for mine in buffers)
    pd.testing.assert_frame_equal(frame, before)
    del frame
    gc.collect()
    assert watched() is None
    assert len(graph.likes) == 3


@pytest.mark.fault
def test_bad_rows_are_a_frame(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = RATINGS.assign(rating=[9.0, 4.0, np.nan, 1.0])
    users = pd.DataFrame({"user_id": [1, 2]})
    with pytest.raises(
        RejectedRowsError, match=r"3 bad rows, 0 allowed.*First: ratings:0: rating: '9'"
    ) as caught:
        cinewalk.load(ratings=bad, users=users)
    assert caught.value.rejects.to_numpy().tolist() == [
        ["ratings", 0, "rating", "9", "is above 5"],
        ["ratings", 2, "rating", "", "is missing"],
        ["ratings", 3, "userId", "3", "is not in users"],
    ]
    left_out, told = [], []
    graph = cinewalk.load(
        ratings=bad, users=users, max_rejects=3, left_out=left_out.append, notify=told.append
    )
    assert len(graph.relations["rated"]) == 1
    assert left_out[0].equals(caught.value.rejects)
    assert any("3 bad rows were left out" in note for note in told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault
@pytest.mark.parametrize(
    ("ask", "error", "told"),
    [
        (cinewalk.load, RequestError, "a graph needs events"),
        (lambda: cinewalk.load(titles=RATINGS), RequestError, "a graph needs events: .* beside titles"),
        (lambda: cinewalk.load("docs/example", ratings=RATINGS), RequestError, "and not both"),
        (lambda: cinewalk.load(ratigns=RATINGS), RequestError, "there is no table ratigns; there are users"),
        (
            lambda: cinewalk.load(ratings="ratings.csv"),
            RequestError,
            "ratings is a str, and must be a data frame",
        ),
        (lambda: cinewalk.load([RATINGS]), RequestError, "frame is a list, and must be a data frame"),
        (lambda: cinewalk.load(RATINGS[["userId"]]), FileFormatError, "frame: has no column title_id"),
        (lambda: cinewalk.load(RATINGS.assign(value=1)), FileFormatError, "several kinds of events"),
        (lambda: cinewalk.load(RATINGS, auth=("a", "b")), RequestError, "go with the address of a Neo4j"),
        (
            lambda: cinewalk.load(RATINGS, rating_range=(5, 1)),
            RequestError,
            "The rating range 5 to 1 is none",
        ),
        (
            lambda: cinewalk.load(RATINGS, rating_range="1:10"),
            RequestError,
            "rating_range is '1:10'; give the low",
        ),
        (
            lambda: cinewalk.load(RATINGS, columns=["a"]),
            RequestError,
            "columns is a list, and must say of names",
        ),
        (
            lambda: cinewalk.load(RATINGS.iloc[:0]),
            FileFormatError,
            "^frame: has no rows, so nothing was loaded",
        ),
        (
            lambda: cinewalk.load(RATINGS.assign(rating=9), max_rejects=99),
            RejectedRowsError,
            r"^\d bad rows and no good one, so nothing was loaded\. First: frame:0: rating: '9' is above 5",
        ),
        (
            lambda: cinewalk.load(RATINGS, facts=RATINGS),
            RequestError,
            "facts is a DataFrame, and must be the path",
        ),
        (
            lambda: cinewalk.load("neo4j://x", mapping=RATINGS),
            RequestError,
            "mapping is a DataFrame, and must be",
        ),
        (
            lambda: cinewalk.save(example_graph(), RATINGS),
            RequestError,
            "save to is a DataFrame, and must be the path",
        ),
        (lambda: cinewalk.Recommender(example_graph(), settings=RATINGS), RequestError, "settings"),
    ],
)
def test_what_makes_no_sense_is_one_line(ask, error, told, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(CinewalkError, match=told) as caught:
        ask()
    assert isinstance(caught.value, error)
    assert "\n" not in str(caught.value)


def test_columns_without_names_are_said_by_their_numbers():
    graph = cinewalk.load(
        pd.DataFrame([["a", "x", 7]]),
        columns={0: "user_id", 1: "title_id", 2: "rating"},
        rating_range=[1, 10],
    )
    assert len(graph.likes) == 1
    assert graph.nodes["User"].ids.ids[:] == ["a"]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("source", ["example", "docs/example", "movielens-100k"])
def test_frames_of_a_graph_make_it_again(library, source):
    graph = (
        example_graph() if source == "example" else cinewalk.load(ROOT / source if "/" in source else source)
    )
    frames = {name: LIBRARIES[library](frame) for name, frame in graph.to_frames().items()}
    assert cinewalk.load(**frames, preference=graph.preference).equals(graph)


def test_what_was_taken_back_stays_taken_back():
    titles = pd.DataFrame({"title_id": [10, 20], "title": "Heat", "year": 1995})
    graph = cinewalk.load(ratings=RATINGS, titles=titles)
    assert len(graph.relations["same_as"]) == 1
    alone = cinewalk.load(
        ratings=RATINGS, titles=titles, same_titles=pd.DataFrame({"title_id": [20], "same_as": [""]})
    )
    assert len(alone.relations["same_as"]) == 0
    for each in (graph, alone):
        assert cinewalk.load(**each.to_frames()).equals(each)


@pytest.mark.fault
def test_two_groups_of_one_kind_are_no_column():
    groups, _ = sorted_nodes("DemographicGroup", ["a=1", "a=2"], {"kind": ["a", "a"], "value": ["1", "2"]})
    users, _ = sorted_nodes("User", ["u"])
    nodes = {"User": users, "DemographicGroup": groups}
    graph = assemble(nodes, {"user_in_group": Edges(np.array([0, 0]), np.array([0, 1]))})
    with pytest.raises(RequestError, match="some User nodes are in several groups of the kind a"):
        graph.to_frames()


def test_links_are_a_table_too():
    links = pd.DataFrame({"movieId": [10, 20], "imdbId": [113277, 78748], "tmdbId": [949.0, np.nan]})
    reco = cinewalk.Recommender(cinewalk.load(ratings=RATINGS, links=links))
    assert reco.catalogue.title("tt0113277") == reco.catalogue.title("tmdb:949") == 0
