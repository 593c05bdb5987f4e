"""Scores rounded where they are shown."""

from __future__ import annotations

import pytest

from cinewalk.queries.neo4j.rounded import rounded
from cinewalk.queries.words.ready import ready_query

pytestmark = pytest.mark.unit


def test_rows_are_ordered_by_exact_scores():
    text = rounded("MATCH (t:Title)\nRETURN t.titleId AS titleId, t.x AS score\nORDER BY score DESC, titleId")
    assert text.index("ORDER BY score") < text.index("round(score, 4)")
    assert text.endswith("\nRETURN titleId, round(score, 4) AS score")


def test_commas_and_names_in_brackets_are_no_columns():
    text = rounded("RETURN coalesce([x IN [1, 2] WHERE x > 1][0], {share: 2, part: 3}) AS name, 1.0 AS share")
    assert text.endswith("\nRETURN name, round(share, 4) AS share")


def test_what_has_no_score_stays_as_it_is():
    statement = ready_query("derive_likes").statement
    assert rounded(statement) == statement


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("recommend", "titleId, title, year, round(score, 4) AS score"),
        ("explain_paths", "path, because, round(score, 4) AS score, round(share, 4) AS share"),
        (
            "explain_shares",
            "label, id, name, year, round(score, 4) AS score, round(share, 4) AS share, viewers",
        ),
    ],
)
def test_columns_stay_in_their_order(name, columns):
    assert rounded(ready_query(name).statement).splitlines()[-1] == f"RETURN {columns}"
