"""From a walk's scores to a ranked list with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph import kernels, schema
from cinewalk.queries.reasons import Seed, reasons_of
from cinewalk.queries.results import NAMED_REASONS, Recommendation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cinewalk.graph.arrays import FloatArray, Int32Array
    from cinewalk.graph.seeds import Profile
    from cinewalk.graph.walks import Walk
    from cinewalk.queries.lookup import Catalogue


def answer(catalogue: Catalogue, walk: Walk, profile: Profile, k: int) -> tuple[Recommendation, ...]:
    """Return the best ``k`` titles that are not hidden and that the walk reaches, with their reasons."""
    targets, values = kernels.rank(walk.scores(profile), profile.hidden, k)
    parts = total(walk.contributions(profile, targets)) if len(targets) else np.empty((0, 0))
    return items_of(catalogue, targets, values, title_seeds(profile.titles), parts)


def items_of(
    catalogue: Catalogue, targets: Int32Array, values: FloatArray, seeds: Sequence[Seed], parts: FloatArray
) -> tuple[Recommendation, ...]:
    """Name ranked titles and their reasons.

    Parameters
    ----------
    catalogue
        The names.
    targets, values
        Positions of titles, best first, and their scores.
    seeds
        What the walk started from.
    parts
        What each seed gives to each target; shape (targets, seeds).
    """
    items = []
    for place, target in enumerate(targets.tolist()):
        named, others = reasons_of(catalogue, seeds, target, parts[place], NAMED_REASONS)
        items.append(
            Recommendation(
                rank=place + 1,
                title_id=catalogue.graph.titles.ids.ids[target],
                title=catalogue.name(target),
                year=catalogue.year(target),
                score=float(values[place]),
                because=named,
                others=others,
            )
        )
    return tuple(items)


def total(parts: Mapping[str, FloatArray]) -> FloatArray:
    """Add up the contributions of all kinds of walk."""
    added: FloatArray = np.sum(list(parts.values()), axis=0)
    return added


def title_seeds(titles: Int32Array) -> list[Seed]:
    """Return the seeds of a profile."""
    return [Seed(schema.TITLE_NODE.label, position) for position in titles.tolist()]
