"""Lists as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cinewalk.queries.batch.table import batch_schema, batch_table
from cinewalk.queries.words.results import Others, Reason, Recommendation, Recommendations

pytestmark = pytest.mark.unit


pa = pytest.importorskip("pyarrow")


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


@pytest.mark.parametrize(("reasons", "rest"), [(1, 0.5), (2, 0.25), (3, 0.125)])
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
    assert [field.name for field in batch_schema() if field.nullable] == [
        "year",
        "others_count",
        "others_share",
    ]


def test_without_reasons_nothing_is_counted():
    (row,) = batch_table([("u", some_list(0.5, 0.25, rest=0.25))], 0).to_pylist()
    assert (row["because"], row["others_count"], row["others_share"]) == ([], None, None)
