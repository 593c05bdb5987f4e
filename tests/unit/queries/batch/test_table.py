"""Lists as a table, and what a batch is said to be of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import cinewalk
from cinewalk.errors import FileFormatError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import NewcomerParameters, Settings
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.base.id_list import read_ids
from cinewalk.queries.batch.batch import BatchSummary
from cinewalk.queries.batch.request import batch_request, fingerprint
from cinewalk.queries.batch.table import batch_schema, batch_table
from cinewalk.queries.words.results import Others, Reason, Recommendation, Recommendations

from ..graphs import random_graph

pytestmark = pytest.mark.unit

pa = pytest.importorskip("pyarrow")

NUMBERS = {"k": 10, "reasons": 3, "block size": 5}


def some_list(*shares: float, rest: float) -> Recommendations:
    because = tuple(Reason("Title", f"t{i}", f"T{i}", share, share / 2, 3) for i, share in enumerate(shares))
    item = Recommendation(1, "x", "X", None, 0.5, because, Others(7, rest))
    return Recommendations((item,), "blend")


def test_a_row_has_what_its_recommendation_has():
    (row,) = batch_table([("u", some_list(0.5, 0.25, rest=0.25))], 3).to_pylist()
    assert row == {
        "user_id": "u",
        "rank": 1,
        "title_id": "x",
        "title": "X",
        "year": None,
        "score": 0.5,
        "walk": "blend",
        "because": [
            {"label": "Title", "id": "t0", "name": "T0", "share": 0.5},
            {"label": "Title", "id": "t1", "name": "T1", "share": 0.25},
        ],
        "others_count": 7,
        "others_share": 0.25,
        "adjustments": [],
    }


def test_what_remedies_added_is_told_one_by_one():
    (item,) = some_list(1.0, rest=0.0)
    item = replace(item, adjustments={"calibration": -0.25, "diversity": 0.125})
    (row,) = batch_table([("u", Recommendations((item,), "blend"))], 3).to_pylist()
    assert row["adjustments"] == [
        {"label": "calibration", "amount": -0.25},
        {"label": "diversity", "amount": 0.125},
    ]


@pytest.mark.parametrize(("reasons", "rest"), [(0, 1.0), (1, 0.5), (2, 0.25), (3, 0.125)])
def test_the_shares_of_reasons_that_are_not_named_are_added_up(reasons, rest):
    (row,) = batch_table([("u", some_list(0.5, 0.25, 0.125, rest=0.125))], reasons).to_pylist()
    assert len(row["because"]) == reasons
    assert row["others_share"] == rest
    assert row["others_count"] == 7 + 3 - reasons


def test_types_do_not_depend_on_the_rows():
    empty = batch_table([("nobody", Recommendations((), "popularity"))], 3)
    assert empty.schema.equals(batch_schema())
    assert len(empty) == 0
    assert batch_table([("u", some_list(rest=0.0))], 3).schema.equals(batch_schema())
    types = {field.name: str(field.type) for field in batch_schema()}
    assert (types["rank"], types["year"], types["score"]) == ("int32", "int16", "double")
    assert [field.name for field in batch_schema() if field.nullable] == ["year"]


def test_any_change_of_a_graph_changes_its_fingerprint():
    graphs = [
        random_graph(1),
        random_graph(2),
        example_graph(),
        Registry(example_graph(), Settings()).prepared(),
    ]
    assert len({fingerprint(graph) for graph in graphs}) == len(graphs)
    assert fingerprint(random_graph(1)) == fingerprint(random_graph(1))


def test_a_fingerprint_reads_arrays_as_they_lie(tmp_path):
    graph = Registry(random_graph(3), Settings()).prepared()
    assert fingerprint(cinewalk.load(cinewalk.save(graph, tmp_path / "it.cinewalk"))) == fingerprint(graph)


def test_a_request_tells_all_that_rows_depend_on():
    graph = example_graph()

    def asked(reco: cinewalk.Recommender, users=None, walk=None, remedies=None, **numbers: int) -> str:
        return json.dumps(batch_request(reco, users, walk, NUMBERS | numbers, remedies), sort_keys=True)

    told = cinewalk.Recommender(graph)
    told.thumb("ann", "Heat", -1, at=900_000_000)
    again = cinewalk.Recommender(graph)
    again.thumb("ann", "Heat", -1, at=900_000_000)
    base = cinewalk.Recommender(graph)
    different = [
        asked(base),
        asked(base, k=9),
        asked(base, users=["ann"]),
        asked(base, users=["ann", "ben"]),
        asked(base, walk="blend"),
        asked(cinewalk.Recommender(graph, settings=Settings(newcomers=NewcomerParameters(kin=0.1)))),
        asked(cinewalk.Recommender(graph, groups="none")),
        asked(cinewalk.Recommender(graph, remedies="calibrated=0.1")),
        asked(base, remedies="calibrated=0.2"),
        asked(told),
        asked(cinewalk.Recommender(random_graph(1))),
    ]
    assert len(set(different)) == len(different)
    assert asked(told) == asked(again)
    assert asked(cinewalk.Recommender(graph, walk="blend")) == asked(base, walk="blend")
    own = cinewalk.Recommender(graph, remedies="calibrated")
    assert asked(own) == asked(base, remedies=" calibrated=0.1 ")
    assert asked(own, remedies="") == asked(base)


def test_ids_one_a_line(tmp_path):
    file = tmp_path / "ids.txt"
    file.write_bytes("\ufeff7\r\n\n  anna \nß\n7".encode())
    assert read_ids(file) == ["7", "anna", "ß", "7"]


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "cannot be read"), (b"\n \n", "holds no id"), (b"\xff\xfe7", "not UTF-8")]
)
def test_a_list_of_ids_that_is_none(tmp_path, content, problem):
    file = tmp_path / "ids.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FileFormatError, match=problem):
        read_ids(file)


def test_a_summary_is_a_sentence():
    plain = BatchSummary("x.parquet", 1000, 9000, 0, 1, 0)
    assert str(plain) == "9,000 recommendations for 1,000 users in x.parquet."
    full = BatchSummary("x.parquet", 1000, 9000, 2, 4, 3)
    assert "2 of the users have none. 3 of 4 blocks were there already." in str(full)
    assert full.to_dict()["kept"] == 3
