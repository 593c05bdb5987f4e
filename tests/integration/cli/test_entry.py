"""Processes that are stopped at some moment, or start where nothing can be written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.store.graph_folder import open_graph, save

pytestmark = [pytest.mark.integration, pytest.mark.fault]

_START = "from cinewalk.cli.entry import main; main()"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder with the example graph, a source and an export."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CINEWALK_GRAPH", str(save(example_graph(), tmp_path / "some.cinewalk")))
    (tmp_path / "source").mkdir()
    rows = "".join(
        f"u{user},t{user * title % 50},{1 + title % 5}\n" for user in range(200) for title in range(1, 30)
    )
    (tmp_path / "source" / "ratings.csv").write_text(f"user_id,title_id,rating\n{rows}")
    (tmp_path / "ratings.csv").write_text("Date,Name,Year,Letterboxd URI,Rating\n2024-01-01,Heat,1995,u,5\n")
    return tmp_path


#: Each must leave the graph as it was, or as it should be, and no half file under a final name.
COMMANDS = {
    "batch": "batch -o lists.jsonl --force",
    "evaluate": "evaluate source --walk blend --split random",
    "import": "import letterboxd ratings.csv --user zoe --yes",
    "load": "load source --out new.cinewalk",
    "mark": "mark ann heat --thumb up",
    "tune": "tune source --time 20",
    "recommend": "recommend ann",
}


def begun(code: str, *words: str) -> subprocess.Popen[str]:
    """Start a command, and return when it listens for signals; before that there is only Python itself."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            break
        time.sleep(0.005)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    "after", [pytest.param(0.0, marks=pytest.mark.slow), 0.7, pytest.param(2.5, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_signal_ends_a_command_in_one_line(here, command, after, number):
    process = begun(_START, *COMMANDS[command].split())
    time.sleep(after)
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    if process.returncode == 0:  # it was done before
        assert "stopped" not in said
    else:
        assert process.returncode == 128 + number, said
        assert said.rstrip().splitlines()[-1].startswith("stopped by ")
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert len(open_graph(here / "some.cinewalk").users) in (7, 8)
    if (here / "new.cinewalk").exists():
        open_graph(here / "new.cinewalk")
    assert not [file for file in here.glob("lists.jsonl") if not file.read_text().endswith("\n")]


def test_who_is_started_under_nohup_passes_signals_over(here):
    process = begun(
        f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {_START}", "recommend", "ann"
    )
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Brazil" in shown


#: Settings of the environment under which nothing, or little, can be written; root can write anywhere else.
NOWHERE = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), "/proc/nowhere")
ENVIRONMENTS = {
    "a home that cannot be written": NOWHERE,
    "a home that is a file": {"HOME": "/etc/hostname", "XDG_CACHE_HOME": "", "XDG_DATA_HOME": ""},
    "no home": {"HOME": None},
    "no environment but the path": dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "USER", "LANG")),
}


def ran(*words: str, code: str = "", **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run a command under another environment, without this one's home."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("CINEWALK_HOME", "CINEWALK_CACHE")
    }
    changed = {name: value for name, value in (kept | environment).items() if value is not None}
    start = f"{code}\n{_START}"
    return subprocess.run(
        [sys.executable, "-c", start, *words], env=changed, capture_output=True, text=True, timeout=300
    )


def test_a_list_of_a_kept_graph_takes_no_more_than_it_needs(here):
    """What is slow to import, and a list does without, is not imported."""
    code = "import atexit, sys; atexit.register(lambda: print(*{name.split('.')[0] for name in sys.modules}))"
    done = ran("recommend", "ann", "-g", str(here / "some.cinewalk"), code=code)
    assert done.returncode == 0, done.stderr
    imported = done.stdout.split()
    assert "numba" in imported
    assert not {"altair", "neo4j", "networkx", "pandas", "pandera", "requests"} & set(imported)


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_a_graph_is_read_without_a_home(here, environment):
    done = ran("feed", "top", "-g", str(here / "some.cinewalk"), **environment)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "Alien" in done.stdout


def test_what_needs_a_home_says_so_in_one_line(here):
    done = ran("load", "source", **NOWHERE, CINEWALK_GRAPH=None)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr


#: As a service's user whom the system does not know: no home can be found out, and the package is another's.
NOBODY = """
import pwd
from numba.core import caching
def unknown(_): raise KeyError("no such user")
pwd.getpwuid = unknown
caching.CacheImpl._locator_classes = [caching.UserWideCacheLocator]
"""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("feed top -g some.cinewalk", 0, "in memory"),
        ("recommend ann", 3, "this user has no home folder. Set CINEWALK_HOME"),
        ("load source", 3, "this user has no home folder. Set CINEWALK_HOME"),
        pytest.param("doctor", 3, "in memory", marks=pytest.mark.slow),
    ],
)
def test_a_user_without_a_home(here, words, code, said):
    nobody = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "CINEWALK_GRAPH"))
    done = ran(*words.split(), code=NOBODY, **nobody)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (here / "~").exists()


def test_folders_of_the_desktop_are_respected(here):
    done = ran("load", "source", XDG_DATA_HOME=str(here / "data"), HOME=str(here / "elsewhere"))
    assert done.returncode == 0, done.stderr
    assert list((here / "data" / "cinewalk" / "graphs").glob("*.cinewalk"))
    assert not (here / "elsewhere").exists()


def test_where_no_folder_can_keep_compiled_loops_they_are_compiled_in_memory(here):
    """As numba finds it under a service's user with a package of root's: none of its folders can be written."""
    code = "from numba.core import caching; caching.CacheImpl._locator_classes = []"
    done = ran("feed", "top", "-g", str(here / "some.cinewalk"), code=code)
    assert done.returncode == 0, done.stderr
    assert "Alien" in done.stdout
    told = [line for line in done.stderr.splitlines() if line.startswith("Compiling")]
    assert len(told) == 1
    assert "in memory" in told[0]
