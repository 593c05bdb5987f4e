"""Publishing into a real Neo4j: idempotent, checked, atomic for readers, and safe with any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.clean_text import control_in
from cinewalk.errors import PublishError, RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.preference import Preference
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.write.bulk_import import write_import_files
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.neo4j.publishing import recommended
from cinewalk.queries.recommender import Recommender
from tests.graphs import from_ratings, random_graph
from tests.neo4j_data import read_graph

pytestmark = pytest.mark.integration

EDGES = (
    "MATCH (a)-[r]->(b) RETURN labels(a)[0] AS a, properties(a) AS from, type(r) AS type, properties(r) AS facts, "
    "labels(b)[0] AS b, properties(b) AS to"
)


def everything(connection):
    """Return every relationship with its ends, without the run that wrote it."""
    found = []
    for row in connection.read(EDGES):
        facts = {key: value for key, value in row["facts"].items() if key != "run"}
        found.append((row["a"], row["from"], row["type"], facts, row["b"], row["to"]))
    return sorted(found, key=repr)


class Stop(Exception):
    """Raised to break off."""


def breaking_off(after):
    """Return a progress that breaks off after so many reports, which come between transactions."""
    calls = iter(range(after))

    def progress(description, done, total):
        if next(calls, None) is None:
            raise Stop

    return progress


def test_what_is_written_is_what_the_graph_holds(empty):
    graph = random_graph(1)
    found = publish(graph, empty)
    assert found.nodes == {label: len(nodes) for label, nodes in graph.nodes.items()}
    assert {name: found.relationships[name] for name in graph.relations} == {
        name: len(relation) for name, relation in graph.relations.items()
    }
    assert read_graph(empty).equals(graph)


def test_the_driver_alone_is_enough(empty):
    graph = example_graph()
    Recommender(graph).publish(empty.driver)
    assert read_graph(empty).equals(graph)


def test_again_changes_nothing(empty):
    graph = random_graph(2)
    first = publish(graph, empty)
    held = everything(empty)
    second = publish(graph, empty)
    assert everything(empty) == held
    assert second.nodes == first.nodes
    assert second.relationships == first.relationships
    assert second.run != first.run


def test_broken_off_anywhere_it_is_mended_by_the_next_run(empty, database):
    graph = random_graph(3)
    publish(graph, empty)
    whole = everything(empty)
    for after in range(0, 60, 4):
        database.wipe()
        try:
            publish(graph, empty, progress=breaking_off(after))
        except Stop:
            publish(graph, empty)
            assert everything(empty) == whole, after
        else:
            break
    else:
        pytest.fail("it never came to its end")
    assert after > 10


def test_fresh_refuses_what_is_not_empty(empty):
    publish(example_graph(), empty, fresh=True)
    with pytest.raises(PublishError, match="an empty one was asked for"):
        publish(example_graph(), empty, fresh=True)


def test_what_others_have_written_is_counted_and_stays(empty):
    graph = example_graph()
    publish(graph, empty)
    empty.write(
        "CREATE (:User {userId: 'somebody else'})-[:RATED {stars: 3}]->(:Series {name: 'Twin Peaks'}), (:User {app: 1})"
        "-[:RATED]->(:Title)<-[:HAS]-(:Watchlist), (:Title {titleId: 'one more'})-[:SIMILAR {score: 1.0}]->(:Title)"
    )
    found = publish(graph, empty)
    assert found.others == {"User": 2, "Title": 3, "rated": 2}
    assert found.nodes["User"] == len(graph.users)
    assert found.to_dict()["others"] == dict(found.others)
    (row,) = empty.read(
        "MATCH (:Watchlist)-[:HAS]->(:Title)<-[r:RATED]-(u {app: 1}) RETURN count(r) AS count"
    )
    assert row["count"] == 1
    (row,) = empty.read(
        "MATCH (:Title {titleId: 'one more'})-[r:SIMILAR]->() RETURN r.score AS score, r.run AS run"
    )
    assert row.values() == [1.0, None]


def test_readers_see_one_run_or_the_next_and_never_a_mixture(empty):
    graph, seen = random_graph(4), []
    count = "MATCH (run:CinewalkRun) MATCH ()-[s:SIMILAR {run: run.run}]->() RETURN run.run AS run, count(s) AS count"
    first = publish(graph, empty)

    def look(description, done, total):
        seen.extend((row["run"], row["count"]) for row in empty.read(count))

    second = publish(graph, empty, progress=look, settings=Settings(weights=Weights(sequence=0.0)))
    allowed = {(p.run, p.relationships["similar"]) for p in (first, second)}
    assert (first.run, first.relationships["similar"]) in seen
    assert set(seen) <= allowed
    for kind in schema.DERIVED.values():
        runs = empty.read(f"MATCH ()-[r:{kind.type}]->() RETURN DISTINCT r.run AS run")
        assert [row["run"] for row in runs] in ([second.run], [])


def test_likes_that_no_longer_follow_are_removed(empty):
    rows = [("a", "x", 5, 1_000_000_000), ("a", "y", 4, 1_000_000_000), ("b", "x", 5, 1_000_000_000)]
    publish(from_ratings(rows), empty)
    base = from_ratings(rows)
    edges = {
        "rated": Edges(
            base.relations["rated"].sources,
            base.relations["rated"].indices,
            base.relations["rated"].properties,
        )
    }
    strict = assemble(base.nodes, edges, Preference(like_rating=5.0))
    publish(strict, empty)
    assert read_graph(empty).equals(strict)
    assert read_graph(empty).preference == Preference(like_rating=5.0)


def test_everybodys_list_on_request(empty):
    graph = example_graph()
    reco = Recommender(graph)
    found = publish(graph, empty, recommended=lambda: recommended(reco, 2))
    rows = empty.read(
        "MATCH (u:User)-[r:RECOMMENDED]->(t:Title) RETURN u.userId AS user, t.titleId AS title, r.rank AS rank, "
        "r.score AS score, r.because AS because ORDER BY user, rank"
    )
    expected = [
        (user, item.title_id, item.rank, item.score, [reason.name for reason in item.because])
        for user, items in reco.recommend_many(k=2).items()
        for item in items
    ]
    assert [tuple(row.values()) for row in rows] == expected
    assert found.relationships["recommended"] == len(expected)


ODD = [
    "'",
    '"',
    "`",
    "\\u0060",
    "\\",
    "'}) DETACH DELETE n //",
    "$x",
    "\n",
    "{}",
    "a\u0000b",
    "é",
    "𝔘",
    "-->",
    "''",
]
#: Ids steer no terminal: what would is refused.
TEXT = st.one_of(
    st.sampled_from([text for text in ODD if not control_in(text)]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=12),
)


def graph_of(ids, names):
    """Build a graph whose every text is one of those given."""
    user_ids, title_ids = sorted(set(ids)), sorted(set(names))
    users, _ = sorted_nodes("User", user_ids)
    titles, _ = sorted_nodes(
        "Title", title_ids, {"title": names[: len(title_ids)], "kind": ids[:1] * len(title_ids)}
    )
    genres, _ = sorted_nodes("Genre", title_ids)
    people, _ = sorted_nodes("Person", user_ids, {"name": user_ids})
    groups, _ = sorted_nodes("DemographicGroup", user_ids, {"kind": user_ids, "value": user_ids})
    pairs = np.array([(u, t) for u in range(len(user_ids)) for t in range(len(title_ids))]).T
    edges = {
        "rated": Edges(
            *pairs, {"rating": np.full(pairs.shape[1], 4.5), "timestamp": np.full(pairs.shape[1], 10**9)}
        ),
        "in_genre": Edges(np.arange(len(title_ids)), np.arange(len(title_ids))),
        "user_in_group": Edges(np.arange(len(user_ids)), np.arange(len(user_ids))),
    }
    nodes = {"User": users, "Title": titles, "Genre": genres, "Person": people, "DemographicGroup": groups}
    return assemble(nodes, edges)


@given(
    ids=st.lists(TEXT, min_size=1, max_size=4, unique=True),
    names=st.lists(TEXT, min_size=4, max_size=4, unique=True),
)
@settings(max_examples=15)
def test_any_text_is_stored_as_it_is(database, ids, names):
    database.wipe()
    graph = graph_of(ids, names)
    publish(graph, database.connection, recommended=lambda: recommended(Recommender(graph), 1))
    assert read_graph(database.connection).equals(graph)


def test_import_files_name_everything_once(tmp_path):
    graph = random_graph(5)
    words, imported = write_import_files(graph, tmp_path, parts=Registry(graph, Settings()))
    assert imported is not None
    assert words[:3] == ("database", "import", "full")
    named = {word.rpartition("=")[2] for word in words if word.startswith(("--nodes=", "--relationships="))}
    assert named == {str(path) for path in tmp_path.iterdir()}
    lines = (tmp_path / "rated.csv").read_text().splitlines()
    assert len(lines) == 1 + len(graph.relations["rated"])
    nodes = (tmp_path / "Genre.csv").read_text().splitlines()
    assert nodes[0] == "name:ID(Genre),cinewalk:boolean"
    assert nodes[1].endswith(",true")
    assert lines[0] == ":START_ID(User),:END_ID(Title),rating:double,timestamp:datetime"
    for name, count in imported.counts.items():
        lines = (tmp_path / f"{name}.csv").read_text().splitlines() if count else []
        assert len(lines) == (count and 1 + count)
        assert all(line.endswith(imported.run) for line in lines[1:])


@pytest.mark.parametrize("name", ["a,b", "a*", "it's", "a(b)", "$x"])
def test_a_folder_that_an_import_would_read_otherwise_is_refused(tmp_path, name):
    with pytest.raises(RequestError, match="Name another folder"):
        write_import_files(example_graph(), tmp_path / name)
    assert not list(tmp_path.iterdir())
