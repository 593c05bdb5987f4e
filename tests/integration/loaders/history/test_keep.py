"""A history that goes into a Neo4j is the same as one in a folder."""

from __future__ import annotations

import pandas as pd
import pytest

import cinewalk
from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.schema import EVENTS, LIKES
from cinewalk.loaders.history.keep import keep_in_folder
from cinewalk.loaders.neo4j.write.publish import publish

pytestmark = pytest.mark.integration

AT = 1_700_000_000
FILMS = 'Title,Date\n"Alien","12/30/24"\n"Brazil","12/29/24"\n"Alien","12/28/24"\n'
OTHERS = 'Title,Date\n"Solaris","12/31/24"\n'


def held(address, user):
    """Return what a graph holds of a user, by kind and title."""
    graph = cinewalk.load(address)
    place, titles = graph.users.ids.position(user), graph.titles.ids.ids
    found = {}
    for kind in (*EVENTS, LIKES):
        relation = graph.relations[kind.name]
        for edge in range(*relation.row(place).indices(len(relation))):
            values = {name: float(values[edge]) for name, values in relation.properties.items()}
            found[kind.name, titles[int(relation.indices[edge])]] = values
    return found


@pytest.mark.slow
def test_both_ways_hold_the_same(run, tmp_path, neo4j_server, empty, monkeypatch):
    address = neo4j_server.address()
    for name, value in (("NEO4J_USERNAME", address.username), ("NEO4J_PASSWORD", address.password)):
        monkeypatch.setenv(name, value)
    folder = str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))
    publish(example_graph(), empty)
    (tmp_path / "NetflixViewingHistory.csv").write_text(FILMS, encoding="utf-8")
    (tmp_path / "other.csv").write_text(OTHERS, encoding="utf-8")
    for words in (("NetflixViewingHistory.csv",), ("other.csv", "--add"), ("other.csv", "--replace")):
        results = []
        for graph in (folder, address.uri):
            code, _, err = run("import", "netflix", *words, "--user", "zoe", "--graph", graph)
            assert (code, err) == (0, "")
            results.append(held(graph, "zoe"))
        assert results[0] == results[1]
    assert set(results[0]) == {("watched", "solaris"), ("likes", "solaris")}


def test_two_imports_of_one_new_person_do_not_both_go_in(tmp_path):
    place = cinewalk.save(example_graph(), tmp_path / "example.cinewalk")
    watched, other = (
        pd.DataFrame(
            {"user_id": ["zoe"], "title_id": [title], "progress": [1.0], "finished": [1], "timestamp": [AT]}
        )
        for title in ("alien", "heat")
    )
    keep_in_folder(place, {"watches": watched}, (), ["zoe"])
    with pytest.raises(RequestError, match="there is a user 'zoe' in this graph already"):
        keep_in_folder(place, {"watches": other}, (), ["zoe"])
    assert {title for _, title in held(str(place), "zoe")} == {"alien"}
    keep_in_folder(place, {"watches": other}, ())
    assert {title for _, title in held(str(place), "zoe")} == {"alien", "heat"}
