"""How a database differs from the graph that is to be published into it; nothing is written here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import PublishError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.held import held_edges, held_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.schema import RelationshipType
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.loaders.neo4j.write.held import EdgesHeld, LabelHeld

#: What the node of the run says of whoever publishes.
_NOT_OF_THE_RUN: Final = frozenset({"name", "publisher", "publisherSince", "publisherSeen"})

#: What says that another source, or a newer one, lives in a database.
_SOURCES: Final = (schema.USER, schema.TITLE_NODE)


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """What a database holds beside a graph.

    Parameters
    ----------
    run
        The properties of the node of the run, empty where there is none.
    nodes
        By label.
    edges
        By relationship; empty where only nodes were compared.
    adopted
        Whether an earlier version has published there, which marked nothing as its own.
    clashes
        What there makes it impossible to publish, each as the beginning of a sentence.
    """

    run: Mapping[str, Any]
    nodes: Mapping[str, LabelHeld]
    edges: Mapping[str, EdgesHeld]
    adopted: bool
    clashes: tuple[str, ...]

    def other_source(self) -> dict[str, int]:
        """Count users and titles that cinewalk has written and the graph does not have, by label."""
        found = {node.label: len(self.nodes[node.label].surplus) for node in _SOURCES}
        return {label: count for label, count in found.items() if count}

    def newer(self) -> dict[str, int]:
        """Count what has happened there and the graph does not know of, by type."""
        found = {}
        for name, held in self.edges.items():
            kind = schema.RELATIONSHIPS[name]
            if kind in schema.EVENTS:
                found[kind.type] = len(held.sources) + held.later
            elif kind is schema.LIKES:
                found[kind.type] = int(held.without_event.sum())
        return {name: count for name, count in found.items() if count}

    def is_shared(self, kind: RelationshipType) -> bool:
        """Tell whether the graph has relationships of a kind between two nodes that others have made."""
        return all(self.nodes[label].merged for label in (kind.source, kind.target))

    def beyond(self) -> dict[str, int]:
        """Count what the database has that publishing the graph would take away or turn back."""
        return self.other_source() | self.newer()

    def check(self, place: str, *, is_wanted: bool = False) -> None:
        """Make sure that publishing can be done, and takes nothing away.

        Parameters
        ----------
        place
            The server, as messages name it.
        is_wanted
            Whether what the graph does not have may be there.

        Raises
        ------
        PublishError
            Where another source lives there, or a newer one, or keys that are none.
        """
        if self.clashes:
            raise PublishError(
                f"{place}: {self.clashes[0]}. Nothing has been written. Mend that, or name another database with "
                "--database."
            )
        beyond = self.beyond()
        if not beyond or is_wanted:
            return
        raise PublishError(
            f"{place}: {self.name} lives there{self.since}, with {_counted(beyond)} that the graph does not have. "
            f"Nothing has been written. `cinewalk publish bolt://{place}` brings up to date what is derived there, "
            "--replace puts the graph in its place, --database names another database."
        )

    @property
    def name(self) -> str:
        """What is published there, by name where it has one."""
        return self.run.get("source") or "another source"

    @property
    def since(self) -> str:
        """When it was published, as part of a sentence."""
        published = self.run.get("published")
        return f", published {str(published)[:19]}Z" if published else ""


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def compare(
    connection: Connection, graph: Graph, kinds: Iterable[str], progress: Progress = no_progress
) -> Differences:
    """Compare a database with a graph, which only reads.

    Parameters
    ----------
    connection
        The database.
    graph
        The graph.
    kinds
        The relationships to compare.
    progress
        Told how far reading is.

    Raises
    ------
    PublishError
        Where nodes there have keys of other types than those that publishing writes.
    """
    run = run_facts_of(connection)
    nodes = {label: held_nodes(connection, graph, label) for label in schema.NODES}
    clashes = tuple(
        text for label, held in nodes.items() for text in _clashes(schema.NODES[label], held, graph)
    )
    if "prefix" in run:
        clashes += (
            "cinewalk has published there with a mapping, between nodes of others; `cinewalk unpublish` ends that",
        )
    is_written = "privacySmallest" in run and "prefix" not in run
    adopted = is_written and not any(held.ours.any() for held in nodes.values())
    if adopted:
        nodes = {label: replace(held, ours=np.ones_like(held.ours)) for label, held in nodes.items()}
    edges = {name: held_edges(connection, graph, name, nodes, progress) for name in kinds}
    return Differences(run, nodes, edges, adopted, clashes)


def run_facts_of(connection: Connection) -> dict[str, Any]:
    """Return what is known of the run in force, without who publishes; empty where there is none."""
    rows = connection.read(statements.READ_RUN)
    known = rows[0]["facts"] if rows else {}
    return {fact: value for fact, value in known.items() if fact not in _NOT_OF_THE_RUN}


def _clashes(node: schema.NodeType, held: LabelHeld, graph: Graph) -> Iterator[str]:
    """Tell what stands in the way of keys that are text and are there once."""
    twice = next((key for key, times in Counter(held.keys).items() if key is not None and times > 1), None)
    if twice is not None:
        yield f"several {node.label} there have the {node.key.cypher} {twice!r}, so it is no key"
    ids = graph.nodes[node.label].ids
    numbers = sum(not isinstance(key, str) and str(key) in ids for key in held.keys if key is not None)
    if numbers:
        yield (
            f"{numbers:,} {node.label} there have a {node.key.cypher} that is no text and that the graph has as text, "
            "so each would be there twice"
        )
