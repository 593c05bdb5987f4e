"""Means per group of viewers and the gap between them, by fairlearn's MetricFrame.

References
----------
Weerts, Dudík, Edgar, Jalali, Lutz, Madaio, "Fairlearn: assessing and improving fairness of AI systems", JMLR 24, 2023.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.errors import MissingPackageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.arrays import FloatArray, Int64Array


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
    >>> found = group_means(np.array([0.25, 0.75, 1.0]), np.array([0, 0, 1]), ["F", "M"])
    >>> found.means.tolist(), found.gap
    ([0.5, 1.0], 0.5)
    """
    try:
        from fairlearn.metrics import MetricFrame
    except ImportError as error:
        raise MissingPackageError("fairlearn", "Auditing", "audit") from error
    frame = MetricFrame(metrics=_mean, y_true=np.zeros(len(values)), y_pred=values, sensitive_features=labels)
    means = frame.by_group.reindex(range(len(names))).to_numpy(np.float64)
    return GroupMeans(means, float(frame.difference(method="between_groups")))


def _mean(_: FloatArray, values: FloatArray) -> float:
    return float(np.mean(values))
