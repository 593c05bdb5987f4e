"""Somebody's first hour: a machine with only Python, the README's first command, the tutorial, and both notebooks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.markdown import code, commands

from ..neo4j_fixtures import free_ports

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.integration, pytest.mark.slow]

#: What a checkout has beside the project's own files.
OTHERS = shutil.ignore_patterns(".*", "_build", "build", "dist", "*.egg-info", "__pycache__", "*.cinewalk")

#: Runs a notebook as its reader does, cell by cell.
NOTEBOOK = """
import sys, nbformat
from nbclient import NotebookClient
NotebookClient(nbformat.read(sys.argv[1], 4), timeout=300, kernel_name="python3").execute()
"""


class Machine:
    """A folder of the project, an environment with nothing in it, and an empty home."""

    def __init__(self, place: Path) -> None:
        self.project, self.place = place / "project", place
        shutil.copytree(ROOT, self.project, ignore=OTHERS, symlinks=True)
        subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
        bolt_port, http_port = free_ports()
        left_out = ("PYTHONPATH", "NUMBA_CACHE_DIR", "CINEWALK_CACHE", "CINEWALK_GRAPH", "VIRTUAL_ENV")
        self.environment = {name: value for name, value in os.environ.items() if name not in left_out} | {
            "PATH": f"{place / 'venv' / 'bin'}:{os.environ['PATH']}",
            "CINEWALK_HOME": str(place / "home"),
            "CINEWALK_BOLT_PORT": str(bolt_port),
            "CINEWALK_HTTP_PORT": str(http_port),
        }

    def run(self, *words: str) -> str:
        """Run a command in the project's folder; return what it prints."""
        if " mark " in words[-1]:
            time.sleep(1)  # as a reader: what follows what is a reason, and times are in seconds
        done = subprocess.run(
            words, cwd=self.project, env=self.environment, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])
        assert "Traceback" not in done.stderr
        return done.stdout


def test_the_first_hour(tmp_path):
    machine = Machine(tmp_path)
    machine.run("pip", "install", "--quiet", ".")
    (demo,) = (command for command in commands(ROOT / "README.md") if command.line == "cinewalk demo")
    assert not demo.missing(machine.run("cinewalk", "demo"))
    machine.run("pip", "install", "--quiet", ".[server,report]", "nbclient", "ipykernel")
    try:
        for command in commands(ROOT / "docs" / "tutorial.md"):
            assert not command.missing(machine.run("bash", "-c", command.line)), command.line
    finally:
        machine.run("cinewalk", "neo4j", "stop")
    (tmp_path / "tutorial.py").write_text(code(ROOT / "docs" / "tutorial.md", "python"), encoding="utf-8")
    machine.run("python", str(tmp_path / "tutorial.py"))
    for notebook in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        machine.run("python", "-c", NOTEBOOK, str(notebook))
