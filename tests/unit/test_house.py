"""The house rules that a machine can check."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

import cinewalk
from cinewalk import errors
from cinewalk.graph.walks.registry import WALKS, WalkName
from tests.scripts import module_of

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("graph", "loaders", "queries")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(cinewalk.__path__, "cinewalk.")
    if module.name != "cinewalk.__main__"
)
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]


def _code() -> list[Path]:
    """Every file of code in the three rooms and the door."""
    folders = [
        *(ROOT / room for room in ROOMS),
        *(ROOT / "src" / "cinewalk" / room for room in ("cli", "serve")),
    ]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    return sorted([*files, *(ROOT / "src" / "cinewalk").glob("*.py")])


def _imports(path: Path) -> set[str]:
    """Name every module that a file imports, also inside functions."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    return {
        name
        for node in imports
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }


@pytest.mark.integration
def test_imports_go_one_way_from_floor_to_floor() -> None:
    """The order is written down once, in ``[tool.importlinter]``; folders that are not in it fail, too."""
    lint = subprocess.run(
        ["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert lint.returncode == 0, lint.stdout
    ordered = {contract["containers"][0] for contract in CONFIG["importlinter"]["contracts"]}
    rooms = [folder for folder in _folders() if folder.is_relative_to(ROOT) and "src" not in folder.parts]
    assert {f"cinewalk.{folder.relative_to(ROOT).parent}".replace("/", ".") for folder in rooms} <= ordered


def _folders() -> list[Path]:
    return sorted(
        {file.parent for file in _code() if file.parent.name != "cinewalk"} - {ROOT / r for r in ROOMS}
    )


@pytest.mark.unit
def test_every_folder_of_code_is_a_listed_package_that_says_what_it_is_for() -> None:
    folders = {file.parent for file in _code()}
    names = {
        f"cinewalk.{folder.relative_to(ROOT)}".replace("cinewalk.src/cinewalk", "cinewalk").replace("/", ".")
        for folder in folders
    }
    assert names == set(CONFIG["setuptools"]["packages"])
    for folder in folders:
        text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
        assert folder.name == "cinewalk" or "Start reading in ``" in text, folder


@pytest.mark.unit
def test_the_picture_of_the_house_is_drawn_from_today() -> None:
    house = module_of(ROOT / "docs" / "house.py")
    assert house.draw() == (ROOT / "docs" / "images" / "house.svg").read_text(encoding="utf-8"), "make docs"


def _is(function: ast.AST, decorator: str) -> bool:
    return isinstance(function, ast.FunctionDef) and any(
        isinstance(mark, ast.Name) and mark.id == decorator for mark in function.decorator_list
    )


def _named_outside_loops(node: ast.AST) -> set[str]:
    """Return the names that are used anywhere but inside compiled functions."""
    if _is(node, "compiled") or _is(node, "nested"):
        return set()
    named = (
        {node.id} if isinstance(node, ast.Name) else {node.attr} if isinstance(node, ast.Attribute) else set()
    )
    return named.union(*(_named_outside_loops(child) for child in ast.iter_child_nodes(node)))


@pytest.mark.unit
def test_what_only_loops_are_to_call_is_called_by_nothing_else() -> None:
    """From Python it would run uncompiled: right, and a hundred times slower, with nobody told."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in _code()}
    parts = {node.name for tree in trees.values() for node in tree.body if _is(node, "nested")}
    assert len(parts) > 40
    for file, tree in trees.items():
        assert not parts & _named_outside_loops(tree), file


@pytest.mark.unit
def test_folders_files_and_functions_stay_small() -> None:
    for folder in _folders():
        files = [file for file in folder.glob("*.py") if file.name != "__init__.py"]
        assert len(files) <= 16 or folder.name == "cli", folder
    for file in _code():
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text)
        assert text.count("\n") <= 300 or "One file, because" in (ast.get_docstring(tree) or ""), file
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert _lines(node) <= 40, f"{file}: {node.name}"


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring."""
    first, last = function.body[0], function.end_lineno
    doc = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return last - function.lineno + 1 - doc


@pytest.mark.unit
def test_one_word_for_one_thing() -> None:
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in _code()}
    classes = [n.name for tree in trees.values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    assert [name for name, times in Counter(classes).items() if times > 1] == []
    vague = Counter(
        name
        for tree in trees.values()
        for node in ast.walk(tree)
        for name in [getattr(node, "id", None) or getattr(node, "arg", None)]
        if name in ("found", "one", "own")
    )
    assert vague.total() < 150, vague


@pytest.mark.unit
def test_tests_lie_on_the_floor_of_what_they_test() -> None:
    for layer in ("unit", "oracle", "property", "contract", "integration"):
        for folder in (ROOT / "tests" / layer).rglob("*/"):
            floor = folder.relative_to(ROOT / "tests" / layer)
            if folder.name != "__pycache__":
                assert (ROOT / floor).is_dir() or (ROOT / "src" / "cinewalk" / floor).is_dir(), folder
                assert (folder / "__init__.py").exists(), folder


@pytest.mark.unit
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
    files = sorted((ROOT / "graph").rglob("*.py"))
    assert len(files) > 60
    for path in files:
        # Nodes and graphs hand out their tables; what that takes is imported when somebody asks for it.
        lent = {"pandas"} if path.name in {"graph.py", "conversions.py"} else set()
        found = {module.split(".")[0] for module in _imports(path)} & forbidden - lent
        assert not found, f"{path} imports {found}"
        calls = {n.func.id for n in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_named_call(n)}
        assert not calls & {"open", "print", "input"}, path


@pytest.mark.unit
def test_only_the_console_writes_to_the_terminal() -> None:
    """So that all of it is cleaned; two modules that `make docs` runs print pages of ours."""
    ours = {
        ROOT / "queries/neo4j/guide.py",
        ROOT / "queries/neo4j/ready_page.py",
        ROOT / "src/cinewalk/console.py",
    }
    for file in set(_code()) - ours:
        names = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        writers = {
            "print",
            "typer.echo",
            "typer.prompt",
            "typer.secho",
            "sys.stdout.write",
            "sys.stderr.write",
        }
        assert not names & writers, file


def _is_named_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


@pytest.mark.unit
def test_the_door_opens_on_few_names_and_all_of_them_work() -> None:
    assert len(cinewalk.__all__) <= 12
    assert dir(cinewalk) == sorted(cinewalk.__all__)
    for name in cinewalk.__all__:
        value = getattr(cinewalk, name)
        assert value
        assert name == "__version__" or value.__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cinewalk.nothing  # noqa: B018


@pytest.mark.integration
def test_importing_the_door_loads_nothing_heavy() -> None:
    code = "import sys, cinewalk, cinewalk.cli.app; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "numpy", "pandas", "networkx", "scipy"} & set(loaded.stdout.split())


@pytest.mark.unit
def test_every_error_is_drawn_in_the_tree_and_exported() -> None:
    classes = {
        n for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.CinewalkError)
    }
    assert classes == set(errors.__all__)
    assert all(name in (errors.__doc__ or "") for name in classes)


@pytest.mark.unit
def test_type_checkers_and_the_command_line_know_every_walk() -> None:
    assert get_args(WalkName) == WALKS


@pytest.mark.unit
@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0


@pytest.mark.integration
def test_the_benchmarks_still_fit_the_code() -> None:
    subprocess.run([sys.executable, "-c", "import benchmarks.spine"], cwd=ROOT, check=True)


@pytest.mark.unit
def test_there_are_examples_to_run() -> None:
    finder = doctest.DocTestFinder()
    examples = [t for name in MODULES for t in finder.find(importlib.import_module(name)) if t.examples]
    assert len(examples) >= 20
