"""The command `evaluate`, as a person or a program meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import get_args

import numpy as np
import pytest

import cinewalk
import cinewalk.cli.app
from cinewalk.cli.options import SplitName
from cinewalk.graph.evaluate.splits import SPLITS, SplitKind, split
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.evaluate.evaluation import evaluate
from cinewalk.queries.evaluate.figures import Evaluation
from cinewalk.queries.evaluate.models import CONTESTANTS, USUAL, Contestants
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


METRICS = ("recall", "ndcg", "map", "hit_rate", "coverage", "gini", "popularity", "novelty", "diversity")


@pytest.fixture
def source(tmp_path) -> str:
    """A graph with times, ties and genres, in its folder."""
    return str(cinewalk.save(random_graph(5, users=60, titles=40, density=0.4), tmp_path / "some.cinewalk"))


def interactions(folder, name, *pairs, header="user_id,title_id"):
    (folder / name).write_text("\n".join([header, *(",".join(map(str, pair)) for pair in pairs)]) + "\n")
    return name


def test_the_command_line_knows_every_split():
    assert tuple(name.value for name in SplitName) == SPLITS == get_args(SplitKind)


def test_json_has_one_object_a_walk_with_every_metric(run, source):
    code, out, err = run("evaluate", source, "-k", "3,5", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [row["walk"] for row in rows] == list(USUAL)
    for row in rows:
        for k in (3, 5):
            assert all(isinstance(row[f"{metric}@{k}"], float) for metric in METRICS)
            for metric in METRICS[:4]:
                low, high = row[f"{metric}@{k}_interval"]
                assert low <= row[f"{metric}@{k}"] <= high
        assert row["splits"] == 3
        assert row["users"] > 0
    assert "ties in time broken at random; 3 random seeds averaged" in err


@pytest.mark.parametrize("kind", SPLITS)
def test_it_agrees_with_python(run, source, kind):
    code, out, _ = run(
        "evaluate", source, "--split", kind, "--seeds", "2", "--walk", "cosine", "--walk", "rp3beta", "--json"
    )
    assert code == 0
    parts = []
    for seed in range(2):
        parted = split(cinewalk.load(source), kind, seed=seed)
        contestants = Contestants(parted.train, Settings())
        walks = [contestants.make(name) for name in ("cosine", "rp3beta")]
        parts.append(evaluate(parted.train, parted.test, walks))
    assert json.loads(out) == Evaluation.averaged(parts).to_dict()


def test_two_files_are_one_split_and_what_is_unknown_is_said(run, tmp_path):
    rng = np.random.default_rng(1)
    pairs = sorted(
        {(int(u), int(t)) for u, t in zip(rng.integers(0, 30, 400), rng.integers(0, 20, 400), strict=True)}
    )
    interactions(tmp_path, "train.csv", *pairs[::2])
    interactions(tmp_path, "test.csv", *pairs[1::2], (99, 3), (98, 4), (98, 5), (1, 77))
    code, out, err = run(
        "evaluate", "--train", "train.csv", "--test", "test.csv", "--walk", "cosine", "-k", "5", "--json"
    )
    assert code == 0
    assert json.loads(out)[0]["splits"] == 1
    assert "Test users unknown to train: 2 (likes: 3), left out." in err
    assert "Test titles unknown to train: 1 (likes: 1), never found." in err
    assert "Trained on train.csv, tested on test.csv." in err


def test_a_comparison_is_part_of_its_walks_object(run, source):
    code, out, _ = run("evaluate", source, "--walk", "popularity", "--compare", "cosine:rp3beta", "--json")
    rows = {row["walk"]: row for row in json.loads(out)}
    assert code == 0
    assert set(rows) == {"popularity", "cosine", "rp3beta"}
    (comparison,) = rows["cosine"]["comparisons"]
    assert comparison["other"] == "rp3beta"
    expected = rows["cosine"]["ndcg@10"] - rows["rp3beta"]["ndcg@10"]
    assert comparison["ndcg@10"]["difference"] == pytest.approx(expected, abs=1e-12)
    low, high = comparison["ndcg@10"]["interval"]
    assert low <= expected <= high
    assert 0 < comparison["ndcg@10"]["p"] <= 1


def test_people_get_tables_and_a_page(run, source, tmp_path):
    code, out, _ = run(
        "evaluate", source, "--walk", "cosine", "--compare", "cosine:popularity", "--leaderboard", "board.md"
    )
    assert code == 0
    assert "At 10" in out
    assert "At 20" in out
    assert "cosine minus popularity, user by user" in out
    page = (tmp_path / "board.md").read_text(encoding="utf-8")
    assert page.startswith("# Leaderboard\n")
    assert "| cosine |" in page
    assert "## cosine minus popularity, user by user" in page
    assert "the last fifth of each user's events is held out" in page


def test_all_means_every_walk_and_baseline(run, source):
    code, out, _ = run("evaluate", source, "--walk", "all", "--seeds", "1", "-k", "5", "--json")
    assert code == 0
    assert [row["walk"] for row in json.loads(out)] == list(CONTESTANTS)


def test_k_larger_than_the_catalogue_is_cut_and_said(run, source):
    code, out, err = run("evaluate", source, "--walk", "popularity", "-k", "5,500", "--json")
    assert code == 0
    assert "k = 500 is more than the 40 titles there are, and is cut to that." in err
    assert "recall@40" in json.loads(out)[0]


def test_settings_of_a_file_change_the_walks(run, source, tmp_path):
    (tmp_path / "other.toml").write_text("format = 1\nhalf_life = 0.3\n", encoding="utf-8")
    words = ("evaluate", source, "--walk", "shared-viewers", "--walk", "cosine", "--seeds", "1", "--json")
    before, after = (json.loads(run(*words, *more)[1]) for more in ((), ("--config", "other.toml")))
    assert before[0] != after[0]
    assert before[1] == after[1]  # baselines have settings of their own


def too_many_titles(folder):
    pairs = [(user, 100 * user + i) for user in range(130) for i in range(100)]
    interactions(folder, "many.csv", *pairs)


def test_a_baseline_that_is_too_large_is_left_out_and_said_or_refused_by_name(run, tmp_path):
    too_many_titles(tmp_path)
    words = ("evaluate", "many.csv", "--split", "random", "--seeds", "1", "-k", "5", "--json")
    code, out, err = run(*words)
    assert code == 0
    assert [row["walk"] for row in json.loads(out)] == [name for name in USUAL if name != "ease"]
    assert "ease is left out: ease needs a matrix of titles by titles, too large for 13,000 of them" in err
    code, out, err = run(*words, "--walk", "ease")
    assert (code, out) == (1, "")
    assert "too large for 13,000" in err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 1, "give a source to split, or --train and --test"),
        (("SOURCE", "--train", "x.csv", "--test", "x.csv"), 1, "give a source to split"),
        (("--train", "x.csv"), 1, "give a source to split"),
        (("--train", "x.csv", "--test", "x.csv", "--seeds", "2"), 1, "--seeds go with a source"),
        (("SOURCE", "--walk", "random"), 1, "there is no walk 'random'; there are blend, neighbours"),
        (("SOURCE", "--compare", "blend:random"), 1, "there is no walk 'random'"),
        (("SOURCE", "-k", "0"), 1, "k is 0"),
        (("SOURCE", "-k", "ten"), 2, "10,20"),
        (("SOURCE", "--compare", "blend"), 2, "blend:ease"),
        (("SOURCE", "--split", "by-hand"), 2, "Invalid value"),
        (("SOURCE", "--seeds", "0"), 2, "Invalid value"),
        (("none.csv",), 1, "there is no such data set"),
        (("SOURCE", "--config", "none.toml"), 1, "none.toml: cannot be read"),
        (("x.csv",), 1, "no event has a time, so there is no split 'user-time'; take random"),
        (("one.csv", "--split", "random"), 1, "leaves no likes in train"),
        (("--train", "x.csv", "--test", "far.csv"), 1, "none of the users"),
        (("--train", "x.csv", "--test", "empty.csv"), 1, "empty.csv: has no rows"),
        (("--train", "x.csv", "--test", "low.csv"), 1, "there are no likes in test"),
        (("--train", "x.csv", "--test", "x.csv"), 1, "every like in test is of a title"),
        (("SOURCE", "--walk", "popularity", "--leaderboard", "none/board.md"), 3, "cannot be written"),
    ],
)
def test_wrong_asks_get_one_line_and_the_right_exit_code(run, source, tmp_path, words, code, message):
    interactions(tmp_path, "x.csv", (1, 1), (1, 2), (2, 1), (2, 2), (2, 3))
    interactions(tmp_path, "one.csv", (1, 1))
    interactions(tmp_path, "far.csv", (8, 1))
    interactions(tmp_path, "empty.csv")
    (tmp_path / "low.csv").write_text("user_id,title_id,rating\nann,x,1\n")
    left, out, err = run("evaluate", *(source if word == "SOURCE" else word for word in words))
    assert (left, out) == (code, "")
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err
    assert code == 2 or sum(line.startswith("error: ") for line in err.splitlines()) == 1


def test_a_graph_whose_likes_were_made_otherwise_keeps_them(run, tmp_path):
    rows = [(u, t, (u * t) % 10 + 1, 1_000_000_000 + t) for u in range(12) for t in range(12)]
    folder = tmp_path / "mine"
    folder.mkdir()
    interactions(folder, "ratings.csv", *rows, header="user_id,title_id,rating,timestamp")
    run("load", "mine", "--rating-range", "1:10", "--like-rating", "7", "--out", "mine.cinewalk")
    liked = len(cinewalk.load("mine.cinewalk").likes)
    parts = split(cinewalk.load("mine.cinewalk"))
    assert len(parts.train.likes) + len(parts.test) == liked == sum(row[2] >= 7 for row in rows)
    assert run("evaluate", "mine.cinewalk", "--walk", "popularity", "-k", "3")[0] == 0


@pytest.mark.parametrize(("package", "words"), [("ranx", ("popularity",)), ("implicit", ("cosine",))])
def test_without_its_package_it_says_what_to_install(source, package, words):
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        f"sys.argv = ['cinewalk', 'evaluate', {source!r}, '--walk', {words[0]!r}]\n"
        "from cinewalk.cli.app import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stdout == ""
    assert f"needs the package {package}: pip install 'cinewalk[evaluate]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_small_example_can_be_evaluated(run, tmp_path):
    place = str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))
    code, out, err = run("evaluate", place, "--split", "leave-last", "-k", "3", "--json")
    assert code == 0
    assert json.loads(out)[0]["users"] == 3
    assert "user with likes in test but none in train" in err
