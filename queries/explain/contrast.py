"""Why one title is recommended rather than another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import count_of, label_of, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


@dataclass(frozen=True, slots=True)
class SeedDifference:
    """One seed, and what it gives to one title and to another."""

    label: str
    id: str
    name: str
    score: float
    other_score: float

    @property
    def difference(self) -> float:
        """By how much more it gives to the one."""
        return self.score - self.other_score


@dataclass(frozen=True, slots=True, repr=False)
class Contrast:
    """Why one title rather than another: the difference of their scores, by seed.

    Parameters
    ----------
    title_id, title, year, score
        The one.
    other_id, other, other_year, other_score
        The other.
    walk
        The walk that gave both scores.
    differences
        Every seed that adds to either, the one that speaks most for the title first; their differences sum to
        that of the scores.
    adjustments
        What remedies added to the scores of the one and the other, by what they are called.
    """

    title_id: str
    title: str
    year: int | None
    score: float
    other_id: str
    other: str
    other_year: int | None
    other_score: float
    walk: str
    differences: tuple[SeedDifference, ...]
    adjustments: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        values = {
            "title_id": self.title_id,
            "title": self.title,
            "year": self.year,
            "score": self.score,
            "instead_of": {
                "title_id": self.other_id,
                "title": self.other,
                "year": self.other_year,
                "score": self.other_score,
            },
            "walk": self.walk,
            "differences": [
                {"id": d.id, "name": d.name, "score": d.score, "other_score": d.other_score}
                for d in self.differences
            ],
        }
        pairs = {
            name: {"score": score, "other_score": other_score}
            for name, (score, other_score) in self.adjustments.items()
        }
        return values | ({"adjustments": pairs} if pairs else {})

    def to_frame(self) -> pd.DataFrame:
        """Return one row a seed: label, id, name, score, other_score, difference."""
        import pandas as pd

        columns = ["label", "id", "name", "score", "other_score", "difference"]
        rows = [(d.label, d.id, d.name, d.score, d.other_score, d.difference) for d in self.differences]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        label, other_label = label_of(self.title, self.year), label_of(self.other, self.other_year)
        seeds = count_of(len(self.differences), "seed")
        scores = f"{label} {self.score:.3g} instead of {other_label} {self.other_score:.3g}"
        return f"<Contrast: {scores} by {self.walk}, {seeds}>"

    def _repr_html_(self) -> str:
        return html_of(str(self), self.to_frame())

    def __str__(self) -> str:
        ahead = self.score >= self.other_score
        label, other_label = label_of(self.title, self.year), label_of(self.other, self.other_year)
        first, second = (label, other_label) if ahead else (other_label, label)
        text = f"{first} scores {abs(self.score - self.other_score):.3g} more than {second}"
        sides = [(label, [d.name for d in self.differences if d.difference > 0][:2])]
        sides += [(other_label, [d.name for d in reversed(self.differences) if d.difference < 0][:2])]
        reasons = [
            f"{' and '.join(names)} speak{'s' if len(names) == 1 else ''} for {label}"
            for label, names in sides
            if names
        ]
        reasons += [
            f"{name}: {label} {signed(mine)}, {other_label} {signed(its)}"
            for name, (mine, its) in self.adjustments.items()
        ]
        return f"{text}: {'; '.join(reasons)}."
