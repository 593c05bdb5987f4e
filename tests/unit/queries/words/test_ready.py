"""The ready queries as texts: their headers, what they take, how they are printed, and the page about them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cinewalk.cli.app import app
from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.neo4j.ready_page import page
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ReadyQuery, entries_of, ready_queries, ready_query

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ready_queries()
NAMED = {
    "because_you_watched",
    "bubble",
    "cold_start",
    "continue_watching",
    "erase_user",
    "exposure_audit",
    "group_night",
    "nearest_viewers",
    "new_releases",
    "project_pagerank",
    "recommend",
    "recommend_pagerank",
    "similar_titles",
    "taste",
    "top_this_week",
    "viewers_also_liked",
}
#: What starts a line of a statement, apart from conditions and the insides of lists.
CLAUSES = re.compile(
    r"^(?:match|optional|where|with|unwind|call|return|order|limit|union|delete|detach|merge|create|set|case|when|else|end)\b",
    re.IGNORECASE,
)
TEXTS = re.compile(r"'[^']*'")


def every(name="query"):
    return pytest.mark.parametrize(name, QUERIES, ids=lambda query: query.name)


def test_every_query_that_is_promised_is_there():
    assert {query.name for query in QUERIES} >= NAMED
    assert [query.name for query in QUERIES] == sorted(query.name for query in QUERIES)


@every()
def test_what_a_query_takes_is_what_it_says(query):
    assert set(re.findall(r"\$(\w+)", query.statement)) == set(query.parameters)
    assert [name for name, _ in entries_of(query.example)] == list(query.parameters)
    assert all(re.fullmatch(r"[a-z][A-Za-z]*", name) for name in query.parameters)
    types = {parameter.type.removesuffix(" or null") for parameter in query.parameters.values()}
    assert types <= {"STRING", "INTEGER", "FLOAT", "DATE", "DATETIME", "LIST<STRING>"}


@every()
def test_a_query_keeps_the_style(query):
    assert query.text.endswith("\n")
    assert not query.text.rstrip().endswith(";")
    assert ";" not in query.statement
    assert "//" not in query.statement
    assert query.description.endswith(".")
    assert len(query.title) <= 80
    assert all(len(line) <= 120 for line in query.text.splitlines())
    for line in TEXTS.sub("''", query.statement).splitlines():
        keyword = CLAUSES.match(line.strip())
        assert keyword is None or keyword[0].isupper(), line
        assert not re.search(r"\b(?:and|or|not|is null|desc|as|in)\b", line), line


@every()
def test_no_query_is_put_together_from_texts(query):
    statement = query.statement
    assert "$(" not in statement
    assert "apoc." not in statement
    assert "LOAD CSV" not in statement
    assert set(re.findall(r"\b(?:gds|dbms|db)\.[\w.]+", statement)) <= {
        "gds.graph.drop",
        "gds.graph.project",
        "gds.pageRank.stream",
        "gds.util.asNode",
    }


def test_only_erasing_writes():
    assert [query.name for query in QUERIES if query.writes] == ["erase_user"]


@every()
def test_a_query_pastes_after_its_parameters(query):
    text = query.with_params()
    head = text[: text.index("//")]
    assert re.findall(r":param (\w+) => .+;\n", head) == list(query.parameters)
    assert text.endswith(query.text.rstrip() + ";\n")


def test_parameters_are_set_one_by_one():
    assert ready_query("top_this_week").with_params().splitlines()[:5] == [
        ":param asOf => datetime('1998-04-22T23:10:38Z');",
        ":param days => 7;",
        ":param groupId => null;",
        ":param k => 10;",
        "",
    ]


@pytest.mark.parametrize(
    ("literal", "entries"),
    [
        ("{}", []),
        ("{a: 1}", [("a", "1")]),
        ("{a: 'x, {y: 1}', b: [1, [2, 3]]}", [("a", "'x, {y: 1}'"), ("b", "[1, [2, 3]]")]),
        ('{a: "it\'s", b: {c: 1, d: 2}}', [("a", '"it\'s"'), ("b", "{c: 1, d: 2}")]),
        ("{at: datetime('2020-01-01T00:00:00Z')}", [("at", "datetime('2020-01-01T00:00:00Z')")]),
    ],
)
def test_a_map_is_taken_apart(literal, entries):
    assert list(entries_of(literal)) == entries


@pytest.mark.parametrize(
    "name", ["", "similar", "../../pyproject", "similar_titles.cypher", "SIMILAR_TITLES"]
)
def test_an_unknown_name_is_refused_with_the_nearest(name):
    with pytest.raises(RequestError, match=re.escape(f"there is no ready query {name!r}. ")):
        ready_query(name)


def test_the_nearest_names_are_told():
    with pytest.raises(RequestError, match=r"Nearest: similar_titles\.$"):
        ready_query("similr_titles")


GOOD = "// T\n//\n// D.\n//\n// Parameters:\n//   $k INTEGER - n\n// Example: {k: 1}\nRETURN $k\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("// T\n//\n", "// T\n"),
        ("// Parameters:\n", ""),
        ("INTEGER - n", "INTEGER"),
        ("$k INTEGER", "k INTEGER"),
        ("// Example: {k: 1}\n", ""),
        ("// Parameters:", "// Parameters: none"),
        ("//   $k INTEGER - n\n", ""),
    ],
)
def test_a_header_in_another_form_is_refused(old, new):
    assert ReadyQuery.of("good", GOOD).parameters["k"].meaning == "n"
    with pytest.raises(ValueError, match=r"bad\.cypher: "):
        ReadyQuery.of("bad", GOOD.replace(old, new, 1))


def test_the_page_is_current():
    assert (ROOT / "docs" / "cypher.md").read_text("utf-8") == page(), "run `make docs`"


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


def test_a_recommender_hands_out_texts_and_runs_them_on_a_neo4j_alone():
    reco = Recommender(example_graph())
    assert reco.cypher("taste") == ready_query("taste").text
    with pytest.raises(RequestError, match="runs on a Neo4j"):
        reco.query("similar_titles", titleId="alien", k=1)
    with pytest.raises(RequestError, match="has no parameter 'title_id'; it takes titleId, k"):
        reco.query("similar_titles", title_id="alien", k=1)
    with pytest.raises(RequestError, match="needs k; it takes titleId, k"):
        reco.query("similar_titles", titleId="alien")
    with pytest.raises(RequestError, match="it takes no parameters"):
        reco.query("project_pagerank", graphName="other")
