"""What a viewer did comes newest first, within their limit, with what was told since."""

from __future__ import annotations

import datetime as dt
import json
import pickle

import pytest

from cinewalk import Recommender
from cinewalk.errors import UnknownUserError
from cinewalk.graph.model.builder import assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from tests.unit.conftest import edges

pytestmark = pytest.mark.unit

AT = 1_700_500_000


@pytest.fixture
def reco() -> Recommender:
    return Recommender(example_graph())


def test_every_kind_is_told_newest_first(reco) -> None:
    reco.watch("zoe", "Alien", progress=0.3, at=AT)
    reco.rate("zoe", "Alien", 4.5, at=AT + 1)
    reco.thumb("zoe", "Heat", -1, at=AT + 2)
    reco.block("zoe", "Fargo", at=AT + 2)
    rows = [(e.kind, e.title_id, e.year, e.value, e.liked) for e in reco.history(" zoe ")]
    assert rows == [
        ("blocked", "fargo", 1996, None, False),
        ("thumbed", "heat", 1995, -1.0, False),
        ("rated", "alien", 1979, 4.5, True),
        ("watched", "alien", 1979, 0.3, True),
    ]
    assert reco.history("zoe")[0].when == dt.datetime.fromtimestamp(AT + 2, dt.UTC)
    reco.undo("zoe")
    assert [event.kind for event in reco.history("zoe")] == ["thumbed", "rated", "watched"]


def test_nothing_changes_when_signals_are_brought_into_the_graph(reco) -> None:
    reco.watch("ann", "Solaris", progress=0.3, at=AT)
    before = reco.history("ann")
    reco.refresh()
    assert reco.history("ann") == before
    assert pickle.loads(pickle.dumps(before)) == before


def test_nothing_above_the_limit_is_named() -> None:
    titles, _ = sorted_nodes("Title", ["a", "b", "c"], {"maturity": [6, 18, -1]})
    graph = assemble(
        {"User": sorted_nodes("User", ["u"])[0], "Title": titles},
        {"rated": edges([(0, 0), (0, 1), (0, 2)], rating=[5.0, 5.0, 5.0], timestamp=[0, 10**9, 10**9])},
    )
    reco = Recommender(graph)
    assert [event.title_id for event in reco.history("u")] == ["b", "c", "a"]
    reco.limit("u", 12)
    assert [event.title_id for event in reco.history("u")] == ["a"]
    assert reco.history("u")[0].when is None
    assert str(reco.history("u")) == "at no known time  rated  5, liked"
    reco.limit("u", 0)
    assert str(reco.history("u")) == "u has done nothing yet."


def test_nobody_else_has_a_history(reco) -> None:
    with pytest.raises(UnknownUserError):
        reco.history("nobody")
    assert len(reco.history("gus")) == 0
    assert len(reco.history("gus").to_frame()) == 0


def test_it_becomes_a_frame_plain_values_and_a_table(reco) -> None:
    reco.block("ann", "Fargo", at=AT)
    history = reco.history("ann")
    frame = history.to_frame()
    assert list(frame.columns) == ["kind", "title_id", "title", "year", "value", "when", "liked"]
    assert frame.dtypes.astype(str).tolist()[3:] == ["Int64", "float64", "datetime64[s, UTC]", "bool"]
    assert frame["value"].isna().tolist() == [True, False, False, False]
    assert list(reco.history("gus").to_frame().dtypes)[3:] == list(frame.dtypes)[3:]
    plain = json.loads(json.dumps(history.to_dict()))
    assert plain["events"][0]["when"] == "2023-11-20T17:06:40+00:00"
    assert repr(history) == "<History of ann: 4 events, 2 liked>"
    assert "<td>Fargo</td>" in history._repr_html_()
