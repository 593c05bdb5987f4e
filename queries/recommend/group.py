"""One list for several people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.numeric import kernels, topk
from cinewalk.queries.words.results import Reason, Recommendation, Recommendations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.queries.recommend.request import Person
    from cinewalk.queries.words.catalogue import Catalogue


def together(
    catalogue: Catalogue,
    people: Sequence[Person],
    walks: Sequence[Walk],
    k: int,
    left_out: BoolArray | None = None,
) -> Recommendations:
    """Rank titles for several people, each of whom counts the same.

    See :meth:`cinewalk.Recommender.together`.

    Parameters
    ----------
    catalogue
        The names.
    people
        Who they are.
    walks
        The walk of each.
    k
        How many titles.
    left_out
        For every title, whether a filter leaves it out; scores do not depend on it.
    """
    hidden = np.logical_or.reduce([person.profile.hidden for person in people])
    parts = np.zeros((len(people), len(hidden)))
    for row, (person, walk) in enumerate(zip(people, walks, strict=True)):
        scores = walk.run(replace(person.profile, hidden=hidden)).scores
        length = kernels.norm(scores, hidden)
        parts[row] = scores / length / len(people) if length > 0 else 0.0
    titles, scores = topk.rank(parts.sum(axis=0), hidden if left_out is None else hidden | left_out, k)
    items = []
    for place, (title, score) in enumerate(zip(titles.tolist(), scores.tolist(), strict=True), 1):
        shown = catalogue.show(title)
        given = parts[:, title].tolist()
        reasons = [
            Reason(schema.USER.label, person.user_id, person.user_id, part / score, part)
            for person, part in zip(people, given, strict=True)
            if part > 0
        ]
        reasons.sort(key=lambda reason: (-reason.score, reason.id))
        text = "together: " + ", ".join(f"{reason.name} {reason.share:.0%}" for reason in reasons)
        items.append(
            Recommendation(
                place,
                shown.title_id,
                shown.title,
                shown.year,
                score,
                tuple(reasons),
                reason=text.replace("%", " %"),
            )
        )
    note = "" if items else "No walk leads to anything that none of them has seen."
    return Recommendations(tuple(items), "together", note)
