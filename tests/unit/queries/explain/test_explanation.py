"""Why a title is recommended, in a line and in a notebook; titles are foreign text."""

from __future__ import annotations

import pytest

from cinewalk import Recommender
from cinewalk.graph.model.builder import assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.schema import TITLE_NODE
from tests.graphs import OPEN

pytestmark = pytest.mark.unit


@pytest.fixture
def reco() -> Recommender:
    """The example, with markup in every title."""
    graph = example_graph()
    names = [f"<b>{name}</b>" for name in graph.titles.text("title")]
    years = graph.titles.array("year")
    titles, _ = sorted_nodes("Title", list(graph.titles.ids.ids), {"title": names, "year": years})
    marked = assemble({**graph.nodes, TITLE_NODE.label: titles}, {})
    return Recommender(marked.with_relations(graph.relations), walk="blend", settings=OPEN)


def test_why_in_a_line(reco) -> None:
    why = reco.explain("ann", "brazil")
    assert repr(why) == f"<Explanation: <b>Brazil</b> (1985) scores {why.score:.3g} by blend, 2 seeds>"
    path = next(why.paths())
    assert repr(path).startswith(
        "<Path: you liked <b>Blade Runner</b> (1982); a viewer who liked it, too, liked"
    )
    assert repr(path).endswith(" %>")
    contrast = reco.explain("ann", "brazil", instead_of="fargo")
    assert repr(contrast).startswith(
        f"<Contrast: <b>Brazil</b> (1985) {contrast.score:.3g} instead of <b>Fargo"
    )
    counterfactual = reco.explain("eve", "blade").counterfactual()
    assert repr(counterfactual) == f"<Counterfactual: {counterfactual}>"


def test_why_in_a_notebook(reco) -> None:
    why, contrast = reco.explain("ann", "brazil"), reco.explain("ann", "brazil", instead_of="fargo")
    for shown in (why, contrast, next(why.paths()), reco.explain("eve", "blade").counterfactual()):
        html = shown._repr_html_()
        assert html.startswith("<p>")
        assert "&lt;b&gt;" in html
        assert "<b>" not in html
    assert "<td>&lt;b&gt;Blade Runner&lt;/b&gt; (1982)</td>" in why._repr_html_()
    assert contrast._repr_html_().count("<tr") == 1 + len(contrast.differences)
