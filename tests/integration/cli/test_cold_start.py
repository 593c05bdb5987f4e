"""`cinewalk evaluate --cold-start` as a person runs it."""

from __future__ import annotations

import json

import pytest

from cinewalk.cli.cold_start import run

pytestmark = pytest.mark.integration


def test_the_command_prints_tables_and_json(movielens, capsys):
    run("movielens-100k", "gender", 1, None, True)
    shown = capsys.readouterr()
    rows = json.loads(shown.out)
    assert [row["walk"] for row in rows[:3]] == ["popularity", "newcomers, no groups", "newcomers, gender"]
    assert set(rows[1]) >= {"given", "ndcg@10", "recall@20", "minus_popularity", "lists", "people"}
    assert "movielens-100k: a fifth of the users is held out whole, one random split" in shown.err
    run("movielens-100k", "gender", 1, None, False)
    out = capsys.readouterr().out
    assert "Nothing liked yet" in out
    assert [line.strip() for line in out.splitlines() if line.startswith("After")] == [
        "After 1 like",
        "After 3 likes",
    ]
