"""The README does what it says: its commands and its code run, and its capture is what is printed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cinewalk.cli.app import main
from cinewalk.loaders.neo4j.server.server import LocalServer
from tests.conftest import ROOT

from ..neo4j_fixtures import free_ports

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("readme")]

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
CINEWALK = [sys.executable, "-m", "cinewalk"]


def console_lines() -> list[str]:
    lines = [
        line.split("  #")[0].strip()
        for kind, text in BLOCKS
        if kind == "console"
        for line in text.split("\n")
    ]
    return [line for line in lines if line.startswith("cinewalk ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, movielens) -> Path:
    """An empty folder with what the README's reader has beside them: the example, and films of their own."""
    place = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "docs" / "example", place / "docs" / "example")
    (place / "my-films").mkdir()
    rows = [
        "user_id,title_id,rating",
        "me,Alien,9",
        "me,Heat,3",
        "you,Alien,10",
        "you,Fargo,8",
        "you,Heat,eleven",
    ]
    (place / "my-films" / "ratings.csv").write_text("\n".join(rows))
    (place / "marks.csv").write_text("viewer,film_nr,mark\nann,1,5\nbo,1,4\n")
    return place


def test_there_is_something_to_run():
    assert len(console_lines()) >= 8
    assert sum(kind == "python" for kind, _ in BLOCKS) >= 2


def test_the_two_commands_that_it_promises_stand_alone():
    lines = [text.strip() for kind, text in BLOCKS if kind == "console"]
    assert "pip install . && cinewalk demo" in lines
    assert "pip install -e '.[test]' && python -m pytest -n 2" in lines


@pytest.fixture(scope="module")
def ports():
    """Let the README's server listen where nobody else does, and stop it whatever happens."""
    bolt_port, http_port = free_ports()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CINEWALK_BOLT_PORT", str(bolt_port))
        patch.setenv("CINEWALK_HTTP_PORT", str(http_port))
        yield
        LocalServer().stop()


@pytest.mark.parametrize("line", console_lines())
def test_commands(line, folder, ports, monkeypatch, capsys):
    """In this process, where kernels are loaded once; the capture below comes from a process of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    with pytest.raises(SystemExit) as left:
        main()
    shown = capsys.readouterr()
    assert not left.value.code, shown.err
    assert shown.out.strip()
    assert "Traceback" not in shown.err


def test_python(folder, monkeypatch):
    monkeypatch.chdir(folder)
    code = "\n".join(text for kind, text in BLOCKS if kind == "python")
    exec(compile(code, "README.md", "exec"), {})


def test_the_capture_is_what_is_printed(folder):
    done = subprocess.run(
        [*CINEWALK, "demo"], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True
    )
    printed = " ".join(done.stdout.replace("\N{NO-BREAK SPACE}", " ").split())
    capture = next(text for kind, text in BLOCKS if kind == "console" and text.startswith("$ cinewalk demo"))
    shown = [line for line in capture.split("\n")[1:] if line.strip() and line.strip() != "…"]
    assert len(shown) >= 12
    for line in shown:
        for part in re.split(r"  +", line.strip()):
            words = " ".join(part.split())
            assert words in printed or all(word in printed for word in words.split()), line
