"""`cinewalk explain` as a person or a program meets it."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.queries.words.wording import percent

pytestmark = pytest.mark.integration


def test_explain_similar_and_taste_agree_with_python(run, example):
    reco = cinewalk.Recommender(example)
    _, out, _ = run("explain", "eve", "blade runner", "--json", "-g", example)
    assert json.loads(out) == reco.explain("eve", "blade").to_dict(8)
    _, out, _ = run("similar", "alien", "--json", "--walk", "pagerank", "-g", example)
    assert json.loads(out) == reco.similar("alien", walk="pagerank").to_dict()
    _, out, _ = run("taste", "-t", "alien", "--genre", "drama", "--years", "1970s", "--json", "-g", example)
    assert json.loads(out) == reco.taste(["alien"], ["Drama"], years=(1970, 1979)).to_dict()


def test_explain_draws_bars_that_name_the_rest(run, example):
    code, out, _ = run("explain", "ann", "Brazil", "--top", "1", "--walk", "blend", "-g", example)
    assert code == 0
    assert "█" in out
    assert "1 other title" in out
    assert "viewers who share titles" in out
    code, out, _ = run("explain", "ann", "Brazil", "--top", "1", "-g", example)
    assert "because of\nliked by most viewers" in out
    assert "2 other titles" in out
    assert "what most viewers like" in out


def test_explain_shows_walks_a_contrast_and_what_would_be_otherwise(run, example):
    why = cinewalk.Recommender(example, walk="blend").explain("eve", "Blade Runner")
    words = ("explain", "eve", "Blade Runner", "--walk", "blend", "-g", example)
    code, out, _ = run(*words, "--paths", "2", "--counterfactual")
    assert code == 0
    assert " ".join(str(why.counterfactual()).split()) in " ".join(out.split())
    _, out, _ = run(*words, "--paths", "2", "--counterfactual", "--json")
    shown = json.loads(out)
    assert shown["paths"] == [path.to_dict() for path in why.paths(2)]
    assert shown["counterfactual"] == why.counterfactual().to_dict()
    viewers = [node for path in shown["paths"] for node in path["nodes"][1:] if node["label"] == "User"]
    assert viewers
    assert not any(node["id"] for node in viewers)
    _, out, _ = run(*words, "--instead-of", "Brazil", "--json")
    reco = cinewalk.Recommender(example, walk="blend")
    assert json.loads(out) == reco.explain("eve", "Blade Runner", instead_of="Brazil").to_dict()
    code, out, _ = run(*words, "--instead-of", "Brazil")
    assert code == 0
    assert "By what you liked" in out


def test_the_tree_has_the_reasons_of_the_picture(run, example):
    why = cinewalk.Recommender(example, walk="blend").explain("ann", "Brazil")
    _, out, _ = run("explain", "ann", "Brazil", "--walk", "blend", "--paths", "1", "-g", example)
    tree = out.partition("who leads there\n")[2].splitlines()
    branches = [line for line in tree if line.startswith(("├── ", "└── "))]
    picture = why.picture(1)
    assert len(branches) == len(picture.branches)
    for line, branch in zip(branches, picture.branches, strict=True):
        assert f"{branch.text} {percent(branch.reason.share, 1)} ({branch.support})" in line
    leaves = [line.strip("│├└─ ").rsplit(maxsplit=1)[0] for line in tree if line not in branches]
    steps = [step for branch in picture.branches for step in branch.after]
    assert leaves == [f"{step.name} {100 * step.share:.1f}" for step in steps]
    assert not [user for user in ("bob", "cat", "dan", "eve", "fay", "gus") if user in "".join(tree)]


def test_explain_writes_a_page(run, example, tmp_path):
    code, _, err = run("explain", "eve", "Blade Runner", "-g", example, "--html", "why.html")
    assert code == 0
    assert "why.html" in err
    assert "Why Blade Runner (1982)" in (tmp_path / "why.html").read_text()
    code, _, err = run("explain", "eve", "Blade Runner", "-g", example, "--html", "nowhere/why.html")
    assert code == 3
    assert "cannot be written" in err
