"""Titles by name and year: which of a catalogue's is meant, which could be, and which are not in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.loaders.titles.catalogue_names import Match
from cinewalk.loaders.titles.plain_names import plain, plain_aliases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cinewalk.loaders.titles.catalogue_names import CatalogueNames, NamedTitle

#: The most that names with different numbers may score: *Rocky II* is not *Rocky III*.
OTHER_NUMBER: Final = 85.0
#: Below this, names are not alike.
LEAST: Final = 80.0

_NUMBER: Final = re.compile(r"[ivx]+|\d+")
_BATCH: Final = 512
#: The least length of one of two names of score ``LEAST``, as a part of the other's, by the formula of the ratio.
_SHORTEST: Final = LEAST / (200 - LEAST)


class Matcher:
    """Matches titles to a catalogue: by id, by name, and where that fails by names that are alike.

    Parameters
    ----------
    names
        The catalogue.
    """

    def __init__(self, names: CatalogueNames) -> None:
        self.names = names
        pairs = [
            (form, position) for position, name in enumerate(names.names) for form in plain_aliases(name)
        ]
        pairs.sort(key=lambda pair: len(pair[0]))
        self._forms = [form for form, _ in pairs]
        self._positions = [position for _, position in pairs]
        self._lengths = np.array([len(form) for form in self._forms])
        self._numbers = [_numbers(form) for form in self._forms]

    def match(self, wanted: Sequence[NamedTitle]) -> list[Match]:
        """Match titles; each distinct one is looked for once.

        Scores are the normalized similarity of the plain names by insertions and deletions, ``100 (1 - d / (n + m))``
        for ``d`` of them between names of ``n`` and ``m`` letters, less 3 where the years differ by one.
        """
        matches = {ask: self.names.settle(ask) for ask in dict.fromkeys(wanted)}
        unknown = [ask for ask, match in matches.items() if match.title_id is None and not match.candidates]
        for ask, alike in zip(unknown, self._alike(unknown), strict=True):
            near = {p: score for p, score in alike.items() if self.names.fits(p, ask)}
            scored = self.names.scored(near, ask)
            matches[ask] = Match(ask, None, tuple(c for c in scored if c.score >= LEAST))
        return [matches[ask] for ask in wanted]

    def _alike(self, wanted: Sequence[NamedTitle]) -> list[dict[int, float]]:
        """Return the positions of names that are alike, and their scores, before years and kinds count."""
        forms = [plain(ask.name) for ask in wanted]
        scores = [self.names.ranked(self.names.without_subtitle(ask)) for ask in wanted]
        order = sorted(range(len(forms)), key=lambda place: len(forms[place]))
        for start in range(0, len(order), _BATCH):
            batch = [place for place in order[start : start + _BATCH] if forms[place]]
            for place, other, score in self._similar(batch, forms):
                position = self._positions[other]
                alike = score if self._numbers[other] == _numbers(forms[place]) else min(score, OTHER_NUMBER)
                scores[place][position] = max(alike, scores[place].get(position, 0.0))
        return scores

    def _similar(self, batch: list[int], forms: list[str]) -> Iterator[tuple[int, int, float]]:
        """Compare names of about one length with those of the catalogue that are not much shorter or longer."""
        from rapidfuzz import fuzz, process

        if not batch:
            return
        shortest, longest = len(forms[batch[0]]), len(forms[batch[-1]])
        first = int(np.searchsorted(self._lengths, shortest * _SHORTEST, side="left"))
        last = int(np.searchsorted(self._lengths, longest / _SHORTEST, side="right"))
        scores = process.cdist(
            [forms[place] for place in batch],
            self._forms[first:last],
            scorer=fuzz.ratio,
            score_cutoff=LEAST,
            dtype=np.float32,
            workers=-1,
        )
        for row, column in zip(*np.nonzero(scores), strict=True):
            yield batch[row], first + int(column), float(scores[row, column])


def _numbers(form: str) -> tuple[str, ...]:
    return tuple(word for word in form.split() if _NUMBER.fullmatch(word))
