"""The ready queries as texts: their headers, what they take, and how they are printed."""

from __future__ import annotations

import re

import pytest

from cinewalk.errors import RequestError
from cinewalk.queries.words.ready import ReadyQuery, entries_of, ready_queries, ready_query

pytestmark = pytest.mark.unit


QUERIES = ready_queries()


NAMED = {
    "because_you_watched",
    "bubble",
    "cold_start",
    "continue_watching",
    "derive_likes",
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


def test_only_deriving_likes_and_erasing_write():
    assert [query.name for query in QUERIES if query.writes] == ["derive_likes", "erase_user"]


@every()
def test_a_query_pastes_after_its_parameters(query):
    text = query.with_params()
    head = text[: text.index("//")]
    assert re.findall(r":param (\w+) => .+;\n", head) == list(query.parameters)
    assert text.endswith(query.text.rstrip() + ";\n")


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
