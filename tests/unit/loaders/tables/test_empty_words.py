"""``nan`` and its like are empty cells, and a film may be called None."""

from __future__ import annotations

import pandas as pd
import pytest

from cinewalk.loaders.tables.empty_words import settle_empty_words
from cinewalk.loaders.tables.layouts import TableRows

pytestmark = pytest.mark.unit


def settled(table, **columns):
    part = TableRows(table, f"{table}.csv", pd.DataFrame(columns).astype("str"))
    settle_empty_words([part])
    return part


@pytest.mark.parametrize(
    ("names", "left", "said"),
    [
        (["nan", "Heat"], ["", "Heat"], "a cell that holds nan taken as empty"),
        (["None", "Heat"], ["None", "Heat"], ""),
        (["None", "NULL", "Heat"], ["", "", "Heat"], "2 cells that hold NULL, None taken as empty"),
        (["NA", "N/A", "Nan", "Null"], ["", "", "Nan", "Null"], "2 cells that hold N/A, NA taken as empty"),
        (["none of them", "Nannies"], ["none of them", "Nannies"], ""),
    ],
)
def test_names_that_are_none(names, left, said):
    part = settled("titles", title_id=[f"t{place}" for place in range(len(names))], title=names)
    assert part.frame["title"].tolist() == left
    assert part.notes == ((f"titles.csv: title: {said}.",) if said else ())


def test_groups_lose_nan_and_may_be_called_none():
    part = settled("users", user_id=["nan", "b"], religion=["None", "None"], country=["NA", "nan"])
    assert part.frame["religion"].tolist() == ["None", "None"]
    assert part.frame["country"].tolist() == ["NA", ""]
    assert part.frame["user_id"].tolist() == ["nan", "b"]


def test_events_stay_as_they_are():
    assert settled("ratings", user_id=["nan"], title_id=["null"]).frame.iloc[0].tolist() == ["nan", "null"]
