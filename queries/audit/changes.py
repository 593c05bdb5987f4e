"""Whether knowing groups changes lists: the rows of an audit about the same viewers with other groups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.viewer_groups import with_shuffled_groups, without_groups
from cinewalk.graph.evaluate.disclosure import hidden_by_kind
from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.numeric.resampling import bootstrap_intervals
from cinewalk.queries.audit.figures import ChangeRow
from cinewalk.queries.evaluate.figures import MeanInterval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.attributes.viewer_groups import ViewerGroups
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray, Int32Array, Int64Array
    from cinewalk.queries.audit.lists import ListMaker

#: How often groups are exchanged at random.
SHUFFLES: Final = 5

#: The parts of viewers, by whether they have many likes.
NEWCOMERS, OTHERS = "newcomers", "others"


def changed(before: Int32Array, after: Int32Array) -> Int64Array:
    """Count for each viewer the titles of a list that are not in another.

    >>> changed(np.array([[3, 1, 2]]), np.array([[2, 5, 3]])).tolist()
    [1]
    """
    kept = (before[:, :, None] == after[:, None, :]).any(axis=2)
    counts: Int64Array = ((before != NO_TITLE) & ~kept).sum(axis=1)
    return counts


def change_rows(
    maker: ListMaker,
    train: Graph,
    lists: Int32Array,
    others: Int64Array,
    groups: Sequence[ViewerGroups],
    hidden: Sequence[BoolArray],
    seed: int,
    progress: Progress = no_progress,
    shuffles: int = SHUFFLES,
) -> list[ChangeRow]:
    """Make the same viewers' lists without groups and with shuffled ones, and count what changes.

    One shuffle is one draw of chance: groups are shuffled several times, a viewer's count is the mean over them, and
    the range is that of the means of single shuffles.

    Parameters
    ----------
    maker
        How lists are made.
    train
        What walks may know, groups included.
    lists
        The viewers' lists with groups.
    others
        1 for viewers with many likes, and 0 for newcomers; both or neither of them at least 11.
    groups, hidden
        For each kind of the graph, the groups of the viewers, and whether each is hidden.
    seed
        Of the shuffling and of intervals.
    progress
        Told how many lists are made.
    shuffles
        How often groups are shuffled, each time with a seed of its own.
    """
    relations = (schema.USER_IN_GROUP.name, schema.PERSON_IN_GROUP.name)
    if not any(len(train.relations[name]) for name in relations):
        return []
    by_part = hidden_by_kind([of_kind.labels for of_kind in groups], others, hidden)
    rows = []
    seeds = range(shuffles * seed, shuffles * (seed + 1))
    ways = {
        "off": [without_groups(train)],
        # Graphs share all but their groups, so several of them take no room.
        "shuffled": [with_shuffled_groups(train, shuffle_seed) for shuffle_seed in seeds],
    }
    for what, graphs in ways.items():
        counts = _counts(maker, graphs, lists, others, what, progress)
        for part, who in ((0, NEWCOMERS), (1, OTHERS)):
            if (others == part).any():
                rows.append(_row(what, who, ("", ""), counts[:, others == part], seed))
        for of_kind, gone in zip(groups, by_part, strict=True):
            sizes = np.bincount(of_kind.labels[others == 0], minlength=len(gone))
            for place in np.flatnonzero(~gone & (sizes > 0)).tolist():
                chosen = (of_kind.labels == place) & (others == 0)
                rows.append(
                    _row(what, NEWCOMERS, (of_kind.kind, of_kind.values[place]), counts[:, chosen], seed)
                )
    return rows


def _counts(
    maker: ListMaker,
    graphs: Sequence[Graph],
    lists: Int32Array,
    others: Int64Array,
    what: str,
    progress: Progress,
) -> Int64Array:
    """Count what changes on each of several graphs: graphs × viewers.

    By default lists ask for the groups of newcomers alone. So that is looked at once for all others, and holds then.
    """
    counts = np.zeros((len(graphs), len(lists)), np.int64)
    for number, graph in enumerate(graphs):
        counts[number] = counts[0]
        asked = np.flatnonzero((others == 0) | (number == 0) | (maker.walk is not None))
        if len(asked):
            some = replace(maker, users=maker.users[asked])
            words = f"groups {what}" + (f" ({number + 1} of {len(graphs)})" if len(graphs) > 1 else "")
            counts[number, asked] = changed(lists[asked], some.lists(graph, words, progress).short)
    return counts


def _row(what: str, who: str, name: tuple[str, str], counts: Int64Array, seed: int) -> ChangeRow:
    """Return the row of some viewers; ``counts`` are times × viewers."""
    values, times = counts.mean(axis=0), counts.mean(axis=1)
    low, high = bootstrap_intervals(values[:, None], np.arange(len(values)), seed)[:, 0].tolist()
    mean = MeanInterval(float(values.mean()), low, high)
    spread = (float(times.min()), float(times.max()))
    return ChangeRow(what, who, *name, len(values), mean, float((counts > 0).mean()), len(counts), spread)
