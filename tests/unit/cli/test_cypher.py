"""`cinewalk cypher` prints ready queries."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cinewalk.cli.app import app
from cinewalk.errors import RequestError
from cinewalk.queries.words.ready import ready_queries, ready_query

pytestmark = pytest.mark.unit


QUERIES = ready_queries()


def test_the_command_prints_what_is_pasted():
    shown = CliRunner().invoke(app, ["cypher", "similar_titles"])
    assert (shown.exit_code, shown.stdout) == (0, ready_query("similar_titles").with_params())
    assert shown.stderr == ""


def test_the_command_lists_all():
    shown = CliRunner().invoke(app, ["cypher"])
    assert all(query.name in shown.stdout and query.title in shown.stdout for query in QUERIES)


def test_the_command_speaks_json():
    one = json.loads(CliRunner().invoke(app, ["cypher", "taste", "--json"]).stdout)
    assert one == ready_query("taste").to_dict()
    assert one["parameters"][0] == {
        "name": "titleIds",
        "type": "LIST<STRING>",
        "meaning": "ids of titles to start from",
    }
    every_one = json.loads(CliRunner().invoke(app, ["cypher", "--json"]).stdout)
    assert [query["name"] for query in every_one] == [query.name for query in QUERIES]


def test_the_command_refuses_an_unknown_name():
    shown = CliRunner().invoke(app, ["cypher", "tastes"])
    assert isinstance(shown.exception, RequestError)
