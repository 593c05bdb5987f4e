"""Whatever a graph, a file or a person says, nothing that is printed or written commands a terminal or a page."""

from __future__ import annotations

import json

import pytest

from cinewalk.errors import RejectedRowsError, RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.ids import StringArray
from cinewalk.loaders.load import load
from cinewalk.loaders.store.graph_folder import save
from cinewalk.queries.recommender import Recommender

from ..payloads import PAYLOADS, commands_in

pytestmark = [pytest.mark.integration, pytest.mark.fault]

#: The exit code of each command, and its words; files that they write are called ``out``.
OUTPUTS = {
    "recommend": (0, "recommend ann -g GRAPH"),
    "recommend --json": (0, "recommend ann -g GRAPH --json"),
    "explain": (0, "explain ann brazil -g GRAPH"),
    "explain --json": (0, "explain ann brazil -g GRAPH --json --paths 2"),
    "explain as a tree": (0, "explain ann brazil -g GRAPH --paths 2"),
    "explain --counterfactual": (0, "explain ann brazil -g GRAPH --counterfactual"),
    "explain --instead-of": (0, "explain ann brazil -g GRAPH --instead-of solaris"),
    "explain --html": (0, "explain ann brazil -g GRAPH --html out.html"),
    "similar": (0, "similar alien -g GRAPH"),
    "taste": (0, "taste --title alien -g GRAPH"),
    "feed": (0, "feed because-you-watched ann -g GRAPH"),
    "feed home --json": (0, "feed home ann -g GRAPH --json"),
    "batch as lines": (0, "batch -o out.jsonl -g GRAPH"),
    "mark": (0, "mark ann heat --thumb up -g GRAPH"),
    "card": (0, "card GRAPH --no-audit --out out.md"),
    "unknown user": (1, "recommend PAYLOAD -g GRAPH"),
    "unknown title": (1, "similar PAYLOAD -g GRAPH"),
    "unknown genre": (1, "recommend ann --genre PAYLOAD -g GRAPH"),
    "no such graph": (1, "recommend ann -g PAYLOAD"),
    "no such source": (1, "load PAYLOAD"),
    "new user with commands in the id": (1, "mark PAYLOAD heat --thumb up -g GRAPH"),
    "wrong usage": (2, "recommend ann --years PAYLOAD -g GRAPH"),
    "no such command": (2, "PAYLOAD"),
    "no such option": (2, "recommend ann --PAYLOAD"),
}


@pytest.fixture
def hostile(tmp_path):
    """Save the example graph with a payload in the name of every title."""

    def saved(payload: str) -> str:
        copy = example_graph().to_networkx()
        for (label, external), facts in copy.nodes(data=True):
            if label == "Title":
                facts["title"] = f"{external}{payload}{facts['title']}"
        return str(save(Graph.from_networkx(copy), tmp_path / "hostile.cinewalk"))

    return saved


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_nothing_commands_the_terminal(run, hostile, tmp_path, output, payload):
    expected, words = OUTPUTS[output]
    graph = hostile(payload)
    code, shown, said = run(
        *(w.replace("GRAPH", graph).replace("PAYLOAD", f"x{payload}y") for w in words.split())
    )
    assert code == expected, said
    assert "Traceback" not in said
    written = "".join(file.read_text(encoding="utf-8") for file in tmp_path.glob("out.*"))
    assert shown + said
    assert commands_in(shown + said + written) == []
    if "--json" in words:
        json.loads(shown)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize("label", ["User", "Title", "Genre"])
def test_ids_that_command_are_refused_from_networkx_and_arrays(payload, label):
    graph = example_graph()
    copy = graph.to_networkx()
    copy.add_node((label, f"x{payload}y"))
    with pytest.raises(RequestError, match="holds the control character") as error:
        Graph.from_networkx(copy)
    assert commands_in(str(error.value)) == []
    ids = StringArray.of(sorted([*graph.nodes[label].ids.ids[:-1], f"~{payload}y"]))
    changed = {f"{label}.ids.data": ids.data, f"{label}.ids.offsets": ids.offsets}
    with pytest.raises(RequestError, match="holds the control character"):
        Graph.from_arrays(graph.arrays() | changed)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_ids_that_command_are_refused_from_files_and_signals(tmp_path, payload, monkeypatch):
    monkeypatch.chdir(tmp_path)  # bad rows are listed there
    (tmp_path / "ratings.csv").write_text(
        f"user_id,title_id,rating\nann,x{payload}y,5\n", encoding="utf-8", newline=""
    )
    with pytest.raises(RejectedRowsError) as error:
        load(tmp_path)
    assert commands_in(str(error.value)) == []
    with pytest.raises(RequestError, match="holds the control character"):
        Recommender(example_graph()).watch(f"x{payload}y", "heat", progress=1.0)
