"""What a frame means is what the same cells mean in a file: one graph, or the same bad cells."""

from __future__ import annotations

import csv
import json

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cinewalk
from cinewalk.errors import RejectedRowsError
from cinewalk.loaders.sources.sources import read_tables
from cinewalk.loaders.store.build import build_graph

pytestmark = pytest.mark.property

IDS = st.sampled_from(["1", "2", "007", "7", "7.0", "ann", " ann", "", "Amélie", "Ame\u0301lie", "-1", "1e3"])
RATINGS = st.sampled_from(["5", "4.0", "0.5", "9", "", "nan", "inf", "x", "1e0", "٣"])
TIMES = st.sampled_from(["1000000000", "1000000000.9", "", "2001-09-09", "2001-09-09T01:46:40Z", "1", "soon"])
NUMBERS = {
    "rating": st.sampled_from([5, 4.5, 0.5, 9, None]),
    "timestamp": st.sampled_from([10**9, 10**9 + 1, None, 1]),
}


def contents(graph):
    return {name: array.tobytes() for name, array in graph.arrays().items()}


def of_file(folder, frame):
    """Return a graph's arrays, or every bad cell by its row."""
    path = folder / "ratings.csv"
    frame.to_csv(path, index=False, quoting=csv.QUOTE_ALL)
    tables = read_tables(path, max_rejects=len(frame), rejects_path=folder / "bad.csv")
    if tables.rejects:
        return sorted((each.line - 2, each.column, each.reason) for each in tables.rejects)
    return contents(build_graph(tables))


def of_frame(frame):
    try:
        return contents(cinewalk.load(frame))
    except RejectedRowsError as error:
        return sorted(map(tuple, error.rejects[["row", "column", "reason"]].to_numpy().tolist()))


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(IDS, IDS, RATINGS, TIMES), min_size=1, max_size=6))
def test_texts_mean_in_a_frame_what_they_mean_in_a_file(tmp_path_factory, rows):
    frame = pd.DataFrame(rows, columns=["user_id", "title_id", "rating", "timestamp"])
    assert of_frame(frame) == of_file(tmp_path_factory.mktemp("f"), frame)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), NUMBERS["rating"], NUMBERS["timestamp"]),
        min_size=1,
        max_size=6,
    )
)
def test_numbers_mean_in_a_frame_what_they_mean_in_a_file(tmp_path_factory, rows):
    frame = pd.DataFrame(rows, columns=["user_id", "title_id", "rating", "timestamp"])
    assert of_frame(frame) == of_file(tmp_path_factory.mktemp("f"), frame)


GENRES = st.lists(
    st.builds(lambda number, name: {"id": number, "name": name}, st.integers(0, 9), st.sampled_from("ABÉ")),
    max_size=3,
)
LIBRARIES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@settings(max_examples=40, deadline=None)
@given(cells=st.lists(GENRES, min_size=1, max_size=4).filter(any), library=st.sampled_from([*LIBRARIES]))
def test_genres_as_structures_mean_what_their_text_means_in_a_file(tmp_path_factory, cells, library):
    folder, ids = tmp_path_factory.mktemp("f"), [f"t{place}" for place in range(len(cells))]
    likes = pd.DataFrame({"user_id": "a", "title_id": ids, "value": 1})
    likes.to_csv(folder / "thumbs.csv", index=False)
    texts = [json.dumps(cell) for cell in cells]
    pd.DataFrame({"title_id": ids, "genres": texts}).to_csv(folder / "titles.csv", index=False)
    titles = LIBRARIES[library]({"title_id": ids, "genres": cells})
    assert contents(cinewalk.load(thumbs=likes, titles=titles)) == contents(cinewalk.load(folder))


AROUND = st.text("\u200b\u2060\u00ad \u00a0\u200d", max_size=3)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(AROUND, st.sampled_from(["1", "ann", "é"]), AROUND), min_size=1, max_size=6))
def test_what_nobody_sees_around_ids_makes_no_other_ids(tmp_path_factory, rows):
    frame = pd.DataFrame(
        {"user_id": [f"{before}{name}{after}" for before, name, after in rows], "title_id": "x", "rating": 4}
    )
    plain = contents(cinewalk.load(frame.assign(user_id=[name for _, name, _ in rows])))
    assert of_frame(frame) == of_file(tmp_path_factory.mktemp("f"), frame) == plain
