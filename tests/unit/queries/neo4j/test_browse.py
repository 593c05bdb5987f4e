"""What Neo4j Browser is given: queries that reach its editor whole."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from cinewalk.loaders.neo4j.server.address import Address
from cinewalk.queries.neo4j.browse import browser_address, browser_link, pages, question
from cinewalk.queries.words.ready import ready_queries

pytestmark = pytest.mark.unit


def test_every_query_fits_into_an_address():
    for query in ready_queries():
        assert not set("&#") & set(query.statement), query.name
    text = question("19\\6'&#", "100")
    assert text is not None
    assert r"'19\\6\'\u0026\u0023'" in text
    sent, _, kept = browser_link("http://h/", Address("bolt://h"), text).partition("#")
    assert len(sent) < 200, "the server takes no long addresses"
    assert kept.startswith("&arg=")
    assert question(None, None) is None


def test_scripts_are_ready_to_run_unless_they_write():
    with zipfile.ZipFile(io.BytesIO(pages("")["saved-scripts.zip"])) as archive:
        texts = {Path(name).stem: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) == {query.name for query in ready_queries()}
    for query in ready_queries():
        statement = re.sub(r"^//.*\n", "", texts[query.name], flags=re.MULTILINE)
        assert ("$" in statement) == (query.writes and bool(query.parameters)), query.name
        assert texts[query.name].startswith(f"// {query.title}\n")


@pytest.mark.parametrize(
    ("uri", "browser"),
    [
        ("neo4j://host", "http://host:7474/browser/"),
        ("bolt+ssc://[::1]:9999", "https://[::1]:7473/browser/"),
    ],
)
def test_where_a_browser_is(uri, browser):
    assert browser_address(Address(uri)) == browser
