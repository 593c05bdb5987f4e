"""Tutorial and README do what they say: their commands and code run, in order, and print what captures show."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import cinewalk
from cinewalk.cli.app import main
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.neo4j.server.server import LocalServer
from cinewalk.loaders.store.graph_folder import save
from cinewalk.queries.recommender import Recommender
from tests.conftest import ROOT
from tests.markdown import Command, code, commands, texts

from ..neo4j_fixtures import free_ports

if TYPE_CHECKING:
    from pathlib import Path

#: One reader, one machine, one Neo4j: what a command leaves is there for the next.
pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("pages")]

PAGES = ("docs/tutorial.md", "README.md")
#: Pages whose code runs by itself, beside those.
CODE = (*PAGES, "docs/compare.md")

#: Pages whose code goes on from what it names: a graph, its settings, a recommender, a folder of a graph of one's own.
#: The graph of a Neo4j is that folder, too.
GOES_ON = [
    f"docs/{name}.md"
    for name in (
        "audit",
        "batch",
        "data",
        "explanations",
        "feeds",
        "neo4j-reading",
        "remedies",
        "report",
        "serve",
    )
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, movielens) -> Path:
    """An empty folder with the example of the docs, as the reader has it."""
    place = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "docs" / "example", place / "docs" / "example")
    return place


@pytest.fixture(scope="module")
def machine(folder):
    """A home of the reader's own, whose server listens where nobody else does and is stopped whatever happens."""
    bolt_port, http_port = free_ports()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CINEWALK_HOME", str(folder / "home"))
        patch.setenv("CINEWALK_BOLT_PORT", str(bolt_port))
        patch.setenv("CINEWALK_HTTP_PORT", str(http_port))
        yield
        LocalServer().stop()


def test_there_is_something_to_run():
    for page in PAGES:
        assert len(commands(ROOT / page)) >= 8
        assert texts(ROOT / page, "python")
    assert sum(len(command.shown) for page in PAGES for command in commands(ROOT / page)) >= 30


def test_the_two_commands_that_the_readme_promises_stand_alone_at_its_top():
    lines = [text.strip() for text in texts(ROOT / "README.md", "console")]
    assert lines[:2] == [
        "pip install . && cinewalk demo",
        "pip install -e '.[test]' && python -m pytest -n 2",
    ]


def typed() -> list[Command]:
    """Return the commands of all pages; publishing what is there already takes a minute and changes nothing."""
    every = [command for page in PAGES for command in commands(ROOT / page)]
    return [
        command
        for place, command in enumerate(every)
        if "publish" not in command.line or command not in every[:place]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("command", typed(), ids=lambda command: command.line)
def test_commands(command, folder, machine, monkeypatch, capsys):
    """In this process, where kernels are loaded once."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", shlex.split(command.line))
    if " mark " in command.line:
        time.sleep(1)  # as a reader: what follows what is a reason, and times are in seconds
    with pytest.raises(SystemExit) as left:
        main()
    printed = capsys.readouterr()
    assert not left.value.code, printed.err
    assert printed.out.strip()
    assert "Traceback" not in printed.err
    assert not command.missing(printed.out)


@pytest.mark.slow
@pytest.mark.parametrize("page", CODE)
def test_python(page, folder, machine, monkeypatch):
    monkeypatch.chdir(folder)
    exec(compile(code(ROOT / page, "python"), page, "exec"), {})


@pytest.fixture(scope="module")
def own(folder, movielens) -> Path:
    """The graph of a reader's own: it has a series, and who directed what."""
    frames = movielens.to_frames()
    titles = frames["titles"]
    series = pd.DataFrame({"title_id": ["b5"], "title": ["Babylon 5"], "year": [1994], "kind": ["series"]})
    directors = pd.DataFrame({"title_id": titles["title_id"], "role": "directed"})
    directors["person_id"] = directors["name"] = "d" + (directors.index % 200).astype(str)
    directors["gender"] = np.where(directors.index % 200 % 3, "M", "F")
    frames |= {"titles": pd.concat([titles, series], ignore_index=True), "people": directors}
    graph = cinewalk.load(**frames)
    save(graph, folder / "mine.cinewalk")
    return save(graph, folder / "my.cinewalk")


@pytest.mark.slow
@pytest.mark.parametrize("page", GOES_ON)
def test_python_that_goes_on(page, folder, own, movielens, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["python"])
    text = re.sub(r'"neo4j://localhost(:\d+)?"', repr(str(own)), code(ROOT / page, "python"))
    with Recommender(movielens) as reco:
        names = {"cinewalk": cinewalk, "graph": movielens, "settings": Settings(), "reco": reco}
        exec(compile(text, page, "exec"), names)


def test_the_comparison_shows_the_figures_of_the_leaderboard():
    def table(page: str, heading: str) -> dict[str, list[str]]:
        part = (ROOT / page).read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
        rows = [
            [cell.strip() for cell in line.split("|")[1:-1]] for line in part.split("\n") if line[:2] == "| "
        ]
        return {name.replace("*", "").split(" ")[0].lower(): cells for name, *cells in rows}

    at_10, at_20 = (table("docs/leaderboard.md", f"## At {k}\n") for k in (10, 20))
    shown = table("docs/compare.md", "## Measured\n")
    for name in ("blend", "newcomers", "ease", "ials", "bpr", "cosine", "popularity"):
        ours = [at_10[name][1].split()[0], at_20[name][0].split()[0], at_10[name][4]]
        assert shown[name] == ours, name
