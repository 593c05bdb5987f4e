"""What publishing a graph into a database would do there: nothing is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import PublishError
from cinewalk.graph.model import schema
from cinewalk.graph.model.settings import settings_in
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.published import derived_edges
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.server.connection import TIMEOUT, Connection
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.differences import compare

if TYPE_CHECKING:
    from neo4j import Driver

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.write.differences import Differences

#: Nodes and relationships that are written in a second, as docs/benchmarks.md has it.
_A_SECOND: Final = 20_000


@dataclass(frozen=True, slots=True)
class PlannedKind:
    """What publishing would do with the nodes of a label, or the relationships of a kind.

    Parameters
    ----------
    name
        The label, or the relationship's name in the schema.
    graph
        How many the graph has.
    there
        How many the database holds.
    merged
        How many of the graph are there already.
    surplus
        How many are there that the graph does not have: nodes that cinewalk has made, relationships of any; and
        those that the graph has with an earlier time. 0 for what is derived, which is replaced.
    """

    name: str
    graph: int
    there: int
    merged: int
    surplus: int = 0

    @property
    def new(self) -> int:
        """How many would be made."""
        return self.graph - self.merged


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """What publishing a graph into a database would do there.

    Parameters
    ----------
    place
        The server.
    source
        What is published there now, by name; ``None`` where nothing is.
    published
        When that was; ``None`` where nothing is in force.
    kinds
        Labels and kinds of relationships.
    refused
        Why publishing would be refused; ``None`` where it would not.
    seconds
        About how long writing would take.
    """

    place: str
    source: str | None
    published: str | None
    kinds: tuple[PlannedKind, ...]
    refused: str | None
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        kinds = {kind.name: asdict(kind) | {"new": kind.new} for kind in self.kinds}
        for facts in kinds.values():
            del facts["name"]
        return asdict(self) | {"kinds": kinds}


def plan_publishing(
    graph: Graph,
    driver: Driver | Connection,
    *,
    database: str | None = None,
    replace: bool = False,
    update: bool = False,
    settings: Settings | None = None,
    derived: bool = True,
    timeout: float = TIMEOUT,
    progress: Progress = no_progress,
) -> PublishPlan:
    """Tell what :func:`~cinewalk.loaders.neo4j.write.publish.publish` would do, and write nothing.

    Parameters
    ----------
    graph, driver, database, replace, update, settings, derived, timeout, progress
        As there.

    Returns
    -------
    PublishPlan

    Raises
    ------
    DatabaseError
        Where the database cannot be reached or refuses.
    """
    to = Connection.through(driver, database, timeout=timeout)
    before = compare(to, graph, schema.RELATIONSHIPS, progress)
    kinds = [*_nodes(to, graph, before), *_relationships(to, graph, before)]
    if derived:
        parts = Registry(graph, settings or settings_in(graph.prepared))
        for edges in derived_edges(parts, progress):
            there = to.read(statements.count_relationships(edges.kind))[0]["count"]
            kinds.append(PlannedKind(edges.kind.name, len(edges.sources), there, 0))
    known = before.run.get("published")
    return PublishPlan(
        to.place,
        before.run.get("source"),
        None if known is None else str(known)[:19] + "Z",
        tuple(kinds),
        _refused(before, to.place, is_wanted=replace or update),
        sum(kind.graph for kind in kinds) / _A_SECOND,
    )


def _refused(before: Differences, place: str, *, is_wanted: bool) -> str | None:
    try:
        before.check(place, is_wanted=is_wanted)
    except PublishError as error:
        return str(error)
    return None


def _nodes(to: Connection, graph: Graph, before: Differences) -> list[PlannedKind]:
    rows = []
    for label, held in before.nodes.items():
        there = to.read(statements.count_nodes(label))[0]["count"]
        merged = int((held.places >= 0).sum())
        rows.append(PlannedKind(label, len(graph.nodes[label]), there, merged, len(held.surplus)))
    return rows


def _relationships(to: Connection, graph: Graph, before: Differences) -> list[PlannedKind]:
    rows = []
    for name, held in before.edges.items():
        there = to.read(statements.count_relationships(schema.RELATIONSHIPS[name]))[0]["count"]
        surplus = len(held.sources) + held.later
        rows.append(PlannedKind(name, len(graph.relations[name]), there, held.common, surplus))
    return rows
