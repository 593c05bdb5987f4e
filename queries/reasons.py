"""From the numbers of a walk to the reasons that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph import contribution_kernels, schema
from cinewalk.queries.results import Others, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.queries.lookup import Catalogue


class Seed(NamedTuple):
    """A node that a walk starts from."""

    label: str
    position: int


def reasons_of(
    catalogue: Catalogue,
    seeds: Sequence[Seed],
    targets: Int32Array,
    contributions: FloatArray,
    limit: int | None = None,
) -> list[tuple[tuple[Reason, ...], Others]]:
    """Return what each seed gives to each title's score, largest first, equal ones by id.

    Parameters
    ----------
    catalogue
        The names.
    seeds
        The seeds of the walk.
    targets
        The titles' positions.
    contributions
        One number per title and seed, at least 0; seeds that give nothing are left out.
    limit
        How many to name for each title; ``None`` for all.

    Returns
    -------
    list of (reasons, others)
        For each title the named ones, and the remainder; together they are the whole score.
    """
    wholes = contributions.sum(axis=1).tolist()
    order = np.argsort(-contributions, axis=1, kind="stable")
    given = np.take_along_axis(contributions, order, axis=1)
    counts = np.count_nonzero(contributions, axis=1)
    named = counts if limit is None else np.minimum(counts, limit)
    viewers = iter(_viewers(catalogue, seeds, targets, order, named))
    found = []
    for row, (count, size, whole) in enumerate(zip(counts.tolist(), named.tolist(), wholes, strict=True)):
        reasons = []
        for s, part in zip(order[row, :size].tolist(), given[row, :size].tolist(), strict=True):
            label, position = seeds[s]
            external, name = catalogue.id_and_name(label, position)
            reasons.append(Reason(label, external, name, part / whole, part, next(viewers)))
        rest = float(given[row, size:count].sum()) / whole if count > size else 0.0
        found.append((tuple(reasons), Others(count - size, rest)))
    return found


def _viewers(
    catalogue: Catalogue, seeds: Sequence[Seed], targets: Int32Array, order: Int64Array, named: Int64Array
) -> list[int | None]:
    """Count, for each named seed that is a title, the viewers who like both it and the target."""
    likes = catalogue.graph.likes
    ones = np.repeat(targets, named)
    places = [s for row, size in enumerate(named.tolist()) for s in order[row, :size].tolist()]
    are_titles = [seeds[s].label == schema.TITLE_NODE.label for s in places]
    others = np.array([seeds[s].position for s in places], dtype=np.int32)
    if not any(are_titles):
        return [None] * len(places)
    others[~np.array(are_titles)] = 0
    counts = contribution_kernels.shared_counts(ones, others, likes.reverse_indptr, likes.reverse_indices)
    return [n if title else None for n, title in zip(counts.tolist(), are_titles, strict=True)]
