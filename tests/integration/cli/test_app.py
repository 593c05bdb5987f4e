"""The command line as a person or a program meets it."""

from __future__ import annotations

import re

import pytest
import typer

import cinewalk
from cinewalk.cli.app import OVERVIEW, app
from tests.conftest import ROOT

pytestmark = pytest.mark.integration


COMMANDS = typer.main.get_command(app).commands


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help_and_is_documented(name):
    command, reference = COMMANDS[name], (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert command.help
    assert "Example" in (command.epilog or "")
    section = reference.split(f"## `cinewalk {name}`")[1].split("\n## ")[0]
    for parameter in command.params:
        if getattr(parameter, "hidden", False):  # what goes soon, and is said when it is used
            continue
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


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("recommend", "ANN"), 1, "no user 'ANN' in the graph"),
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


def test_version(run):
    assert run("--version") == (0, f"cinewalk {cinewalk.__version__}\n", "")
