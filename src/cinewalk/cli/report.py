"""What the commands `audit` and `card` share, and the page of `audit --html`: a bias found, and what a remedy does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cinewalk import console
from cinewalk.cli.options import recommender, settings_of
from cinewalk.cli.output_file import note
from cinewalk.errors import StorageError
from cinewalk.extras import need
from cinewalk.loaders.neo4j.server.address import is_address

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.audit.figures import Audit


def need_measures(purpose: str) -> None:
    """Refuse before the work where a package is missing that measures.

    Raises
    ------
    MissingPackageError
        Where it is.
    """
    need("report", purpose, "fairlearn", "ranx")


def opened(source: str | None, config: Path | None, progress: Progress) -> tuple[Graph, Settings]:
    """Return the graph that is meant with all that was told of it, and the settings of its walks."""
    from cinewalk.loaders.load import load

    if source is None:
        reco = recommender(None, config)
        return reco.graph, reco.settings
    graph = load(source, progress=progress, notify=console.say)
    return graph, settings_of(config, graph)


def check(path: Path) -> None:
    """Refuse before the work what would fail after it.

    Raises
    ------
    MissingPackageError
        Where something is not installed that draws the page.
    StorageError
        Where there is no such folder.
    """
    from cinewalk.queries.report.report import check_packages

    check_packages()
    if not path.resolve().parent.is_dir():
        raise StorageError(f"{path}: there is no folder {path.parent}. Make it, or choose another place.")


def write(
    path: Path,
    graph: Graph,
    settings: Settings,
    audit: Audit,
    source: str | None,
    walk: str | None,
    seed: int,
    progress: Progress,
) -> None:
    """Write the page of an audit.

    Parameters
    ----------
    path
        Where.
    graph, settings, walk, seed
        What the audit was made with.
    audit
        The audit.
    source
        What was audited; ``None`` for the graph loaded last.
    progress
        Told how far the work is.
    """
    from cinewalk.loaders.store.home import current_graph
    from cinewalk.queries.report.example import worked_example
    from cinewalk.queries.report.report import write_report

    example = worked_example(graph, settings, audit, walk=walk, seed=seed, progress=progress)
    progress("Drawing", 0, 0)
    write_report(audit, path, source=name_of(source or str(current_graph())), example=example)
    note(source, path, "report")
    console.say(f"The page is {path}.")


def name_of(source: str) -> str:
    """Return what to call a source where others read it: no path of this machine, and no address.

    >>> name_of("/home/ann/films.cinewalk"), name_of("neo4j://ann:secret@graph.example:7687")
    ('films', 'a Neo4j database')
    """
    return "a Neo4j database" if is_address(source) else Path(source).resolve().name.removesuffix(".cinewalk")
