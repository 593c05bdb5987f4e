"""`cinewalk load --facts`."""

from __future__ import annotations

import json

import pytest

import cinewalk

pytestmark = pytest.mark.integration


def test_facts_are_joined_and_accounted_for(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ratings.csv").write_text("user_id,title_id,rating\nann,x,5\nbob,x,4\nbob,y,5\n")
    (tmp_path / "facts.csv").write_text("title_id,kind,maturity\nx,film,PG-13\nz,film,R\n")
    code, out, _ = run("load", "mine", "--facts", "facts.csv", "--json")
    report = json.loads(out)
    assert code == 0
    assert (
        "facts.csv: 2 rows of facts: 1 matched, 1 not in the source, 0 ambiguous, 0 bad." in report["notes"]
    )
    assert cinewalk.load(report["graph"]).titles.array("maturity").tolist() == [13, -1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("movielens-100k", "--facts", "facts.csv"), "needs a name of its own"),
        (("bolt://localhost:1", "--facts", "facts.csv"), "go with files"),
    ],
)
def test_what_facts_do_not_go_with(run, words, said):
    code, out, err = run("load", *words)
    assert (code, out) == (1, "")
    assert said in err
