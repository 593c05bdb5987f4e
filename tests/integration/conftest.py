"""What integration tests share: commands run in this process, as a person runs them, and a web browser."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from cinewalk.cli.app import main
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.store.graph_folder import save
from cinewalk.loaders.store.home import graph_path
from cinewalk.queries.audit.audit import audit

from ..conftest import missing

#: What keeps a browser from asking the network for things of its own.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder and home; return its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "home"))

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cinewalk", *words])
        with pytest.raises(SystemExit) as left:
            main()
        shown = capsys.readouterr()
        return int(left.value.code or 0), shown.out, shown.err

    return command


@pytest.fixture
def kept(run, movielens):
    """MovieLens-100K in the empty home, as an earlier `cinewalk load` kept it."""
    return save(movielens, graph_path("movielens-100k"))


@pytest.fixture(scope="session")
def audited(movielens):
    """The audit of MovieLens-100K, made once; all tests that read it run in one process."""
    return audit(movielens, Settings())


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory):
    """Where pictures are kept: ``CINEWALK_SCREENSHOTS=docs/images`` (``make screenshots``) for the documentation."""
    folder = os.environ.get("CINEWALK_SCREENSHOTS")
    return Path(folder).resolve() if folder else tmp_path_factory.mktemp("screenshots")


@pytest.fixture(scope="module")
def chromium():
    """A real web browser without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed: pip install -e '.[test]'")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing("there is no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=QUIET)
        yield browser
        browser.close()
