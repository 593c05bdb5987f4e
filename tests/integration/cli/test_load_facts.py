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


def test_facts_under_common_names_with_ids_of_imdb_and_labels_of_a_board(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ratings.csv").write_text("userId,movieId,rating\nann,1,5\nbob,1,4\nbob,2,5\n")
    (tmp_path / "mine" / "movies.csv").write_text(
        "movieId,title,genres\n1,Toy Story (1995),Comedy\n2,Heat (1995),Crime\n"
    )
    (tmp_path / "mine" / "links.csv").write_text("movieId,imdbId,tmdbId\n1,0114709,862\n2,0113277,949\n")
    (tmp_path / "facts.csv").write_text(
        "tconst,Maturity,Genre\ntt0114709,o.A.,Animation|Comedy\ntmdb:949,ab 16,\n"
    )
    code, out, err = run("load", "mine", "--facts", "facts.csv", "--maturity-board", "fsk", "--json")
    assert code == 0, err
    titles = cinewalk.load(json.loads(out)["graph"]).titles
    assert titles.array("maturity").tolist() == [0, 16]
    code, out, err = run("load", "mine", "--facts", "facts.csv", "--maturity-board", "mpa")
    assert (code, err.count("\n")) == (1, 1)
    assert "is no label of mpa" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mine", "--maturity-board", "fsk"), "goes with facts"),
        (
            ("mine", "--maturity-board", "fks", "--facts", "f.csv"),
            "there is no board 'fks'",
        ),
        (("movielens-100k", "--facts", "facts.csv"), "needs a name of its own"),
        (("bolt://localhost:1", "--facts", "facts.csv"), "go with files"),
    ],
)
def test_what_facts_do_not_go_with(run, words, said):
    code, out, err = run("load", *words)
    assert (code, out) == (1, "")
    assert said in err
