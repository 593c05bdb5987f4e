"""Find titles by a part of their name, as somebody types it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from cinewalk.clean_text import cut
from cinewalk.loaders.titles.plain_names import plain
from cinewalk.queries.words.catalogue import ShownTitle
from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    import pandas as pd

    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.queries.words.catalogue import Catalogue

#: No name is longer than this.
_LONGEST = 300


@dataclass(frozen=True, slots=True, repr=False)
class SearchResults(Sequence[ShownTitle]):
    """Titles whose names hold what was looked for, the nearest first.

    Parameters
    ----------
    text
        What was looked for.
    titles
        The titles.
    """

    text: str
    titles: tuple[ShownTitle, ...]

    @overload
    def __getitem__(self, index: int) -> ShownTitle: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ShownTitle]: ...
    def __getitem__(self, index: int | slice) -> ShownTitle | Sequence[ShownTitle]:
        return self.titles[index]

    def __len__(self) -> int:
        return len(self.titles)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return plain values, one dictionary a title."""
        return [{"title_id": t.title_id, "title": t.title, "year": t.year} for t in self.titles]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a title: title_id, title, year."""
        import pandas as pd

        return pd.DataFrame(self.to_dict(), columns=["title_id", "title", "year"]).astype({"year": "Int64"})

    def __str__(self) -> str:
        return "\n".join(f"{title.label} [{title.title_id}]" for title in self.titles)

    def __repr__(self) -> str:
        return f"<SearchResults: {count_of(len(self), 'title')}>"

    def _repr_html_(self) -> str:
        return html_of(count_of(len(self), "title"), self.to_frame())


def search(catalogue: Catalogue, text: str, k: int, unnamed: BoolArray | None = None) -> SearchResults:
    """Return titles by what somebody types of a name.

    First what is meant exactly, by its id, that of IMDb or TMDB, or its name; then names that begin so, those with a
    word that does, and those that hold it anywhere; of each kind what more viewers like first.

    Parameters
    ----------
    catalogue
        The names.
    text
        What is typed.
    k
        How many titles.
    unnamed
        For every title, whether it must not be named.
    """
    wanted = plain(cut(text, _LONGEST))
    ranks = dict.fromkeys(_meant(catalogue, text.strip()), 0)
    for name, titles in catalogue.by_name.items() if wanted else ():
        rank = _rank(wanted, name)
        if rank is not None:
            for title in titles:
                ranks[title] = min(rank, ranks.get(title, rank))
    order = sorted(
        (title for title in ranks if unnamed is None or not unnamed[title]),
        key=lambda title: (ranks[title], -(catalogue.viewers(title).viewers or 0), catalogue.name(title)),
    )
    return SearchResults(text, tuple(catalogue.show(title) for title in order[:k]))


def _meant(catalogue: Catalogue, text: str) -> list[int]:
    """Return the titles whose id a text is, here or at IMDb or TMDB."""
    here = catalogue.graph.titles.ids.find(text)
    return catalogue.with_external_id(text) if here is None else [here]


def _rank(wanted: str, name: str) -> int | None:
    """Say how near a name is to what is looked for; ``None`` where it does not hold it.

    >>> [_rank("al", name) for name in ("al", "alien", "the al", "walking", "heat")]
    [0, 1, 2, 3, None]
    """
    if wanted not in name:
        return None
    if name.startswith(wanted):
        return 0 if name == wanted else 1
    return 2 if f" {wanted}" in name else 3
