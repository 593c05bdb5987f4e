"""Every message and page names the extra that brings what is missing, and only extras that there are."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from cinewalk.errors import MissingPackageError
from cinewalk.extras import EXTRAS, need

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WRITTEN = PROJECT["optional-dependencies"]
#: Extras of those who work on it, and names of earlier versions.
OURS, FORMER = {"bench", "dev", "docs", "test"}, {"audit", "import"}
IMPORTED = {
    "vl-convert-python": "vl_convert",
    "python-multipart": "python_multipart",
    "prometheus-client": "prometheus_client",
}
CODE = sorted(
    file
    for room in ("graph", "loaders", "queries", "src/cinewalk/cli", "src/cinewalk/serve")
    for file in (ROOT / room).rglob("*.py")
)
CODE += sorted((ROOT / "src/cinewalk").glob("*.py"))
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
]


def _brought(extra: str) -> set[str]:
    """Return what an extra installs, as it is imported."""
    packages: set[str] = set()
    for line in WRITTEN[extra]:
        if inner := re.fullmatch(r"cinewalk\[(.+)\]", line):
            packages |= {package for name in inner[1].split(",") for package in _brought(name)}
        else:
            name = re.split(r"[<>=!~ ]", line)[0]
            packages.add(IMPORTED.get(name, name))
    return packages


def test_the_extras_are_those_that_are_installed() -> None:
    assert set(WRITTEN) == {*EXTRAS, "all"} | OURS | FORMER
    for extra, packages in EXTRAS.items():
        assert set(packages) == _brought(extra), extra
    assert _brought("all") == {package for packages in EXTRAS.values() for package in packages}
    assert _brought("audit") == _brought("report")
    assert _brought("import") == set()


def test_pages_and_messages_name_extras_that_there_are() -> None:
    named = {}
    for file in (*CODE, *PAGES):
        for names in re.findall(r"(?:cinewalk|['\"]\.)\[([a-z,]+)\]", file.read_text(encoding="utf-8")):
            named |= dict.fromkeys(names.split(","), file)
    assert {"parquet", "report", "evaluate", "server", "spark", "web", "mcp"} <= set(named)
    assert set(named) <= {*EXTRAS, "all"} | OURS, named


def test_one_place_knows_which_extra_brings_a_package() -> None:
    asked = set()
    for file in CODE:
        for call in (
            node
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        ):
            name = getattr(call.func, "id", "")
            assert name != "MissingPackageError" or file.name == "extras.py", file
            if name == "need" and isinstance(call.args[0], ast.Constant):
                extra = call.args[0].value
                packages = {p.value for p in call.args[2:] if isinstance(p, ast.Constant)}
                assert packages <= set(EXTRAS[extra]), (file, packages)
                asked.add(extra)
    assert asked | {"spark"} == set(EXTRAS)


@pytest.mark.fault
@pytest.mark.parametrize(("extra", "package"), [(extra, p) for extra, ps in EXTRAS.items() for p in ps])
def test_a_missing_package_is_named_with_its_extra(monkeypatch, extra: str, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        MissingPackageError, match=rf"^This needs the package {package}: pip install 'cinewalk\[{extra}\]'\.$"
    ):
        need(extra, "This", package)


def test_a_package_of_another_extra_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="does not bring jinja2"):
        need("evaluate", "This", "jinja2")
