"""The names of a catalogue's titles: which of them a name and a year can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.schema import FILM, SERIES
from cinewalk.loaders.titles.external_ids import external_key, titles_by_external_id
from cinewalk.loaders.titles.plain_names import plain, plain_aliases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import AnyArray

#: The score of the same name in the same year.
SAME: Final = 100.0
#: What a year's difference takes from a score, and a series whose match may be a film of that name.
YEAR_OFF, KIND_UNSURE = 3.0, 15.0
#: The score of a name that equals the other's without its subtitle.
NO_SUBTITLE: Final = 88.0
#: How many candidates a person is shown.
MOST_CANDIDATES: Final = 5

_SUBTITLE: Final = re.compile(r"\s*(?:: | - | – | — |, or\b| or: ).*")


class NamedTitle(NamedTuple):
    """A title as an export names it; ``kind`` is ``"film"``, ``"series"`` or nothing."""

    name: str
    year: int | None = None
    kind: str = ""
    external_id: str = ""
    other_names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and year, as a person reads them."""
        return self.name if self.year is None else f"{self.name} ({self.year})"


class Candidate(NamedTuple):
    """A title of the catalogue that may be meant, and how well it fits, up to 100."""

    title_id: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a wanted title.

    Parameters
    ----------
    wanted
        What was looked for.
    title_id
        The title that is meant; ``None`` where that is not settled.
    candidates
        The titles that could be meant, best first; none where the catalogue has nothing like it.
    how
        How it was settled: ``id``, ``name``, ``best``, ``chosen`` or ``remembered``.
    """

    wanted: NamedTitle
    title_id: str | None = None
    candidates: tuple[Candidate, ...] = ()
    how: str = ""

    @property
    def is_ambiguous(self) -> bool:
        """Whether a person has to choose."""
        return self.title_id is None and bool(self.candidates)

    def settled(self, title_id: str, how: str) -> Match:
        """Return the match with a choice made."""
        return replace(self, title_id=title_id, how=how)


class CatalogueNames:
    """The names of a catalogue, and which titles carry them.

    Parameters
    ----------
    ids, names, years, kinds
        Of each title; the year is 0 and the kind empty where it is unknown.
    viewers
        Of each title, how many have liked it: of equally good candidates the better known one comes first.
    external
        Which titles carry an outside id; see :mod:`cinewalk.loaders.titles.external_ids`.
    same
        Of titles that are another one under a second id, that one.
    """

    def __init__(
        self,
        ids: Sequence[str],
        names: Sequence[str],
        years: AnyArray,
        kinds: Sequence[str],
        viewers: AnyArray | None = None,
        external: Mapping[str, Sequence[int]] = MappingProxyType({}),
        same: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self._same = same
        self.ids, self.names, self._external = ids, names, external
        self.years: list[int] = years.tolist()
        self.kinds = [kind_of(kind) for kind in kinds]
        self.viewers: list[int] = [0] * len(ids) if viewers is None else viewers.tolist()
        self._position = {title_id: position for position, title_id in enumerate(ids)}
        self._main: dict[str, list[int]] = {}
        self._others: dict[str, list[int]] = {}
        self._heads: dict[str, list[int]] = {}
        for position, name in enumerate(names):
            main, *others = plain_aliases(name) or ("",)
            self._main.setdefault(main, []).append(position)
            for other in others:
                self._others.setdefault(other, []).append(position)
            head = plain(_SUBTITLE.sub("", name))
            if head != main:
                self._heads.setdefault(head, []).append(position)

    @classmethod
    def of(cls, graph: Graph) -> CatalogueNames:
        """Take the names of a graph's titles."""
        titles = graph.titles
        viewers = np.diff(graph.likes.reverse_indptr)
        names, kinds = titles.text("title")[:], titles.text("kind")[:]
        external = titles_by_external_id(titles.text("imdb_id"), titles.text("tmdb_id"))
        twins = graph.relations[schema.SAME_AS.name]
        same = dict(zip(twins.sources.tolist(), twins.indices.tolist(), strict=True))
        return cls(titles.ids.ids[:], names, titles.array("year"), kinds, viewers, external, same)

    def label(self, position: int) -> str:
        """Return a title's name and year."""
        year = self.years[position]
        return f"{self.names[position]} ({year})" if year != schema.UNKNOWN_YEAR else self.names[position]

    def position(self, title_id: str) -> int | None:
        """Return where a title is, where there is one of this id."""
        return self._position.get(title_id)

    def find_id(self, external_id: str) -> str | None:
        """Return the id of the one title that carries an id of IMDb or TMDB, or has it for its own."""
        if external_id in self._position:
            return external_id
        positions = self._external.get(external_key(external_id) or "", ())
        return self.ids[positions[0]] if len(positions) == 1 else None

    def label_of(self, title_id: str) -> str | None:
        """Return the name and year of a title, where there is one of this id."""
        position = self._position.get(title_id)
        return None if position is None else self.label(position)

    def has(self, name: str, kind: str = "") -> bool:
        """Tell whether a title has this name, of this kind where one is given."""
        form = plain(name)
        positions = (*self._main.get(form, ()), *self._others.get(form, ()))
        return any(not kind or self.kinds[position] == kind for position in positions)

    def exact(self, wanted: NamedTitle) -> tuple[Candidate, ...]:
        """Return the titles of the same name, best first; years may differ by one.

        Names of their own come before names in brackets, but for these in the very year.
        """
        forms = [form for name in (wanted.name, *wanted.other_names) for form in plain_aliases(name)]
        found = []
        for index in (self._main, self._others):
            positions = dict.fromkeys(self._same.get(p, p) for form in forms for p in index.get(form, ()))
            scores = self.ranked((position, SAME) for position in positions if self.fits(position, wanted))
            found.append(self.scored(scores, wanted))
        of_their_own, others = found
        is_of_the_year = wanted.year is not None and others and others[0].score == SAME
        if is_of_the_year and (not of_their_own or of_their_own[0].score < SAME):
            return others
        return of_their_own or others

    def without_subtitle(self, wanted: NamedTitle) -> Iterator[tuple[int, float]]:
        """Yield the titles that have the same name but for a subtitle of either, where the years are known."""
        head = plain(_SUBTITLE.sub("", wanted.name))
        positions = [*self._heads.get(plain(wanted.name), ()), *self._main.get(head, ())]
        for position in positions:
            is_sure = wanted.year is not None and self.years[position] != schema.UNKNOWN_YEAR
            if head and (is_sure or self.kinds[position] == SERIES):
                yield position, NO_SUBTITLE

    def fits(self, position: int, wanted: NamedTitle) -> bool:
        """Tell whether year and kind allow that a title is meant."""
        year, kind = self.years[position], self.kinds[position]
        is_near = wanted.year is None or year == schema.UNKNOWN_YEAR or abs(year - wanted.year) <= 1
        return is_near and (not kind or not wanted.kind or kind == wanted.kind)

    def ranked(self, scores: Iterable[tuple[int, float]]) -> dict[int, float]:
        """Return the best score of each position."""
        best: dict[int, float] = {}
        for position, score in scores:
            best[position] = max(score, best.get(position, 0.0))
        return best

    def scored(self, scores: dict[int, float], wanted: NamedTitle) -> tuple[Candidate, ...]:
        """Take off for years and kinds, and put the best first; the better known first of equals."""
        rows = []
        for position, raw in scores.items():
            year, kind = self.years[position], self.kinds[position]
            off = YEAR_OFF if wanted.year and year and year != wanted.year else 0.0
            unsure = KIND_UNSURE if wanted.kind == SERIES and kind != SERIES else 0.0
            rows.append((-(raw - off - unsure), -self.viewers[position], self.ids[position], position))
        return tuple(
            Candidate(title_id, self.label(position), -negative)
            for negative, _, title_id, position in sorted(rows)[:MOST_CANDIDATES]
        )

    def settle(self, wanted: NamedTitle) -> Match:
        """Look for an id or a name, and settle where just one title can be meant."""
        if wanted.external_id and (title_id := self.find_id(wanted.external_id)) is not None:
            return Match(wanted, title_id, how="id")
        candidates = self.exact(wanted)
        if (
            candidates
            and candidates[0].score > SAME - KIND_UNSURE
            and (len(candidates) == 1 or _is_alone(candidates, wanted))
        ):
            return Match(wanted, candidates[0].title_id, candidates, "name")
        return Match(wanted, None, candidates)


def _is_alone(candidates: tuple[Candidate, ...], wanted: NamedTitle) -> bool:
    """Tell whether only the first fits to the year."""
    return wanted.year is not None and candidates[0].score == SAME and candidates[1].score < SAME


def kind_of(text: str) -> str:
    """Tell films from series by what a catalogue calls them.

    >>> kind_of("TV Mini Series"), kind_of("movie"), kind_of("documentary")
    ('series', 'film', '')
    """
    word = "".join(filter(str.isalpha, text)).lower()
    if "serie" in word or "show" in word or word in {"tv", "season"}:
        return SERIES
    return FILM if word in {"film", "movie", "feature", "tvmovie", "tvfilm"} else ""
