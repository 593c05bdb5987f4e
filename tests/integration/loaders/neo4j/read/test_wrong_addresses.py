"""What stands in the way of reading."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.errors import DatabaseError, RequestError
from tests.integration.loaders.neo4j.read.others import one_line
from tests.neo4j_fixtures import free_ports

pytestmark = pytest.mark.integration


def test_a_wrong_password(database):
    with pytest.raises(DatabaseError, match="NEO4J_PASSWORD") as caught:
        cinewalk.load(database.uri, auth=("neo4j", "sesame-open"))
    one_line(caught, "sesame-open")


def test_a_wrong_database(database):
    with pytest.raises(DatabaseError, match="there is no database 'films'") as caught:
        database.load(database="films")
    one_line(caught, database.auth[1])


def test_nobody_there():
    port, _ = free_ports()
    with pytest.raises(DatabaseError, match="no Neo4j answers there"):
        cinewalk.load(f"bolt://127.0.0.1:{port}", auth=("neo4j", "x"))


def test_encryption_that_the_server_does_not_speak(database):
    with pytest.raises(DatabaseError, match=r"Try bolt:// instead") as caught:
        cinewalk.load(database.uri.replace("://", "+s://"), auth=database.auth)
    one_line(caught, database.auth[1])


def test_what_goes_with_a_database_alone(tmp_path):
    with pytest.raises(RequestError, match="go with the address of a Neo4j"):
        cinewalk.load(tmp_path, mapping="recommendations")
