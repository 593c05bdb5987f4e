"""Literals in a real Neo4j."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cinewalk.queries.words.literals import literal

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("neo4j")]


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**63), 2**63 - 1) | st.booleans())
@example("Schindler's \\ List")
@example("\\u0027 OR true //")
@example("\\\\u0060`'\"; MATCH (n) DETACH DELETE n; //")
@example("&#%+?=\n\r\t\0\u2028\U0001f3ac\N{COMBINING ACUTE ACCENT}")
@pytest.mark.parametrize("language", ["", "CYPHER 25 "])
def test_a_literal_means_its_value(database, language, value):
    assert database.connection.read(f"{language}RETURN {literal(value)} AS value")[0]["value"] == value
    assert not set("&#") & set(literal(value))
