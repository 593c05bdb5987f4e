"""A taste put in words, by somebody without an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph import schema
from cinewalk.queries.answers import items_of
from cinewalk.queries.reasons import Seed
from cinewalk.queries.results import Recommendations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.graph.arrays import BoolArray
    from cinewalk.graph.network import Graph
    from cinewalk.graph.pagerank import PageRank
    from cinewalk.queries.lookup import Catalogue


@dataclass(frozen=True, slots=True)
class Taste:
    """What was asked for, as the walk takes it.

    Parameters
    ----------
    weights
        The weight of each seed, by (label, position); they sum to 1.
    years
        First and last year to show, both included.
    """

    weights: Mapping[tuple[str, int], float]
    years: tuple[int, int] | None = None

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        titles: Iterable[str],
        genres: Iterable[str],
        people: Iterable[str],
        groups: Iterable[str],
        years: tuple[int, int] | None,
    ) -> Taste:
        """Find everything that is named; each kind weighs the same, divided evenly over its members.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            Where something named does not exist, nothing is named, or the years are the wrong way round.
        """
        asked = {
            schema.TITLE_NODE.label: {catalogue.title(name) for name in _listed("titles", titles)},
            schema.GENRE.label: _named(catalogue, schema.GENRE.label, _listed("genres", genres)),
            schema.PERSON.label: _named(catalogue, schema.PERSON.label, _listed("people", people)),
            schema.GROUP.label: _named(catalogue, schema.GROUP.label, _listed("groups", groups)),
        }
        kinds = [label for label, positions in asked.items() if positions]
        if not kinds:
            raise RequestError("a taste needs at least one title, genre, person or group to start from.")
        if years is not None and years[0] > years[1]:
            raise RequestError(
                f"the years run from {years[0]} to {years[1]}; the first must not be the later."
            )
        weights = {
            (label, position): 1 / len(kinds) / len(asked[label])
            for label in kinds
            for position in sorted(asked[label])
        }
        return cls(weights, years)

    def recommend(self, catalogue: Catalogue, walk: PageRank, k: int) -> Recommendations:
        """Return the ``k`` titles that PageRank puts first, with what each seed gives to them."""
        seeds = [Seed(label, position) for label, position in self.weights]
        nodes = np.array([walk.network.offsets[s.label] + s.position for s in seeds], dtype=np.int32)
        outcome = walk.walk_from(nodes, np.array(list(self.weights.values())))
        items = items_of(catalogue, outcome, self._hidden(catalogue.graph), seeds, k)
        return Recommendations(
            items, walk.name, "" if items else "Nothing that fits can be reached from there."
        )

    def _hidden(self, graph: Graph) -> BoolArray:
        """Tell of every title whether it is one of the seeds or lies outside the years."""
        known = graph.titles.array("year")
        hidden = np.zeros(len(known), dtype=np.bool_)
        if self.years is not None:
            first, last = self.years
            hidden |= (known < first) | (known > last) | (known == schema.UNKNOWN_YEAR)
        hidden[[position for label, position in self.weights if label == schema.TITLE_NODE.label]] = True
        return hidden


def _named(catalogue: Catalogue, label: str, names: Iterable[str]) -> set[int]:
    return {catalogue.named(label, name) for name in names}


def _listed(name: str, values: Iterable[str]) -> list[str]:
    if isinstance(values, str):
        raise RequestError(f"{name} is the text {values!r}; it must be a list, such as {name}=[{values!r}].")
    return list(values)
