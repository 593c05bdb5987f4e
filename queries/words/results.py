"""What a call returns: frozen values that print as text, and turn into frames and plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

from cinewalk.graph.attributes.privacy import Counted
from cinewalk.queries.words.later import Later
from cinewalk.queries.words.notebook import MOST_ROWS, html_of
from cinewalk.queries.words.numbers import scores_text
from cinewalk.queries.words.wording import adjustments_text, because_text, count_of, label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

#: How many seeds a list names for each title; the others are summed up.
NAMED_REASONS = 3

_KEYS = {
    "Title": ("title_id", "title"),
    "Person": ("person_id", "name"),
    "User": ("user_id", "name"),
    "DemographicGroup": ("group_id", "group"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One seed, and its exact share of a score.

    Parameters
    ----------
    label, id, name
        The seed: its node label, its id and what to call it. All viewers together have neither label nor id.
    share
        Its part of the score, 0 to 1.
    score
        The same in the score's own unit.
    viewers
        How many viewers like both the seed and the recommended title; ``None`` where the seed is no title, or they
        are too few to be told.
    viewers_below
        Then fewer than so many.
    asked
        Whether it was asked for by name, and is nothing that the person did.
    """

    label: str
    id: str
    name: str
    share: float
    score: float
    viewers: int | None = None
    viewers_below: int | None = None
    asked: bool = False

    @property
    def counted(self) -> Counted | None:
        """How many viewers like both, as it may be told; ``None`` where the seed is no title."""
        known = self.viewers is not None or self.viewers_below is not None
        return Counted(self.viewers, self.viewers_below) if known else None

    def to_dict(self) -> dict[str, Any]:
        """Return the reason under the keys of its kind: ``title_id, title, share, viewers`` for a title.

        What was asked for by name has ``asked`` as well.
        """
        if not self.label:
            return {"everybody": True, "share": self.share}
        asked = {"asked": True} if self.asked else {}
        if self.label == "Genre":
            return {"genre": self.id, "share": self.share} | asked
        id_key, name_key = _KEYS[self.label]
        values = {id_key: self.id, name_key: self.name, "share": self.share}
        return values | ({} if self.counted is None else self.counted.to_dict()) | asked


@dataclass(frozen=True, slots=True)
class Others:
    """The seeds that are not named one by one: how many, their share together, and what to call one of them."""

    count: int
    share: float
    noun: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """What they are called together.

        >>> Others(4, 0.4).text, Others(1, 0.4, "reason").text
        ('4 other titles', '1 other reason')
        """
        return count_of(self.count, f"other {self.noun or 'title'}")


