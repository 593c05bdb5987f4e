"""`cinewalk recommend` as a person or a program meets it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import cinewalk

pytestmark = pytest.mark.integration


def test_recommend(run, example):
    code, out, err = run("recommend", "eve", "-k", "2", "--walk", "blend", "--graph", example)
    assert (code, err) == (0, "")
    assert out.index("Blade Runner (1982)") < out.index("The Conversation (1974)")


def test_recommend_json_uses_the_schemas_words(run, example):
    code, out, _ = run("recommend", "eve", "--walk", "blend", "--json", "-g", example)
    rows = json.loads(out)
    assert code == 0
    assert [row["rank"] for row in rows] == [1, 2, 3, 4]
    assert set(rows[0]) == {"rank", "title_id", "title", "year", "score", "because", "others"}
    assert set(rows[0]["because"][0]) == {"title_id", "title", "share", "viewers"}
    assert rows == cinewalk.Recommender(example).recommend("eve", walk="blend").to_dict()
    code, out, _ = run("recommend", "eve", "--json", "-g", example)
    assert json.loads(out) == cinewalk.Recommender(example).recommend("eve").to_dict()
    assert {"everybody", "share"} in [set(reason) for row in json.loads(out) for reason in row["because"]]


def test_somebody_without_likes_is_told_beside_the_answer(run, example):
    code, out, err = run("recommend", "gus", "--json", "-g", example)
    assert code == 0
    assert json.loads(out)[0]["title"] == "Alien"
    assert "no likes to walk from yet" in err


def test_a_reader_who_leaves_early_is_no_error(example):
    command = f'"{sys.executable}" -m cinewalk recommend eve -g "{example}" --json | head -1'
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
