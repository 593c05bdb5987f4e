"""What a list may show: years, genres, kinds, people and maturity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import too_mature
from cinewalk.loaders.titles.plain_names import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.queries.words.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Only:
    """Which titles a list may show; what is not given does not matter.

    Titles of which nobody knows the year, the kind or the maturity are left out where that is asked for.

    Parameters
    ----------
    years
        First and last year, both included.
    genres
        Names; one of them is enough.
    kinds
        Kinds of title, such as ``film`` or ``series``; one of them is enough.
    people
        Ids or names; one of them is enough.
    maturity
        The highest maturity, as an age from 0 to 21.

    Examples
    --------
    >>> import cinewalk
    >>> from cinewalk.graph.model.example import example_graph
    >>> reco = cinewalk.Recommender(example_graph())
    >>> [item.label for item in reco.recommend("eve", only=cinewalk.Only(years=(1970, 1979)))]
    ['The Conversation (1974)', 'Solaris (1972)']
    """

    years: tuple[int, int] | None = None
    genres: Sequence[str] = ()
    kinds: Sequence[str] = ()
    people: Sequence[str] = ()
    maturity: int | None = None

    def __post_init__(self) -> None:
        for name in ("genres", "kinds", "people"):
            object.__setattr__(self, name, tuple(listed(name, getattr(self, name))))
        if self.years is not None and self.years[0] > self.years[1]:
            raise RequestError(
                f"the years run from {self.years[0]} to {self.years[1]}; the first must not be the later."
            )
        highest = int(schema.MATURITY.maximum or 0)
        limit = self.maturity
        if limit is not None and (
            isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= highest
        ):
            raise RequestError(f"maturity is {limit!r}; it must be an age from 0 to {highest}.")

    def hidden(self, catalogue: Catalogue) -> BoolArray:
        """Tell of every title whether it is left out.

        Raises
        ------
        NotFoundError, RequestError
            Where there is no such genre, kind or person.
        """
        titles = catalogue.graph.titles
        hidden = too_mature(titles, self.maturity)
        if self.years is not None:
            known = titles.array(schema.YEAR.name)
            first, last = self.years
            hidden |= (known < first) | (known > last) | (known == schema.UNKNOWN_YEAR)
        if self.kinds:
            hidden |= ~_of_kinds(catalogue, self.kinds)
        if self.genres:
            hidden |= ~_joined(catalogue, schema.GENRE.label, self.genres)
        if self.people:
            hidden |= ~_joined(catalogue, schema.PERSON.label, self.people)
        return hidden


def listed(name: str, values: Iterable[str]) -> list[str]:
    """Return values as a list.

    Raises
    ------
    RequestError
        Where it is one text, whose letters would be taken for values.
    """
    if isinstance(values, str):
        raise RequestError(f"{name} is the text {values!r}; it must be a list, such as {name}=[{values!r}].")
    return list(values)


def _of_kinds(catalogue: Catalogue, kinds: Iterable[str]) -> BoolArray:
    known = [plain(kind) for kind in catalogue.graph.titles.text(schema.TITLE_KIND.name)]
    wanted = {plain(kind): kind for kind in kinds}
    unknown = [kind for key, kind in wanted.items() if key not in set(known)]
    if unknown:
        there = sorted(set(catalogue.graph.titles.text(schema.TITLE_KIND.name)) - {""})
        raise RequestError(
            f"no title is of the kind {unknown[0]!r}; there {'are ' + ', '.join(there) if there else 'are no kinds'}."
        )
    return np.array([kind in wanted for kind in known], dtype=np.bool_)


def _joined(catalogue: Catalogue, label: str, names: Iterable[str]) -> BoolArray:
    """Tell which titles are joined to one of some genres or people."""
    wanted = np.array(sorted({catalogue.named(label, name) for name in names}), dtype=np.int64)
    joined = np.zeros(len(catalogue.graph.titles), dtype=np.bool_)
    for kind in schema.RELATIONSHIPS.values():
        relation = catalogue.graph.relations[kind.name]
        if kind.source == label and kind.target == schema.TITLE_NODE.label:
            joined[relation.indices[np.isin(relation.sources, wanted)]] = True
        elif kind.target == label and kind.source == schema.TITLE_NODE.label:
            joined[relation.sources[np.isin(relation.indices, wanted)]] = True
    return joined
