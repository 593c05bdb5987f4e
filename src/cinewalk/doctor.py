"""What cinewalk needs of a machine, checked by doing it."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from typing import TYPE_CHECKING, Literal

from cinewalk.errors import CinewalkError
from cinewalk.extras import EXTRAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Result = Literal["ok", "note", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it came out, and what to know or do."""

    check: str
    result: Result
    detail: str

    def to_dict(self) -> dict[str, str]:
        """Return plain values under the names of the fields."""
        return {"check": self.check, "result": self.result, "detail": self.detail}

    def to_row(self) -> tuple[str, str, str]:
        """Return the values in order."""
        return self.check, self.result, self.detail


def examine() -> list[Finding]:
    """Run every check; none of them stops the others."""
    from cinewalk.loaders.fetch.cache import cache_folder
    from cinewalk.loaders.store.home import graphs_folder

    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    return [
        Finding("cinewalk", "ok", metadata.version("cinewalk")),
        Finding("Python", "ok", f"{platform.python_version()} ({sys.executable}), {system}"),
        *_packages(),
        _tried("compiled kernels", _kernels),
        _tried("graphs folder", lambda: _writable(graphs_folder())),
        _tried("cache folder", lambda: _writable(cache_folder())),
        _tried("kept graphs", _kept, missing="note"),
        _tried("current graph", _current, missing="note"),
    ]


def _packages() -> Iterator[Finding]:
    wanted = ("numpy", "pandas", "scipy", "numba", "networkx", "neo4j", "pandera")
    yield Finding("packages", "ok", ", ".join(f"{name} {metadata.version(name)}" for name in wanted))
    for extra, packages in EXTRAS.items():
        missing = [package for package in packages if util.find_spec(package) is None]
        if missing:
            lacks = f"without {', '.join(missing)}; only what needs it: pip install 'cinewalk[{extra}]'"
            yield Finding(f"extra {extra}", "note", lacks)
        else:
            yield Finding(f"extra {extra}", "ok", ", ".join(packages))


def _tried(check: str, attempt: Callable[[], str], missing: Result = "fail") -> Finding:
    try:
        return Finding(check, "ok", attempt())
    except CinewalkError as error:
        return Finding(check, missing, str(error))
    except OSError as error:
        return Finding(check, "fail", f"{error.filename}: {error.strerror}")


def _kernels() -> str:
    import numba

    from cinewalk.graph.model.example import example_graph
    from cinewalk.queries.recommender import Recommender

    first = Recommender(example_graph()).recommend("ann", k=1)[0]
    return f"numba {numba.__version__} recommends {first.label} on the example graph"


def _writable(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return str(folder)


def _kept() -> str:
    """Mend what interruptions have left of the graphs that are kept, and say which of them cannot be opened."""
    from cinewalk.errors import GraphFolderError
    from cinewalk.loaders.store.generations import mended
    from cinewalk.loaders.store.home import graphs_folder
    from cinewalk.loaders.store.listing import kept_graphs

    swept = mended(graphs_folder())
    problems = [summary.problem for summary in kept_graphs() if summary.problem]
    if problems:
        raise GraphFolderError(graphs_folder(), f"{len(problems)} cannot be opened", "; ".join(problems))
    names = ", ".join(summary.name for summary in kept_graphs()) or "none"
    return names + (f"; what interruptions had left of {', '.join(swept)} is swept" if swept else "")


def _current() -> str:
    from cinewalk.loaders.store.graph_folder import verify
    from cinewalk.loaders.store.home import current_graph
    from cinewalk.loaders.store.kept import open_kept

    path = current_graph()
    verify(path)
    kept = open_kept(path)
    told = f", {kept.entries:,} signals beside it" if kept.entries else ""
    gone = f" ({kept.gone:,} about titles that it does not have)" if kept.gone else ""
    return f"{path}: {kept.graph}{told}{gone}"
