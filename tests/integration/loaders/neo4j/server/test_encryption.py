"""A server like those that people rent: encrypted, no plugins, no files; each lack is one line with its remedy.

Aura itself cannot be had here. A certificate of our own stands in for one that this machine does not trust.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest

import cinewalk
from cinewalk.errors import DatabaseError
from cinewalk.loaders.neo4j.server.connection import connect
from cinewalk.loaders.neo4j.server.server import LocalServer
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.words.ready import ready_queries
from tests.conftest import missing
from tests.graphs import random_graph
from tests.neo4j_fixtures import free_ports, start

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.xdist_group("own server")]

POLICY = "dbms.ssl.policy.bolt"


@pytest.fixture(scope="module")
def rented(tmp_path_factory):
    """Its address without the scheme, and who may log in."""
    if shutil.which("openssl") is None:
        missing("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("rented")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    made = ["-keyout", folder / "private.key", "-out", folder / "public.crt"]
    subprocess.run([*command, *made], check=True, capture_output=True)
    (folder / "no plugins").mkdir()
    bolt_port, http_port = free_ports()
    settings = {
        f"{POLICY}.enabled": "true",
        f"{POLICY}.base_directory": str(folder),
        f"{POLICY}.private_key": "private.key",
        f"{POLICY}.public_certificate": "public.crt",
        f"{POLICY}.client_auth": "NONE",
        "server.bolt.tls_level": "OPTIONAL",  # starting it asks without encryption
        "server.directories.plugins": str(folder / "no plugins"),
        "dbms.security.allow_csv_import_from_file_urls": "false",
    }
    server = LocalServer(folder / "neo4j", bolt_port=bolt_port, http_port=http_port, settings=settings)
    start(server)
    address = server.address()
    yield address.uri.partition("://")[2], (address.username, address.password)
    server.stop()


@pytest.mark.parametrize("scheme", ["bolt+ssc", "neo4j+ssc"])
def test_all_is_done_over_an_encrypted_connection(rented, scheme):
    host, auth = rented
    graph = random_graph(1)
    with connect(f"{scheme}://{host}", auth, "neo4j") as connection:
        published = publish(graph, connection)
        assert published.nodes["Title"] == len(graph.titles)
    with cinewalk.Recommender(f"{scheme}://{host}", auth=auth, database="neo4j") as reco:
        assert reco.graph.equals(graph)
        user = next(user for user in graph.users.ids.ids if list(reco.recommend(user)))
        expected = [item.title_id for item in reco.recommend(user, 5)]
        assert [row["titleId"] for row in reco.query("recommend", userId=user, k=5)] == expected


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_certificate_that_is_not_trusted_names_the_scheme_that_takes_it(rented, scheme):
    host, auth = rented
    with pytest.raises(
        DatabaseError, match=rf"does not trust its certificate .*Have {scheme}\+ssc://"
    ) as caught:
        connect(f"{scheme}+s://{host}", auth)
    assert "\n" not in str(caught.value)
    assert auth[1] not in str(caught.value)


def test_a_database_that_is_not_there_is_named(rented):
    host, auth = rented
    with pytest.raises(DatabaseError, match=r"there is no database 'films'\. Set NEO4J_DATABASE"):
        connect(f"neo4j+ssc://{host}", auth, "films")


def test_what_needs_the_plugin_says_so_and_nothing_else_does(rented):
    host, auth = rented
    needing = set()
    with connect(f"bolt+ssc://{host}", auth) as connection:
        for query in ready_queries():
            try:
                connection.write(f"EXPLAIN {query.text}", **dict.fromkeys(query.parameters))
            except DatabaseError as error:
                assert "without Graph Data Science" in str(error)
                assert "walk='pagerank' in Python" in str(error)
                needing.add(query.name)
    assert needing == {"project_pagerank", "recommend_pagerank", "taste"}


def test_the_plugin_is_missed_by_its_functions_as_well(rented):
    host, auth = rented
    with (
        connect(f"bolt+ssc://{host}", auth) as connection,
        pytest.raises(DatabaseError, match="without Graph Data Science"),
    ):
        connection.read("RETURN gds.version() AS version")
