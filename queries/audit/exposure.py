"""What lists show of titles and creators: the rows of an audit about exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.attributes.title_attributes import TITLE_ATTRIBUTES, creator_attribute, title_attribute
from cinewalk.graph.attributes.viewer_groups import checked_kinds, kinds_of
from cinewalk.graph.evaluate.disclosure import hidden_groups
from cinewalk.graph.evaluate.exposure import shares, surety, viewers
from cinewalk.graph.model import schema
from cinewalk.queries.audit.figures import ExposureRow
from cinewalk.queries.evaluate.figures import MeanInterval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.attributes.title_attributes import Attribute
    from cinewalk.graph.evaluate.exposure import Shares, Surety
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import Int32Array


def creator_kinds(graph: Graph, creators: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return by which groups creators are looked at; by default by all there are.

    Raises
    ------
    RequestError
        Where nobody behind a title is in such a group.
    """
    return checked_kinds(creators, kinds_of(graph, schema.PERSON_IN_GROUP), "of creators ")


def attributes(graph: Graph, creators: Sequence[str]) -> list[Attribute]:
    """Return the attributes of a graph's titles, and of those who made them, that have two values or more."""
    candidates = [title_attribute(graph, name) for name in TITLE_ATTRIBUTES]
    candidates += [creator_attribute(graph, kind) for kind in creators]
    return [attribute for attribute in candidates if np.count_nonzero(attribute.of_titles.sum(axis=0)) > 1]


def exposure_rows(
    lists: Int32Array, users: Int32Array, likes: Relation, attribute: Attribute, seed: int
) -> tuple[list[ExposureRow], bool]:
    """Return the rows of the values of one attribute that may be shown, and whether something is hidden.

    A value is hidden like a group: by the number of viewers who like a title that has it.

    Parameters
    ----------
    lists, users
        Lists of ten, and whose they are.
    likes
        The likes in train.
    attribute
        The attribute.
    seed
        Of intervals and of chance.
    """
    shown, sure = shares(lists, likes, attribute), surety(lists, users, likes, attribute, seed)
    hidden = hidden_groups(viewers(likes, attribute), apart=False)
    places = np.flatnonzero(~hidden & (shown.catalogue > 0)).tolist()
    rows = [_row((attribute.name, attribute.values[place]), shown, sure, place) for place in places]
    return rows, bool(hidden.any())


def _row(name: tuple[str, str], shown: Shares, sure: Surety, place: int) -> ExposureRow:
    exposure, catalogue, viewing, mean = (float(array[place]) for array in (*shown, shown.amplification))
    low, high, null_low, null_high, p = (float(array[place]) for array in sure)
    if np.isnan(mean):
        return ExposureRow(*name, exposure, catalogue, viewing, None, None, None, None)
    amplification = MeanInterval(mean, low, high)
    return ExposureRow(*name, exposure, catalogue, viewing, amplification, null_low, null_high, p)
