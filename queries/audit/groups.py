"""How groups of viewers are served: the rows of an audit about viewers, and the gaps between groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.attributes.viewer_groups import group_means
from cinewalk.graph.evaluate.disclosure import SMALLEST_COMPARED, hidden_groups
from cinewalk.graph.evaluate.list_metrics import bubble_index, genre_divergence, popularity_lift
from cinewalk.graph.evaluate.metrics import accuracy, beyond_accuracy
from cinewalk.graph.numeric.resampling import bootstrap_intervals, shuffled_gaps
from cinewalk.queries.audit.figures import FIGURES, GapRow, GroupRow
from cinewalk.queries.audit.lists import LONG, SHORT, AuditLists
from cinewalk.queries.evaluate.figures import MeanInterval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.attributes.viewer_groups import GroupMeans, ViewerGroups
    from cinewalk.graph.evaluate.splits import Split
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array

_NAMES: Final = tuple(FIGURES)


def viewer_figures(lists: AuditLists, users: Int32Array, split: Split) -> FloatArray:
    """Return the figures of each viewer: viewers × :data:`~cinewalk.queries.audit.figures.FIGURES`.

    Parameters
    ----------
    lists
        One of each length a viewer.
    users
        The viewers, each with a like in train and one in test.
    split
        What was known and what was held out.
    """
    ndcg = accuracy(lists.short, users, split.test, [SHORT])[f"ndcg@{SHORT}"]
    recall = accuracy(lists.long, users, split.test, [LONG])[f"recall@{LONG}"]
    others = [
        measure(lists.short, users, split.train)
        for measure in (popularity_lift, genre_divergence, bubble_index)
    ]
    return np.stack([ndcg, recall, *others], axis=1)


def measured(values: FloatArray, seed: int) -> dict[str, MeanInterval]:
    """Return the mean of each figure over some viewers and its interval; none where it is known of too few.

    Parameters
    ----------
    values
        Viewers × figures, NaN where one is not known.
    seed
        Of the resampling.
    """
    intervals = {}
    known = ~np.isnan(values)
    # Figures that are known of the same viewers share their draws.
    for mask in np.unique(known, axis=1).T:
        columns = np.flatnonzero((known == mask[:, None]).all(axis=0))
        if mask.sum() < SMALLEST_GROUP:
            continue
        sample = values[np.ix_(mask, columns)]
        lows, highs = bootstrap_intervals(sample, np.arange(len(sample)), seed)
        for column, mean, low, high in zip(columns, sample.mean(axis=0), lows, highs, strict=True):
            intervals[_NAMES[column]] = MeanInterval(float(mean), float(low), float(high))
    return {name: intervals[name] for name in _NAMES if name in intervals}


def group_row(
    name: tuple[str, str], lists: Int32Array, train: Graph, values: FloatArray, seed: int
) -> GroupRow:
    """Return the row of one group (or of everybody): its kind and value, the lists of its viewers, their figures."""
    beyond = beyond_accuracy(lists, train.likes, [SHORT])
    compared = len(values) >= SMALLEST_COMPARED
    coverage, gini = beyond[f"coverage@{SHORT}"], beyond[f"gini@{SHORT}"]
    return GroupRow(*name, len(values), compared, measured(values, seed), coverage, gini)


def group_rows(
    groups: ViewerGroups,
    hidden: BoolArray,
    lists: Int32Array,
    train: Graph,
    values: FloatArray,
    seed: int,
) -> list[GroupRow]:
    """Return the rows of the groups of one kind that may be shown.

    Parameters
    ----------
    groups
        The groups of the viewers.
    hidden
        Whether each group is hidden.
    lists, train, values
        The viewers' lists, what was known, and their figures.
    seed
        Of intervals.
    """
    rows = []
    unsaid = _unsaid(groups, hidden, values)
    for place in np.flatnonzero(~hidden).tolist():
        members = groups.labels == place
        said = np.where(unsaid[place], np.nan, values[members])
        rows.append(group_row((groups.kind, groups.values[place]), lists[members], train, said, seed))
    return rows


def _unsaid(groups: ViewerGroups, hidden: BoolArray, values: FloatArray) -> BoolArray:
    """Tell which figures of which groups are hidden because they are known of too few: groups × figures."""
    known = ~np.isnan(values)
    sizes = (np.bincount(groups.labels[is_known], minlength=len(hidden)) for is_known in known.T)
    return np.stack([hidden_groups(some, hidden & (some > 0)) for some in sizes], axis=1)


def gap_rows(groups: ViewerGroups, rows: list[GroupRow], values: FloatArray, seed: int) -> list[GapRow]:
    """Return how far the groups of one kind lie apart in each figure, and what chance makes of it.

    Parameters
    ----------
    groups
        The groups of the viewers.
    rows
        Those that are shown.
    values
        The viewers' figures.
    seed
        Of the exchange of groups.
    """
    by_name: dict[str, GapRow] = {}
    by_figure = [tuple(r.value for r in rows if r.compared and name in r.figures) for name in _NAMES]
    # Figures that are known of the same groups share their draws.
    for named in dict.fromkeys(by_figure):
        if len(named) < 2:
            continue
        columns = np.flatnonzero([of_figure == named for of_figure in by_figure])
        places = np.array([groups.values.index(value) for value in named])
        members = np.isin(groups.labels, places)
        labels = np.searchsorted(places, groups.labels[members]).astype(np.int64)
        chance = shuffled_gaps(values[np.ix_(members, columns)], labels, np.random.default_rng(seed))
        for column, gaps in zip(columns.tolist(), chance.T, strict=True):
            known = ~np.isnan(values[members, column])
            means = group_means(values[members, column][known], labels[known], named)
            by_name[_NAMES[column]] = _gap((groups.kind, _NAMES[column]), named, means, gaps)
    return [by_name[name] for name in _NAMES if name in by_name]


def _gap(name: tuple[str, str], named: Sequence[str], compared: GroupMeans, chance: FloatArray) -> GapRow:
    low, high = np.percentile(chance, [2.5, 97.5]).tolist()
    # Equal gaps that were added up in another order must count as equal.
    p = (1 + int((chance >= compared.gap * (1 - 1e-12)).sum())) / (1 + len(chance))
    highest, lowest = named[int(compared.means.argmax())], named[int(compared.means.argmin())]
    return GapRow(*name, highest, lowest, len(named), compared.gap, float(chance.mean()), low, high, p)
