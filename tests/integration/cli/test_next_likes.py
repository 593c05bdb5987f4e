"""`cinewalk evaluate --next-likes` as a person runs it."""

from __future__ import annotations

import json

import pytest

from cinewalk.cli.next_likes import run

pytestmark = pytest.mark.integration


def test_the_command_prints_tables_and_json(movielens, capsys):
    run("movielens-100k", ["popularity"], 1, None, True)
    shown = capsys.readouterr()
    rows = json.loads(shown.out)
    assert [(row["given"], row["walk"], row["charts"]) for row in rows[:2]] == [
        (1, "popularity", 1.0),
        (3, "popularity", 1.0),
    ]
    assert set(rows[0]) == {"given", "walk", "lists", "people", "ndcg@10", "charts", "in_common"}
    assert "movielens-100k: a fifth of the users is held out whole, one random split" in shown.err
    run("movielens-100k", [], 1, None, False)
    out = capsys.readouterr().out
    assert [line.strip() for line in out.splitlines() if line.startswith("After")] == [
        "After 1 like",
        *(f"After {given} likes" for given in (3, 5, 8, 12, 16)),
    ]
    assert out.count("newcomers") == out.count("blend") == out.count("popularity") == 6
