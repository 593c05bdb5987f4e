"""The command `publish`: a graph and what follows from it, written into Neo4j."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from cinewalk import console
from cinewalk.cli.load_options import MappingOption  # noqa: TC001 - typer reads it
from cinewalk.cli.options import Json, settings_of
from cinewalk.cli.publish_mapped import Target, publish_between
from cinewalk.cli.publish_tables import print_plan, print_published
from cinewalk.errors import LocalServerError, PublishError, RequestError
from cinewalk.loaders.neo4j.server.address import is_address, same_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.published import DerivedEdges
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.loaders.neo4j.write.bulk_import import ImportedRun
    from cinewalk.loaders.neo4j.write.plan import PublishPlan
    from cinewalk.loaders.neo4j.write.publish import Published

EPILOG = (
    "Examples: `cinewalk publish movielens-100k` · `cinewalk publish my-folder --fresh --recommended 10` · "
    "`cinewalk publish movielens-32m --bulk import-files` · "
    "`cinewalk publish neo4j://localhost --mapping recommendations`"
)

SourceArgument = Annotated[
    str | None,
    typer.Argument(
        help="A data set's name, a folder, a .cinewalk graph or the address of a Neo4j; else the graph loaded last."
    ),
]
UriOption = Annotated[
    str | None, typer.Option("--uri", help="The Neo4j; else $NEO4J_URI, else the local server.")
]
DatabaseOption = Annotated[str | None, typer.Option("--database", help="Its database; else $NEO4J_DATABASE.")]
FreshOption = Annotated[
    bool,
    typer.Option("--fresh", help="Refuse a database that holds anything yet; faster on an empty one."),
]
ReplaceOption = Annotated[
    bool,
    typer.Option("--replace", help="Remove what cinewalk has written there and this graph does not have."),
]
PrefixOption = Annotated[
    str | None,
    typer.Option(
        "--prefix", help="With --mapping: how the types begin that are written. [default: CINEWALK_]"
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only tell what would be written, and what stands in the way.")
]
BaseOption = Annotated[
    bool, typer.Option("--base/--no-base", help="Write the graph itself; not after an import, say.")
]
DerivedOption = Annotated[
    bool, typer.Option("--derived/--no-derived", help="Write SIMILAR, SHARES_TASTE and PART_OF, too.")
]
RecommendedOption = Annotated[
    int, typer.Option("--recommended", min=0, help="Write everybody's list of so many titles, too.")
]
AuditOption = Annotated[
    bool,
    typer.Option("--audit", help="Write the figures of `cinewalk audit`, too: groups, and nobody's own."),
]
BulkOption = Annotated[
    Path | None,
    typer.Option(
        "--bulk",
        help="For millions: write files for `neo4j-admin database import` here, and import locally.",
    ),
]
DeriveOption = Annotated[
    Path | None, typer.Option("--config", help="Settings of the walks (TOML) for what is derived.")
]
TimeoutOption = Annotated[float, typer.Option("--timeout", help="Seconds that one transaction may take.")]


def publish(
    source: SourceArgument = None,
    uri: UriOption = None,
    database: DatabaseOption = None,
    fresh: FreshOption = False,
    replace: ReplaceOption = False,
    dry_run: DryRunOption = False,
    base: BaseOption = True,
    derived: DerivedOption = True,
    recommended: RecommendedOption = 0,
    audit: AuditOption = False,
    bulk: BulkOption = None,
    mapping: MappingOption = None,
    prefix: PrefixOption = None,
    config: DeriveOption = None,
    timeout: TimeoutOption = 60.0,
    as_json: Json = False,
) -> None:
    """Write a graph into Neo4j, with the relationships that its walks take.

    It may run again at any time: what is there is left, what is missing is added, and what an earlier run has
    derived is replaced at once when the new is in. Where another source lives there, or a newer one, nothing is
    written unless --replace says so. The address of a Neo4j brings what is derived there up to date. With --mapping
    only what is derived is written, between nodes that others have made.
    """
    if recommended and not derived:
        raise RequestError("--recommended needs what is derived: leave out --no-derived.")
    target = Target(uri, database, timeout)
    if mapping is not None:
        others = {"--fresh": fresh, "--replace": replace, "--dry-run": dry_run, "--audit": audit}
        others |= {"--no-base": not base, "--no-derived": not derived, "--bulk": bulk is not None}
        lists = partial(_lists, k=recommended)
        published, place = publish_between(target, source, (mapping, prefix), config, lists, others)
        print_published(published, place, as_json=as_json)
        return
    if prefix is not None:
        raise RequestError("--prefix goes with --mapping: under its own names cinewalk has none.")
    wanted = _Wanted(fresh, replace, base, derived, recommended, audit, bulk, config)
    _publish(target, source, wanted, dry_run=dry_run, as_json=as_json)


class _Wanted(NamedTuple):
    """What is to be published, and how; as the options say."""

    fresh: bool
    replace: bool
    base: bool
    derived: bool
    recommended: int
    audit: bool
    bulk: Path | None
    config: Path | None


def _publish(target: Target, source: str | None, wanted: _Wanted, *, dry_run: bool, as_json: bool) -> None:
    from cinewalk.loaders.store.home import current_graph

    source = str(source or current_graph())
    target = target._replace(uri=target.uri or (source if is_address(source) else None))
    with console.progress_bar() as progress:
        graph = _graph(source, wanted.config, target.database, progress)
        if dry_run:
            with target.open() as to:
                print_plan(_plan(graph, to, source, wanted, progress), as_json=as_json)
            return
        figures = _audited(graph, progress) if wanted.audit else None
        imported = None
        if wanted.bulk is not None:
            with target.open() as to:
                imported = _import(graph, wanted.bulk, wanted.derived, to, progress)
            wanted = wanted._replace(fresh=False, base=False)
        with target.open() as to:
            published = _write(graph, to, source, wanted, figures, imported, progress)
    print_published(published, to.place, as_json=as_json)


def _write(
    graph: Graph,
    to: Connection,
    source: str,
    wanted: _Wanted,
    figures: list[dict[str, Any]] | None,
    imported: ImportedRun | None,
    progress: Progress,
) -> Published:
    from cinewalk.loaders.neo4j.write.audit import write_audit
    from cinewalk.loaders.neo4j.write.publish import publish as write
    from cinewalk.loaders.store.graph_folder import SUFFIX

    _hint(graph, to, wanted)
    published = write(
        graph,
        to,
        fresh=wanted.fresh,
        replace=wanted.replace,
        update=_is_from(source, to),
        base=wanted.base,
        source=None if is_address(source) else Path(source).name.removesuffix(SUFFIX),
        derived=wanted.derived,
        recommended=_lists(graph, wanted.recommended),
        imported=imported,
        progress=progress,
    )
    if figures is not None:
        write_audit(to, figures)
    return published


def _is_from(source: str, to: Connection) -> bool:
    """Tell whether the graph comes from the database that it is published to."""
    return is_address(source) and same_server(source, f"bolt://{to.place}")


def _plan(graph: Graph, to: Connection, source: str, wanted: _Wanted, progress: Progress) -> PublishPlan:
    from cinewalk.loaders.neo4j.write.plan import plan_publishing

    update = _is_from(source, to)
    return plan_publishing(
        graph, to, replace=wanted.replace, update=update, derived=wanted.derived, progress=progress
    )


def _graph(source: str, config: Path | None, database: str | None, progress: Progress) -> Graph:
    from cinewalk.graph.walks.prepare import prepare
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.loaders.load import load

    if not is_address(source):
        graph = load(source, progress=progress, notify=console.say)
        return prepare(Registry(graph, settings_of(config, graph)), progress)
    graph = load(source, database=database, progress=progress)
    settings = _settings_there(source, database) if config is None else settings_of(config, graph)
    return prepare(Registry(graph, settings), progress)


def _settings_there(source: str, database: str | None) -> Settings:
    """Return the settings of the run in force in a database, else the defaults."""
    from cinewalk.loaders.neo4j.server.connection import connect
    from cinewalk.loaders.neo4j.write.differences import run_facts_of
    from cinewalk.loaders.neo4j.write.run_facts import settings_of_run

    with connect(source, database=database) as place:
        return settings_of_run(run_facts_of(place))


def _lists(graph: Graph, k: int) -> Callable[[], DerivedEdges] | None:
    from cinewalk.queries.neo4j.publishing import recommended
    from cinewalk.queries.recommender import Recommender

    return (lambda: recommended(Recommender(graph), k)) if k else None


def _audited(graph: Graph, progress: Progress) -> list[dict[str, Any]]:
    from cinewalk.queries.audit.audit import audit
    from cinewalk.queries.neo4j.audit_nodes import audit_nodes

    return audit_nodes(audit(graph, settings_of(None, graph), progress=progress))


def _hint(graph: Graph, to: Connection, wanted: _Wanted) -> None:
    from cinewalk.loaders.neo4j.write.bulk_import import MANY, relationship_count
    from cinewalk.loaders.neo4j.write.publish import held_nodes

    if not wanted.base:
        return
    count = relationship_count(graph, _parts(graph) if wanted.derived else None)
    if count > MANY and not held_nodes(to):
        console.say(
            f"{count:,} relationships or more take a while this way; `--bulk FOLDER` imports them much faster."
        )


def _parts(graph: Graph) -> Registry:
    from cinewalk.graph.walks.registry import Registry

    return Registry(graph, settings_of(None, graph))


def _import(
    graph: Graph, folder: Path, derived: bool, to: Connection, progress: Progress
) -> ImportedRun | None:
    """Import into the local server, what is derived with it, or say which command imports the rest on another one."""
    from cinewalk.loaders.neo4j.server.server import local_server
    from cinewalk.loaders.neo4j.write.bulk_import import write_import_files
    from cinewalk.loaders.neo4j.write.publish import check_empty

    check_empty(to, "--bulk")
    server = local_server()
    name = to.database or "neo4j"
    local = server.address()
    is_here = local is not None and same_server(local.uri, f"bolt://{to.place}")
    parts = _parts(graph) if derived and is_here else None
    words, imported = write_import_files(graph, folder.resolve(), progress, parts)
    if not is_here:
        command = shlex.join(["neo4j-admin", *words, "--overwrite-destination=true", name])
        raise PublishError(
            f"The files are in {folder}. On the machine of {to.place} stop Neo4j, run `{command}`, start it, and "
            "publish again with --no-base instead of --bulk for the rest."
        )
    to.close()
    server.stop()
    progress("Importing", 0, 0)
    lines: list[str] = []
    code = server.admin(*words, "--overwrite-destination=true", name, notify=lines.append)
    server.start(progress)
    if code:
        raise LocalServerError(f"The import failed: {' '.join(lines[-2:])}. The database is as it was.")
    return imported
