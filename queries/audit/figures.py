"""What an audit came to: frozen figures of groups, gaps, exposure and what groups change; nothing about one person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import RequestError
from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cinewalk.queries.evaluate.figures import MeanInterval

#: What is measured for each viewer, and what it is in words.
FIGURES: Final = {
    "ndcg@10": "how well the ten find what is liked later, the first places most",
    "recall@20": "the part of what is liked later that is in the first twenty",
    "popularity_lift": "how much more popular the list is than what the viewer likes",
    "genre_divergence": "how far the list's genres are from the viewer's (KL)",
    "bubble_index": "the share of places outside the viewer's three top genres",
}

#: The parts of an audit, each a table of its own.
SECTIONS: Final = ("groups", "gaps", "exposure", "changes")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of viewers.

    Parameters
    ----------
    kind, value
        ``gender``, ``F``; both empty for everybody.
    viewers
        How many.
    compared
        Whether there are enough to compare it with others.
    figures
        By the names of :data:`FIGURES`; without those that cannot be shown.
    coverage, gini
        Of the group's lists together: the part of all titles in some list, and how unevenly titles are shown.
    """

    kind: str
    value: str
    viewers: int
    compared: bool
    figures: Mapping[str, MeanInterval]
    coverage: float
    gini: float

    def to_row(self) -> dict[str, Any]:
        """Return flat plain values."""
        row = asdict(self)
        del row["figures"]
        for name, (mean, low, high) in self.figures.items():
            row |= {name: mean, f"{name}_low": low, f"{name}_high": high}
        return row


@dataclass(frozen=True, slots=True)
class GapRow:
    """How far the highest and the lowest of a kind's compared groups lie apart in one figure.

    Parameters
    ----------
    kind, figure
        ``gender``, ``ndcg@10``.
    highest, lowest
        The two groups.
    groups
        How many are compared.
    gap
        Between the two.
    null_mean, null_low, null_high
        The mean gap, and the middle 95 % of gaps, if groups are exchanged among viewers at random.
    p
        How often chance makes a gap at least as large.
    """

    kind: str
    figure: str
    highest: str
    lowest: str
    groups: int
    gap: float
    null_mean: float
    null_low: float
    null_high: float
    p: float

    def to_row(self) -> dict[str, Any]:
        """Return flat plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """How much one value of an attribute of titles or creators is shown.

    Parameters
    ----------
    by, value
        ``decade``, ``1970s``; ``creator.gender``, ``F``.
    exposure, catalogue, viewing
        Its shares of places, titles and likes; see :mod:`cinewalk.graph.evaluate.exposure`.
    amplification
        Exposure / viewing, with its interval over viewers; ``None`` where nobody likes any.
    null_low, null_high
        Where 95 % of amplifications lie if the values are exchanged among titles (or people) at random.
    p
        How often chance is as far from the middle; two-sided.
    """

    by: str
    value: str
    exposure: float
    catalogue: float
    viewing: float
    amplification: MeanInterval | None
    null_low: float | None
    null_high: float | None
    p: float | None

    def to_row(self) -> dict[str, Any]:
        """Return flat plain values."""
        row = asdict(self)
        mean, low, high = self.amplification or (None, None, None)
        return row | {"amplification": mean, "amplification_low": low, "amplification_high": high}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """How many of the first ten titles change for viewers when their groups do.

    Parameters
    ----------
    groups
        ``off``, where nobody is in a group; ``shuffled``, where they are exchanged at random, several times.
    who
        ``newcomers`` for viewers with fewer likes than the walk for newcomers asks for, ``others``.
    kind, value
        Of newcomers, those of one group; empty for all.
    viewers
        How many.
    changed
        How many titles of the ten are others: the mean over viewers and times, and its interval over viewers.
    affected
        The share of viewers for whom any is; the mean over times.
    times
        How often lists were made.
    spread
        The least and the greatest mean of a single time.
    """

    groups: str
    who: str
    kind: str
    value: str
    viewers: int
    changed: MeanInterval
    affected: float
    times: int
    spread: tuple[float, float]

    def to_row(self) -> dict[str, Any]:
        """Return flat plain values."""
        (mean, low, high), (least, most), row = self.changed, self.spread, asdict(self)
        del row["spread"]
        row |= {"changed": mean, "changed_low": low, "changed_high": high}
        return row | {"changed_least": least, "changed_most": most}


@dataclass(frozen=True, slots=True, repr=False)
class Audit:
    """What an audit came to.

    Parameters
    ----------
    walk
        What made the lists.
    remedies
        The re-ranks in force, in words; empty for none.
    everybody
        All viewers who could be asked.
    groups, gaps, exposure, changes
        The rows of each part.
    hidden
        The kinds and attributes of which something is hidden.
    notes
        What a person should know.
    """

    walk: str
    remedies: str
    everybody: GroupRow
    groups: tuple[GroupRow, ...]
    gaps: tuple[GapRow, ...]
    exposure: tuple[ExposureRow, ...]
    changes: tuple[ChangeRow, ...]
    hidden: tuple[str, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: a list of rows for each part."""
        return {
            "walk": self.walk,
            "remedies": self.remedies,
            "everybody": self.everybody.to_row(),
            **{section: [row.to_row() for row in getattr(self, section)] for section in SECTIONS},
            "hidden": list(self.hidden),
            "notes": list(self.notes),
        }

    def to_frame(self, section: str = "groups") -> pd.DataFrame:
        """Return one part as a table.

        Parameters
        ----------
        section
            One of :data:`SECTIONS`; ``groups`` has everybody in its first row.

        Raises
        ------
        RequestError
            Where there is no such part.
        """
        import pandas as pd

        if section not in SECTIONS:
            raise RequestError(f"there is no part {section!r} of an audit; there are {', '.join(SECTIONS)}.")
        rows = [self.everybody] if section == "groups" else []
        return pd.DataFrame([row.to_row() for row in [*rows, *getattr(self, section)]])

    def plot(self) -> Any:
        """Draw the figures of groups, gaps and what is shown: an Altair chart, which notebooks show.

        Its ``save`` writes PNG or SVG. Without the extra ``report`` there is a MissingPackageError.
        """
        from cinewalk.queries.charts.shown import audit_plot

        return audit_plot(self)

    def __repr__(self) -> str:
        made = f"{self.walk} with {self.remedies}" if self.remedies else self.walk
        rows = ", ".join(f"{len(getattr(self, section))} {section}" for section in SECTIONS)
        return f"<Audit of {made}: {count_of(self.everybody.viewers, 'viewer')}; rows: {rows}>"

    def _repr_html_(self) -> str:
        tables = [html_of(section, self.to_frame(section)) for section in SECTIONS]
        return html_of("\n".join([repr(self)[1:-1], *self.notes])) + "".join(tables)
