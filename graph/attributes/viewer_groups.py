"""Who is in which group: for every kind of group, one group for each viewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.extras import need
from cinewalk.graph.model import schema
from cinewalk.graph.model.edges import keep_edges
from cinewalk.graph.model.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array

#: Who is in no group of a kind, and what has no value of an attribute.
UNKNOWN: Final = "unknown"

#: Between the values of somebody who is in several groups of one kind.
_AND: Final = " & "


@dataclass(frozen=True, slots=True, eq=False)
class ViewerGroups:
    """The groups of one kind, so that each viewer is in exactly one.

    Parameters
    ----------
    kind
        ``age``, say.
    values
        Each group's value, in order; :data:`UNKNOWN` for who is in none, and ``A & B`` for who is in both.
    labels
        For every viewer, the place of theirs among ``values``.
    """

    kind: str
    values: tuple[str, ...]
    labels: Int64Array

    def of(self, users: Int32Array) -> ViewerGroups:
        """Return the groups of some viewers; groups without any are left out."""
        there, labels = np.unique(self.labels[users], return_inverse=True)
        return ViewerGroups(self.kind, tuple(self.values[i] for i in there.tolist()), labels.astype(np.int64))


def kinds_and_values(graph: Graph) -> tuple[list[str], list[str]]:
    """Return the kind and the value of each group of a graph.

    >>> from cinewalk.graph.model.example import example_graph
    >>> kinds_and_values(example_graph())
    (['age', 'age'], ['18-24', '25-34'])
    """
    parts = [group_id.partition("=") for group_id in graph.nodes[schema.GROUP.label].ids.ids]
    return [kind for kind, _, _ in parts], [value for _, _, value in parts]


def kinds_of(graph: Graph, relation: schema.RelationshipType = schema.USER_IN_GROUP) -> tuple[str, ...]:
    """Return the kinds of groups that viewers (or people) are in.

    >>> from cinewalk.graph.model.example import example_graph
    >>> kinds_of(example_graph()), kinds_of(example_graph(), schema.PERSON_IN_GROUP)
    (('age',), ())
    """
    kinds, _ = kinds_and_values(graph)
    return tuple(dict.fromkeys(kinds[group] for group in np.unique(graph.relations[relation.name].indices)))


def checked_kinds(
    asked: str | Iterable[str] | None, there: Sequence[str], whose: str, usual: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Return the kinds of groups that are meant, each once.

    Parameters
    ----------
    asked
        One or several; ``None`` for ``usual``.
    there
        Those that there are.
    whose
        Whose groups they are, for a message: ``"of viewers "``, or nothing.
    usual
        By default all that there are.

    Raises
    ------
    RequestError
        Where there is no such kind.
    """
    if asked is None:
        return tuple(there if usual is None else usual)
    kinds = tuple(dict.fromkeys([asked] if isinstance(asked, str) else asked))
    for kind in kinds:
        if kind not in there:
            raise RequestError(
                f"there are no groups {whose}by {kind!r}; there are groups by {', '.join(there) or 'nothing'}."
            )
    return kinds


def viewer_groups(graph: Graph, kinds: Sequence[str]) -> list[ViewerGroups]:
    """Return the groups of several kinds.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> groups, = viewer_groups(example_graph(), ["age"])
    >>> groups.values, groups.labels.tolist()
    (('18-24', '25-34'), [0, 1, 0, 1, 0, 1, 0])
    """
    of_groups, values = kinds_and_values(graph)
    members = graph.relations[schema.USER_IN_GROUP.name]
    sources, count = members.sources, len(graph.users)
    groups = []
    for kind in kinds:
        texts = [""] * count
        for edge in np.flatnonzero(np.array(of_groups, np.str_)[members.indices] == kind).tolist():
            user, value = int(sources[edge]), values[int(members.indices[edge])]
            texts[user] = texts[user] + _AND + value if texts[user] else value
        named, labels = np.unique(np.array([text or UNKNOWN for text in texts], np.str_), return_inverse=True)
        groups.append(ViewerGroups(kind, tuple(named.tolist()), labels.astype(np.int64)))
    return groups


def with_shuffled_groups(graph: Graph, seed: int) -> Graph:
    """Return a graph in which viewers, and people, have exchanged their groups at random, within each kind.

    As many are in each group as before, and who was in a group of a kind is in one still; what was prepared stays.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> sizes = lambda graph: np.diff(graph.relations["user_in_group"].reverse_indptr).tolist()
    >>> sizes(example_graph()), sizes(with_shuffled_groups(example_graph(), seed=1))
    ([4, 3], [4, 3])
    """
    rng = np.random.default_rng(seed)
    of_groups = np.array(kinds_and_values(graph)[0], np.str_)
    relations = {}
    for type_ in (schema.USER_IN_GROUP, schema.PERSON_IN_GROUP):
        relation = graph.relations[type_.name]
        sources = relation.sources.copy()
        for kind in np.unique(of_groups[relation.indices]).tolist():
            edges = of_groups[relation.indices] == kind
            members, places = np.unique(sources[edges], return_inverse=True)
            sources[edges] = rng.permutation(members)[places]
        relations[type_.name] = Relation.of(sources, relation.indices, relation.shape)
    return graph.with_relations(relations)


def without_groups(graph: Graph) -> Graph:
    """Return a graph in which nobody is in a group; the groups themselves stay, and what was prepared does too.

    Parameters
    ----------
    graph
        The graph.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> len(without_groups(example_graph()).relations["user_in_group"])
    0
    """
    relations = {}
    for kind in (schema.USER_IN_GROUP, schema.PERSON_IN_GROUP):
        relation = graph.relations[kind.name]
        relations[kind.name] = keep_edges(relation, np.zeros(len(relation), np.bool_))
    return graph.with_relations(relations)


class GroupMeans(NamedTuple):
    """The mean of each group, and how far the highest and the lowest lie apart."""

    means: FloatArray
    gap: float


def group_means(values: FloatArray, labels: Int64Array, names: Sequence[str]) -> GroupMeans:
    """Return the mean of one figure in each group, and the gap.

    Parameters
    ----------
    values
        The figure of each viewer.
    labels
        The group of each viewer, a place among ``names``; each group has a member.
    names
        The groups.

    Raises
    ------
    MissingPackageError
        Where fairlearn is not installed.

    Examples
    --------
    >>> each = group_means(np.array([0.25, 0.75, 1.0]), np.array([0, 0, 1]), ["F", "M"])
    >>> each.means.tolist(), each.gap
    ([0.5, 1.0], 0.5)
    """
    need("report", "Auditing", "fairlearn")
    from fairlearn.metrics import MetricFrame

    frame = MetricFrame(metrics=_mean, y_true=np.zeros(len(values)), y_pred=values, sensitive_features=labels)
    means = frame.by_group.reindex(range(len(names))).to_numpy(np.float64)
    return GroupMeans(means, float(frame.difference(method="between_groups")))


def _mean(_: FloatArray, values: FloatArray) -> float:
    return float(np.mean(values))
