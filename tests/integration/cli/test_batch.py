"""`cinewalk batch` as a person runs it."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from tests.integration.queries.batch.lists import expected, rows_of

pytestmark = pytest.mark.integration


def test_the_command(run, tmp_path):
    place = str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))
    code, out, err = run("batch", "--out", "lists.parquet", "-k", "2", "-g", place)
    assert (code, err) == (0, "")
    assert out == "14 recommendations for 7 users in lists.parquet.\n"
    assert rows_of(tmp_path / "lists.parquet") == expected(cinewalk.Recommender(place), 2)
    (tmp_path / "ids.txt").write_text("eve\nann\n")
    words = (
        "batch",
        "--users",
        "ids.txt",
        "--walk",
        "blend",
        "--reasons",
        "1",
        "--threads",
        "1",
        "-g",
        place,
    )
    code, out, _ = run(*words, "--out", "some.jsonl", "--json")
    assert code == 0
    assert json.loads(out) == {
        "path": "some.jsonl",
        "users": 2,
        "recommendations": len(rows_of(tmp_path / "some.jsonl")),
        "without": 0,
        "blocks": 1,
        "kept": 0,
    }
    rows = rows_of(tmp_path / "some.jsonl")
    assert list(dict.fromkeys(row["user_id"] for row in rows)) == ["ann", "eve"]
    assert {len(row["because"]) for row in rows} == {1}
    assert {row["walk"] for row in rows} == {"blend"}
    code, _, err = run(*words, "--out", "some.jsonl")
    assert (code, err.count("\n")) == (1, 1)
    assert "--force" in err
    assert run(*words, "--out", "some.jsonl", "--force")[0] == 0
    assert run("batch", "--out", "less.jsonl", "--remedies", "popularity=1", "-g", place)[0] == 0
    assert rows_of(tmp_path / "less.jsonl") == expected(cinewalk.Recommender(place), remedies="popularity=1")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--out", "lists.csv"), 1, "must end in .parquet or .jsonl"),
        (("--out", "nowhere/lists.parquet"), 3, "cannot be written (No such file or directory)"),
        (("--out", "lists.parquet", "--users", "none.txt"), 1, "none.txt: cannot be read"),
        (("--out", "lists.parquet", "--reasons", "4"), 2, "Invalid value"),
        (("--out", "lists.parquet", "--blocks", "4"), 1, "--blocks: only Spark heeds it. Add --engine spark"),
        (("--out", "lists.parquet", "--regime", "partitioned"), 1, "--regime: only Spark heeds it"),
        (("--out", "lists", "--engine", "spark", "--shard", "1/2"), 1, "--shard: Spark does not heed it"),
        (("--out", "lists", "--engine", "spark", "--force"), 1, "--force: Spark does not heed it"),
        ((), 2, "Missing option"),
    ],
)
def test_wrong_asks_on_the_command_line(run, tmp_path, words, code, message):
    place = str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))
    left, out, err = run("batch", *words, "-g", place)
    assert (left, out) == (code, "")
    assert message in " ".join(err.split())
