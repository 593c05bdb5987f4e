"""The house rules that a machine can check."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import cinewalk
from cinewalk import errors
from cinewalk.cli_options import WalkName
from cinewalk.graph.parts import WALKS

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"graph": 0, "loaders": 1, "queries": 2, "door": 3}
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(cinewalk.__path__, "cinewalk.")
    if module.name != "cinewalk.__main__"
)


def _imports(path: Path) -> set[str]:
    """Name every module that a file imports, also inside functions; type-checking blocks aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    found = set()
    for node in set(ast.walk(tree)) - typing_only:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _room(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "cinewalk" or module.startswith("cinewalk.errors"):
        return None
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else "door"


#: ``Graph.publish(driver)`` is a word of the graph that people expect; loaders do the work when it is called.
THE_WAY_OUT = ("network.py", "cinewalk.loaders.neo4j_publish")


@pytest.mark.parametrize("room", ["graph", "loaders", "queries"])
def test_imports_go_one_way(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        for module in _imports(path):
            target = _room(module)
            allowed = target is None or ROOMS[target] <= ROOMS[room]
            assert allowed or (path.name, module.removesuffix(".publish")) == THE_WAY_OUT, f"{path}: {module}"


def test_the_graph_does_no_input_or_output() -> None:
    forbidden = {
        "neo4j",
        "os",
        "pathlib",
        "io",
        "shutil",
        "tempfile",
        "requests",
        "pooch",
        "pandas",
        "logging",
    }
    for path in (ROOT / "graph").glob("*.py"):
        found = {module.split(".")[0] for module in _imports(path)} & forbidden
        assert not found, f"{path} imports {found}"
        calls = {n.func.id for n in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_named_call(n)}
        assert not calls & {"open", "print", "input"}, path


def _is_named_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def test_the_door_opens_on_few_names_and_all_of_them_work() -> None:
    assert len(cinewalk.__all__) <= 12
    assert dir(cinewalk) == sorted(cinewalk.__all__)
    for name in cinewalk.__all__:
        value = getattr(cinewalk, name)
        assert value
        assert name == "__version__" or value.__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cinewalk.nothing  # noqa: B018


def test_importing_the_door_loads_nothing_heavy() -> None:
    code = "import sys, cinewalk, cinewalk.cli; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "numpy", "pandas", "networkx", "scipy"} & set(loaded.stdout.split())


def test_every_error_is_drawn_in_the_tree_and_exported() -> None:
    classes = {
        n for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.CinewalkError)
    }
    assert classes == set(errors.__all__)
    assert all(name in (errors.__doc__ or "") for name in classes)


def test_the_command_line_knows_every_walk() -> None:
    assert tuple(name.value for name in WalkName) == WALKS


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0


def test_the_benchmarks_still_fit_the_code() -> None:
    subprocess.run([sys.executable, "-c", "import benchmarks.spine"], cwd=ROOT, check=True)


def test_there_are_examples_to_run() -> None:
    finder = doctest.DocTestFinder()
    examples = [t for name in MODULES for t in finder.find(importlib.import_module(name)) if t.examples]
    assert len(examples) >= 20