@dataclass(frozen=True, slots=True, repr=False)
class Recommendation(Later):
    """One recommended title; in a list that a walk made, reasons are worked out when they are first looked at.

    Parameters
    ----------
    rank
        1 for the first.
    title_id, title, year
        The title; the year is ``None`` where it is not known.
    score
        Above 0; comparable within one list only.
    because
        The seeds with the largest shares, largest first.
    others
        The remaining seeds.
    reason
        The reason in words, where it is no sum over seeds.
    adjustments
        What remedies added to the walk's own score, by what they are called; the score is with them.
    """

    rank: int
    title_id: str
    title: str
    year: int | None
    score: float
    because: tuple[Reason, ...] = ()
    others: Others = Others(0, 0.0)
    reason: str = ""
    adjustments: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def label(self) -> str:
        """The title and its year, as people write it."""
        return label_of(self.title, self.year)

    @property
    def text(self) -> str:
        """The reason as a clause, such as "because you liked Alien 60 % …"."""
        text = self.reason or because_text(self.because, self.others)
        return "; ".join(part for part in (text, adjustments_text(self.adjustments)) if part)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values under the names of the fields."""
        values = {
            "rank": self.rank,
            "title_id": self.title_id,
            "title": self.title,
            "year": self.year,
            "score": self.score,
            "because": [reason.to_dict() for reason in self.because],
            "others": {"count": self.others.count, "share": self.others.share},
        }
        values |= {"reason": self.reason} if self.reason else {}
        return values | ({"adjustments": dict(self.adjustments)} if self.adjustments else {})

    def __repr__(self) -> str:
        return f"<Recommendation {self.rank}: {self.label} scores {self.score:.3g}>"

    def _repr_html_(self) -> str:
        return html_of(f"{self.rank}. {self.label}: {self.text}")


@dataclass(frozen=True, slots=True, repr=False)
class Recommendations(Sequence[Recommendation]):
    """A ranked list, best first.

    Parameters
    ----------
    items
        The titles; fewer than asked for where no more can be reached.
    walk
        The walk that ranked them.
    note
        One sentence where the list is not what was asked for: why, and what it is instead.
    """

    items: tuple[Recommendation, ...]
    walk: str
    note: str = ""

    @overload
    def __getitem__(self, index: int) -> Recommendation: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Recommendation]: ...
    def __getitem__(self, index: int | slice) -> Recommendation | Sequence[Recommendation]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return plain values, one dictionary a title."""
        return [item.to_dict() for item in self.items]

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with the columns rank, title_id, title, year, score and because (as text)."""
        import pandas as pd

        return _typed(pd.DataFrame(self.rows(), columns=_LIST_COLUMNS))

    def rows(self) -> list[tuple[Any, ...]]:
        """Return one tuple a title: what :meth:`to_frame` has in its columns."""
        return [(i.rank, i.title_id, i.title, i.year, i.score, i.text) for i in self.items]

    def __str__(self) -> str:
        scores = scores_text([item.score for item in self.items])
        lines = [
            f"{item.rank:>3}. {item.label}  {score}" for item, score in zip(self.items, scores, strict=True)
        ]
        return "\n".join([*lines, self.note] if self.note else lines)

    def __repr__(self) -> str:
        return f"<Recommendations: {_in_short(self)}>"

    def _repr_html_(self) -> str:
        return html_of(self.note, self.to_frame())


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """Titles because of one that somebody watched.

    Parameters
    ----------
    because_id, because
        The title that was watched.
    titles
        What is close to it.
    """

    because_id: str
    because: str
    titles: Recommendations

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"because_id": self.because_id, "because": self.because, "titles": self.titles.to_dict()}

    def __str__(self) -> str:
        return f"Because you watched {self.because}\n{self.titles}"

    def __repr__(self) -> str:
        return f"<Row because of {self.because}: {_in_short(self.titles)}>"

    def _repr_html_(self) -> str:
        return html_of(f"Because you watched {self.because}", self.titles.to_frame())


@dataclass(frozen=True, slots=True, repr=False)
class RecommendationsByUser(Mapping[str, Recommendations]):
    """The lists of several users, by user id, in the order in which they were asked for."""

    lists: Mapping[str, Recommendations] = field(default_factory=dict)

    def __getitem__(self, user_id: str) -> Recommendations:
        return self.lists[user_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.lists)

    def __len__(self) -> int:
        return len(self.lists)

    def to_frame(self) -> pd.DataFrame:
        """Return one frame for all: the columns of :meth:`Recommendations.to_frame` after ``user_id``."""
        import pandas as pd

        rows = [(user_id, *row) for user_id, titles in self.lists.items() for row in titles.rows()]
        return _typed(pd.DataFrame(rows, columns=["user_id", *_LIST_COLUMNS]))

    def __repr__(self) -> str:
        first = next(iter(self.lists.items()), None)
        return f"<RecommendationsByUser: {count_of(len(self), 'list')}" + (
            ">" if first is None else f"; of {first[0]} {_in_short(first[1])}>"
        )

    def _repr_html_(self) -> str:
        shown = dict(islice(self.lists.items(), MOST_ROWS))
        return html_of(f"Lists of {count_of(len(self), 'user')}", RecommendationsByUser(shown).to_frame())


def _in_short(titles: Recommendations) -> str:
    names = ", ".join(item.label for item in titles.items[:3])
    more = ", …" if len(titles) > 3 else ""
    return f"{count_of(len(titles), 'title')} by {titles.walk}" + (f": {names}{more}" if names else "")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({"rank": "int64", "year": "Int64", "score": "float64"})


_LIST_COLUMNS = ["rank", "title_id", "title", "year", "score", "because"]
