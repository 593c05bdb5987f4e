"""The command line as a person or a program meets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import cinewalk
from cinewalk.cli.app import OVERVIEW, app
from cinewalk.graph.model.example import example_graph

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = typer.main.get_command(app).commands


@pytest.fixture
def example(tmp_path) -> str:
    return str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))


def ratings(folder: Path, *rows: str, header: str = "user_id,title_id,rating,timestamp") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "ratings.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help_and_is_documented(name):
    command, reference = COMMANDS[name], (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert command.help
    assert "Example" in (command.epilog or "")
    section = reference.split(f"## `cinewalk {name}`")[1].split("\n## ")[0]
    for parameter in command.params:
        assert getattr(parameter, "help", None), parameter.name
        for option in parameter.opts:
            assert option in section, f"{option} of {name} is not in docs/cli.md: run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_says_what_each_command_says_of_itself(run, name):
    assert " ".join(COMMANDS[name].help.split("\n\n")[0].split()) == OVERVIEW[name]
    assert OVERVIEW[name] in " ".join(run("--help")[1].split())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_works(run, name):
    code, out, _ = run(name, "--help")
    assert code == 0
    assert "Example" in out


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
    assert "titles that share viewers" in out
    code, out, _ = run("explain", "ann", "Brazil", "--top", "1", "-g", example)
    assert "because of\nliked by most viewers" in out
    assert "2 other titles" in out
    assert "what most viewers like" in out


def test_explain_shows_walks_a_contrast_and_what_would_be_otherwise(run, example):
    why = cinewalk.Recommender(example, walk="blend").explain("eve", "Blade Runner")
    words = ("explain", "eve", "Blade Runner", "--walk", "blend", "-g", example)
    code, out, _ = run(*words, "--paths", "2", "--counterfactual")
    assert code == 0
    assert "a viewer who liked it, too," in out
    assert str(why.counterfactual()) in out
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


def test_explain_writes_a_page(run, example, tmp_path):
    code, _, err = run("explain", "eve", "Blade Runner", "-g", example, "--html", "why.html")
    assert code == 0
    assert "why.html" in err
    assert "Why Blade Runner (1982)" in (tmp_path / "why.html").read_text()
    code, _, err = run("explain", "eve", "Blade Runner", "-g", example, "--html", "nowhere/why.html")
    assert code == 3
    assert "cannot be written" in err


def test_somebody_without_likes_is_told_beside_the_answer(run, example):
    code, out, err = run("recommend", "gus", "--json", "-g", example)
    assert code == 0
    assert json.loads(out)[0]["title"] == "Alien"
    assert "no likes to walk from yet" in err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("recommend", "ANN"), 1, "no user 'ANN' in this graph. Nearest: ann"),
        (("explain", "ann", "Alien"), 1, "Alien (1979) is never recommended to user 'ann': already rated"),
        (("explain", "ann", "Solaris", "--walk", "blend"), 1, "no walk leads"),
        (("explain", "gus", "Alien", "--walk", "blend"), 1, "likes nothing yet"),
        (("similar", "Aliem"), 1, "Nearest: Alien (1979) [alien]"),
        (("taste", "-t", "alien", "--explain", "alien"), 1, "part of what was asked for"),
        (("taste", "-t", "alien", "--explain", "heat", "--years", "1970s"), 1, "--explain goes with"),
        (("taste", "-t", "alien", "--years", "1979-1970"), 1, "must not be the later"),
        (("recommend", "ann", "-k", "0"), 2, "Invalid value"),
        (("recommend", "ann", "--walk", "random"), 2, "Invalid value"),
        (("taste", "-t", "alien", "--years", "long ago"), 2, "1970s"),
        (("recommend",), 2, "Missing argument"),
        (("nothing",), 2, "No such command"),
    ],
)
def test_wrong_asks_get_one_line_and_the_right_exit_code(run, example, words, code, message):
    graph = () if words in {("nothing",), ("recommend",)} else ("-g", example)
    left, out, err = run(*words, *graph)
    assert (left, out) == (code, "")
    assert message in " ".join(re.sub(r"[│╭╮╰╯─]", " ", err).split())
    assert code != 1 or err.count("\n") == 1


def test_without_a_graph_it_says_what_to_do(run):
    code, out, err = run("recommend", "1")
    assert (code, out) == (1, "")
    assert "cinewalk load movielens-100k" in err


def test_load_counts_every_row_and_becomes_current(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,", "b,x,4,", "b,y,5,", "a,x,5,")
    code, out, _ = run("load", "mine", "--json")
    report = json.loads(out)
    assert code == 0
    assert report["rows"] == {"ratings": {"rows": 4, "loaded": 3, "rejected": 0, "duplicates": 1}}
    assert report["nodes"]["User"] == 2
    assert report["relationships"]["likes"] == 3
    code, out, _ = run("recommend", "a", "--json")
    assert json.loads(out)[0]["title_id"] == "y"


def test_bad_rows_load_nothing_and_are_listed(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,", "b,x,nan,", "b,y,1_0,881250949000")
    code, out, err = run("load", "mine")
    assert (code, out) == (1, "")
    assert "2 bad rows, 0 allowed" in err
    assert "ratings.csv:3" in err
    listed = (tmp_path / "mine.rejects.csv").read_text(encoding="utf-8")
    assert listed.count("\n") == 1 + 3
    assert "milliseconds" in listed
    assert run("recommend", "a")[0] == 1
    code, out, err = run("load", "mine", "--max-rejects", "2", "--json")
    assert code == 0
    assert json.loads(out)["rows"]["ratings"] == {"rows": 3, "loaded": 1, "rejected": 2, "duplicates": 0}


def test_other_scales_and_likes(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,9,", "a,y,3,", "b,x,7,")
    assert run("load", "mine")[0] == 1
    code, out, _ = run("load", "mine", "--rating-range", "1:10", "--like-rating", "7", "--json")
    assert code == 0
    assert json.loads(out)["relationships"]["likes"] == 2
    assert run("load", "mine", "--rating-range", "ten")[0] == 2
    assert run("load", "movielens-100k", "--like-rating", "3")[0] == 1


def test_load_never_overwrites_what_is_not_a_graph(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,")
    code, _, err = run("load", "mine", "--out", "mine")
    assert code == 1
    assert "is not a graph folder" in err
    assert (tmp_path / "mine" / "ratings.csv").exists()


def test_a_place_that_cannot_be_written_is_the_machines_fault(run, tmp_path):
    ratings(tmp_path / "mine", "a,x,5,")
    (tmp_path / "file").write_text("")
    code, _, err = run("load", "mine", "--out", "file/below/mine.cinewalk")
    assert code == 3
    assert err.startswith("error: file/below/mine.cinewalk: cannot be written")


def test_doctor(run, example, monkeypatch):
    monkeypatch.setenv("CINEWALK_GRAPH", example)
    code, out, _ = run("doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(out)}
    assert code == 0
    assert "7 User" in findings["current graph"]["detail"]
    assert findings["compiled kernels"]["result"] == "ok"


def test_doctor_fails_where_nothing_can_be_kept(run, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "file"))
    code, out, _ = run("doctor")
    assert code == 3
    assert "fail" in out


def test_a_reader_who_leaves_early_is_no_error(example):
    command = f'"{sys.executable}" -m cinewalk recommend eve -g "{example}" --json | head -1'
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_version(run):
    assert run("--version") == (0, f"cinewalk {cinewalk.__version__}\n", "")
