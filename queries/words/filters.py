"""What a list may show: years, genres, kinds, people and maturity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import too_mature
from cinewalk.loaders.titles.plain_names import plain
from cinewalk.queries.words.checks import checked_whole, checked_years, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
        object.__setattr__(self, "years", checked_years(self.years))
        highest = int(schema.MATURITY.maximum or 0)
        if self.maturity is not None:
            object.__setattr__(
                self, "maturity", checked_whole(self.maturity, "maturity", 0, highest, "an age")
            )

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

    def tightened(self, years: tuple[int, int] | None, kinds: Sequence[str], maturity: int | None) -> Only:
        """Return the same with other years, kinds and maturity, where they are given."""
        return Only(
            self.years if years is None else years,
            self.genres,
            kinds or self.kinds,
            self.people,
            self.maturity if maturity is None else maturity,
        )

    def why_not(self, catalogue: Catalogue, title: int) -> str | None:
        """Return why a title is left out, as a clause; ``None`` where it is not.

        >>> from cinewalk.graph.model.example import example_graph
        >>> from cinewalk.queries.words.catalogue import Catalogue
        >>> catalogue = Catalogue(example_graph())
        >>> Only(years=(1990, 1999)).why_not(catalogue, catalogue.title("Alien"))
        'it came out in 1979, not from 1990 to 1999'
        """
        return next(self._reasons_against(catalogue, title), None)

    def _reasons_against(self, catalogue: Catalogue, title: int) -> Iterator[str]:
        if too_mature(catalogue.graph.titles, self.maturity)[title]:
            yield f"it is above the maturity {self.maturity}, or unrated"
        year = catalogue.year(title)
        if self.years is not None and (year is None or not self.years[0] <= year <= self.years[1]):
            first, last = self.years
            yield (
                "its year is not known"
                if year is None
                else f"it came out in {year}, not from {first} to {last}"
            )
        if self.kinds and not _of_kinds(catalogue, self.kinds)[title]:
            yield f"it is not of the kind {' or '.join(self.kinds)}"
        if self.genres and not _joined(catalogue, schema.GENRE.label, self.genres)[title]:
            yield f"it is not of the genre {' or '.join(self.genres)}"
        if self.people and not _joined(catalogue, schema.PERSON.label, self.people)[title]:
            yield f"it is not with {' or '.join(self.people)}"


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
