"""`cinewalk evaluate --explanations` as a person or a program meets it."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.evaluate.explanation_figures import FIGURES
from cinewalk.queries.evaluate.explanation_quality import measure
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def graph():
    return random_graph(5, users=60, titles=40, density=0.4)


@pytest.fixture
def source(graph, tmp_path) -> str:
    return str(cinewalk.save(graph, tmp_path / "some.cinewalk"))


def test_json_is_that_of_python(run, source):
    walks = ["blend", "pagerank"]
    options = (word for walk in walks for word in ("--walk", walk))
    code, out, err = run("evaluate", source, "--explanations", "--users", "15", *options, "--json")
    assert code == 0
    rows = json.loads(out)
    assert [row["walk"] for row in rows] == walks
    assert rows == measure(Registry(cinewalk.load(source), Settings()), walks, users=15).to_dict()
    for row in rows:
        assert row["counterfactual_valid"] == 1.0
        assert row["path_coverage@3"] < row["path_coverage@10"] < row["path_coverage@100"] <= 1
        for name in FIGURES:
            low, high = row[f"{name}_interval"]
            assert low <= row[name] <= high
    assert [row["path_types"] for row in rows] == [1, 4]
    assert "explanations for" in err
    assert "blend: every walk ends with LIKES, so diversity (ETD) is 1 whatever the list." in err


def test_people_get_a_table(run, source):
    code, out, _ = run("evaluate", source, "--explanations", "--users", "6", "--walk", "neighbours")
    assert code == 0
    assert "How good explanations are" in out
    assert all(words in out for words in FIGURES.values())


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 1, "give the source that --explanations"),
        (("SOURCE", "--split", "random"), 1, "does not go with --split"),
        (("SOURCE", "--seeds", "2"), 1, "does not go with --seeds"),
        (("SOURCE", "--compare", "blend:ease"), 1, "does not go with --compare"),
        (("SOURCE", "--leaderboard", "board.md"), 1, "does not go with --leaderboard"),
        (("SOURCE", "-k", "5", "--forget-order"), 1, "does not go with -k, --forget-order"),
        (("--train", "x.csv", "--test", "x.csv"), 1, "does not go with --train, --test"),
        (("SOURCE", "--walk", "cosine"), 1, "cosine has no walks to explain"),
        (("SOURCE", "--users", "0"), 2, "Invalid value"),
        (("EXAMPLE",), 1, "no user likes 5 titles or more"),
        (("none.csv",), 1, "there is no such data set"),
    ],
)
def test_wrong_asks_get_one_line_and_the_right_exit_code(run, source, tmp_path, words, code, message):
    places = {"SOURCE": source, "EXAMPLE": str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))}
    left, out, err = run("evaluate", "--explanations", *(places.get(word, word) for word in words))
    assert (left, out) == (code, "")
    assert message in " ".join(err.replace("│", " ").split())
    assert code == 2 or sum(line.startswith("error: ") for line in err.splitlines()) == 1


def test_users_without_explanations_is_refused(run, source):
    code, out, err = run("evaluate", source, "--users", "5")
    assert (code, out) == (1, "")
    assert "--users goes with --explanations" in err
