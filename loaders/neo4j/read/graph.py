"""Read a graph back from Neo4j: one row for each node, its relationships collected, into typed arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cinewalk.graph.attributes.privacy import smallest_of
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import assemble
from cinewalk.graph.model.maturity import allowed_likes
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, Preference
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import Prepared, PrivacyParameters, Settings
from cinewalk.graph.numeric.arrays import FrozenMapping
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.read import statements
from cinewalk.loaders.neo4j.read.edges import read_edges
from cinewalk.loaders.neo4j.read.mapping import DEFAULT_MAPPING, SchemaMapping
from cinewalk.loaders.neo4j.read.names_there import check_names
from cinewalk.loaders.neo4j.read.nodes import read_nodes
from cinewalk.loaders.neo4j.read.values import Rejects, Rules
from cinewalk.loaders.titles.same_titles import with_same_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cinewalk.graph.model.builder import Edges
    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.marks import EdgeMark
    from cinewalk.loaders.neo4j.read.nodes import NumberedNodes
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.loaders.tables.checks import RatingRange


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """How a database is to be read.

    Parameters
    ----------
    mapping
        Its names.
    preference
        How its events become likes; ``None`` for what the database says.
    rating_range
        The lowest and highest rating it may hold; ``None`` for the usual one, and for any in a database that
        cinewalk has written.
    max_rejects
        How many nodes and relationships with bad values may be left out.
    """

    mapping: SchemaMapping = DEFAULT_MAPPING
    preference: Preference | None = None
    rating_range: RatingRange | None = None
    max_rejects: int = 0


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """What was published last: its name, when, how its likes follow from its events, and how few may be told of.

    Between nodes of others its types begin with ``prefix``, and nothing else there was written by it.
    """

    run: Any
    published: str | None
    preference: Preference | None
    smallest: int | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class ReadState:
    """A graph as it was read, and what is needed to see what has changed since.

    Parameters
    ----------
    graph
        The graph.
    run
        What was published last, where anything was.
    marks
        By the name of the relationship, what those that were read come to; without ``likes`` where these follow from
        the events.
    """

    graph: Graph
    run: PublishedRun | None
    marks: Mapping[str, EdgeMark]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The relationships that were read."""
        return tuple(self.marks)

    @property
    def keeps_likes(self) -> bool:
        """Whether the database holds likes of its own or as they were published, beside the events."""
        return self.run is not None or schema.LIKES.name in self.kinds


def read_snapshot(connection: Connection, asked: ReadRequest, progress: Progress = no_progress) -> ReadState:
    """Read a graph, and what is needed to see later what has changed.

    Parameters
    ----------
    connection
        The database.
    asked
        How it is to be read.
    progress
        Told how far reading is.

    Raises
    ------
    SourceError
        Where the database holds nothing of this kind, lacks what the mapping names, or has more bad values than
        allowed.
    DatabaseError
        Where it does not answer.
    """
    run, counts = read_run(connection), count(connection, asked.mapping)
    check_names(connection, asked.mapping, counts)
    kinds = kinds_to_read(asked, run, counts)
    rules, rejects = rules_of(asked, run), Rejects(asked.max_rejects)
    nodes: dict[str, NumberedNodes] = {}
    for label in schema.NODES:
        progress(f"Reading {asked.mapping.labels.get(label, label)} nodes", 0, counts[label])
        nodes[label] = read_nodes(connection, asked.mapping, label, kinds, rules, rejects)
    read = {
        name: read_edges(connection, asked.mapping, name, nodes, rules, rejects, progress) for name in kinds
    }
    edges = {name: of_kind for name, (of_kind, _) in read.items()}
    marks = FrozenMapping({name: mark for name, (_, mark) in read.items()})
    graph = build({label: numbered.nodes for label, numbered in nodes.items()}, edges, asked.preference, run)
    return ReadState(graph, run, marks)


def read_run(connection: Connection) -> PublishedRun | None:
    """Read what was published last."""
    for run, published, smallest, prefix, *preference in (
        row.values() for row in connection.read(statements.READ_RUN)
    ):
        few = smallest if type(smallest) is int and smallest >= 0 else None
        return PublishedRun(run, published, preference_of(preference), few, prefix)
    return None


def preference_of(facts: Sequence[Any]) -> Preference | None:
    """Return how likes follow from events by what the run's node says; ``None`` where it does not."""
    known = all(isinstance(value, int | float) for value in facts)
    return Preference(*map(float, facts)) if known else None


def count(connection: Connection, mapping: SchemaMapping) -> dict[str, int]:
    """Count the nodes of every label and the relationships of every name, whatever their targets."""
    (row,) = connection.read(statements.count_everything(mapping))
    return dict(row)


def rules_of(asked: ReadRequest, run: PublishedRun | None) -> Rules:
    """What is asked of values: less in a database of this schema, and least of what cinewalk has written."""
    exact = asked.mapping == DEFAULT_MAPPING
    return Rules.of(exact=exact, written=_is_ours(run), rating_range=asked.rating_range)


def _is_ours(run: PublishedRun | None) -> bool:
    """Tell whether the nodes of the database were published, too."""
    return run is not None and run.prefix is None


def kinds_to_read(asked: ReadRequest, run: PublishedRun | None, counts: Mapping[str, int]) -> tuple[str, ...]:
    """Name the relationships to read: ``likes`` only where nobody says how they follow from the events."""
    given = run.preference is None if run is not None else counts[schema.LIKES.name] > 0
    names = schema.RELATIONSHIPS if asked.preference is None and given else _without_likes()
    return tuple(names)


def _without_likes() -> Iterable[str]:
    return (name for name in schema.RELATIONSHIPS if name != schema.LIKES.name)


def build(
    nodes: Mapping[str, Nodes],
    edges: Mapping[str, Edges],
    preference: Preference | None,
    run: PublishedRun | None,
) -> Graph:
    """Put a graph together from nodes and relationships.

    Parameters
    ----------
    nodes
        By label.
    edges
        By relationship; with ``likes`` these are taken as they are.
    preference
        How events become likes, as somebody has asked for it.
    run
        What was published last; where nothing was, titles that are the same film are looked for.
    """
    graph = _graph_of(nodes, edges, preference, run)
    if run is not None and run.smallest is not None and run.smallest != smallest_of(graph):
        kept = Settings(privacy=PrivacyParameters(run.smallest))
        graph = replace(graph, prepared=Prepared(kept, {}))
    is_said = _is_ours(run) or len(graph.relations[schema.SAME_AS.name])
    return graph if is_said else with_same_titles(graph)


def _graph_of(
    nodes: Mapping[str, Nodes],
    edges: Mapping[str, Edges],
    preference: Preference | None,
    run: PublishedRun | None,
) -> Graph:
    preference = preference or (run.preference if run else None) or DEFAULT_PREFERENCE
    given = edges.get(schema.LIKES.name)
    derived = assemble(nodes, edges, preference)
    if given is None:
        return derived
    likes = Relation.of(given.sources, given.targets, derived.likes.shape, given.properties)
    likes = allowed_likes(likes, derived.users, derived.titles)
    graph = replace(derived.with_relations({schema.LIKES.name: likes}), preference=None)
    return derived if run is None and graph.equals(derived) else graph
