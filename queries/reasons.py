"""From the numbers of a walk to the reasons that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph import contribution_kernels, schema
from cinewalk.queries.results import Others, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.arrays import FloatArray, Int32Array
    from cinewalk.queries.lookup import Catalogue


class Seed(NamedTuple):
    """A node that a walk starts from."""

    label: str
    position: int


def reasons_of(
    catalogue: Catalogue,
    seeds: Sequence[Seed],
    target: int,
    contributions: FloatArray,
    limit: int | None = None,
) -> tuple[tuple[Reason, ...], Others]:
    """Return what each seed gives to a title's score, largest first, equal ones by id.

    Parameters
    ----------
    catalogue
        The names.
    seeds
        The seeds of the walk.
    target
        The title's position.
    contributions
        One number per seed, at least 0; seeds that give nothing are left out.
    limit
        How many to name; ``None`` for all.

    Returns
    -------
    reasons, others
        The named ones, and the remainder; together they are the whole score.
    """
    order = np.argsort(-contributions, kind="stable")[: np.count_nonzero(contributions)]
    named, rest = order[:limit].tolist(), order[len(order[:limit]) :]
    whole = float(contributions.sum())
    viewers = _viewers(catalogue, seeds, named, target)
    reasons = []
    for s in named:
        label, position = seeds[s]
        external, name = catalogue.id_and_name(label, position)
        given = float(contributions[s])
        reasons.append(Reason(label, external, name, given / whole, given, viewers.get(s)))
    return tuple(reasons), Others(len(rest), float(contributions[rest].sum()) / whole if len(rest) else 0.0)


def _viewers(catalogue: Catalogue, seeds: Sequence[Seed], named: list[int], target: int) -> dict[int, int]:
    """Count, for each named seed that is a title, the viewers who like both it and the target."""
    likes = catalogue.graph.likes
    places = [s for s in named if seeds[s].label == schema.TITLE_NODE.label]
    titles: Int32Array = np.array([seeds[s].position for s in places], dtype=np.int32)
    counts = contribution_kernels.shared_counts(target, titles, likes.reverse_indptr, likes.reverse_indices)
    return dict(zip(places, counts.tolist(), strict=True))
