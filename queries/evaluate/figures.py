"""What an evaluation came to: frozen figures of each walk, with intervals and paired comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.metrics import ACCURACY, BEYOND
from cinewalk.graph.numeric.resampling import bootstrap_intervals, sign_flip_p_values
from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array


def metric_names(k: int) -> list[str]:
    """Return the names of all metrics at ``k``, in the order in which they are shown.

    >>> metric_names(5)[:2]
    ['recall@5', 'ndcg@5']
    """
    return [f"{name}@{k}" for name in (*ACCURACY, *BEYOND)]


class MeanInterval(NamedTuple):
    """A mean over users, and its 95 % interval."""

    mean: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"mean": self.mean, "interval": [self.low, self.high]}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Figures:
    """What one walk came to.

    Parameters
    ----------
    walk
        Its name.
    by_list
        ``recall@10``, ``ndcg@10``, …: one number per list, in the order of :attr:`Evaluation.users`.
    overall
        ``coverage@10``, ``gini@10``, …: one number for all lists.
    """

    walk: str
    by_list: Mapping[str, FloatArray]
    overall: Mapping[str, float]

    def __repr__(self) -> str:
        metrics = count_of(len(self.by_list) + len(self.overall), "metric")
        return f"<Figures of {self.walk}: {metrics}>"


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """How far two walks lie apart in one metric.

    Parameters
    ----------
    metric
        ``ndcg@10``, say.
    difference
        The mean over users of the first walk's minus the second's.
    interval
        Its 95 % bootstrap interval.
    p
        The two-sided p-value of a paired randomization test.
    """

    metric: str
    difference: float
    interval: tuple[float, float]
    p: float


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Two walks on the same users, metric by metric."""

    walk: str
    other: str
    differences: tuple[MetricDifference, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: ``walk``, ``other``, and a dictionary per metric."""
        row: dict[str, Any] = {"walk": self.walk, "other": self.other}
        for d in self.differences:
            row[d.metric] = {"difference": d.difference, "interval": list(d.interval), "p": d.p}
        return row

    def to_frame(self) -> pd.DataFrame:
        """Return one row a metric: metric, difference, low, high, p."""
        import pandas as pd

        rows = [(d.metric, d.difference, *d.interval, d.p) for d in self.differences]
        return pd.DataFrame(rows, columns=["metric", "difference", "low", "high", "p"])

    def __repr__(self) -> str:
        return f"<Comparison of {self.walk} with {self.other}: {count_of(len(self.differences), 'metric')}>"

    def _repr_html_(self) -> str:
        return html_of(repr(self)[1:-1], self.to_frame())


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """What several walks came to on the same users.

    Parameters
    ----------
    figures
        One for each walk.
    users
        The user (position) of each list; with several splits a user may have several lists.
    ks
        Where lists are cut.
    splits
        How many splits are averaged.
    notes
        What a person should know: who is not evaluated and why, what lists are short.

    Examples
    --------
    >>> users = np.array([0, 1], np.int32)
    >>> blend = Figures("blend", {"recall@1": np.array([1.0, 0.5])}, {})
    >>> other = Figures("other", {"recall@1": np.array([0.5, 0.5])}, {})
    >>> Evaluation((blend, other), users, (1,)).compare("blend", "other").differences[0].difference
    0.25
    """

    figures: tuple[Figures, ...]
    users: Int32Array
    ks: tuple[int, ...]
    splits: int = 1
    notes: tuple[str, ...] = ()

    @classmethod
    def averaged(cls, parts: Sequence[Evaluation]) -> Evaluation:
        """Average evaluations of the same walks on several splits of one graph.

        What is measured per list is averaged over the lists of all splits, and users are resampled with all of
        their lists; what is measured over all lists is averaged over splits.
        """
        if len(parts) == 1:
            return parts[0]
        figures = tuple(
            Figures(
                same[0].walk,
                {
                    name: np.concatenate([of_split.by_list[name] for of_split in same])
                    for name in same[0].by_list
                },
                {
                    name: float(np.mean([of_split.overall[name] for of_split in same]))
                    for name in same[0].overall
                },
            )
            for same in zip(*(part.figures for part in parts), strict=True)
        )
        everywhere = [note for note in parts[0].notes if all(note in part.notes for part in parts)]
        notes = everywhere + [
            f"Split {number}: {note}"
            for number, part in enumerate(parts, start=1)
            for note in part.notes
            if note not in everywhere
        ]
        users = np.concatenate([part.users for part in parts])
        return cls(figures, users, parts[0].ks, len(parts), tuple(notes))

    @property
    def walks(self) -> tuple[str, ...]:
        """The names of the walks."""
        return tuple(figures.walk for figures in self.figures)

    def of(self, walk: str) -> Figures:
        """Return the figures of one walk.

        Raises
        ------
        RequestError
            Where it was not evaluated.
        """
        for figures in self.figures:
            if figures.walk == walk:
                return figures
        raise RequestError(f"the walk {walk!r} was not evaluated; there are {', '.join(self.walks)}.")

    @cached_property
    def _intervals(self) -> dict[tuple[str, str], list[float]]:
        names = [(figures.walk, name) for figures in self.figures for name in figures.by_list]
        values = [figures.by_list[name] for figures in self.figures for name in figures.by_list]
        ends = bootstrap_intervals(np.stack(values, axis=1), self.users).T.tolist() if values else []
        return dict(zip(names, ends, strict=True))

    def to_dict(self) -> list[dict[str, Any]]:
        """Return one dictionary a walk: ``walk``, every metric as ``recall@10``, ``users``, intervals."""
        rows = []
        for figures in self.figures:
            means = {name: float(values.mean()) for name, values in figures.by_list.items()} | dict(
                figures.overall
            )
            row: dict[str, Any] = {"walk": figures.walk}
            row |= {name: means[name] for k in self.ks for name in metric_names(k)}
            row |= {"users": len(np.unique(self.users)), "splits": self.splits}
            row |= {f"{name}_interval": self._intervals[figures.walk, name] for name in figures.by_list}
            rows.append(row)
        return rows

    def to_frame(self) -> pd.DataFrame:
        """Return one row a walk, with the columns of :meth:`to_dict`; intervals as ``…_low`` and ``…_high``."""
        import pandas as pd

        rows = []
        for row in self.to_dict():
            flat: dict[str, Any] = {}
            for name, value in row.items():
                if isinstance(value, list):
                    stem = name.removesuffix("_interval")
                    flat[f"{stem}_low"], flat[f"{stem}_high"] = value
                else:
                    flat[name] = value
            rows.append(flat)
        return pd.DataFrame(rows)

    def plot(self) -> Any:
        """Draw NDCG and recall of every walk with their intervals: an Altair chart, which notebooks show.

        Its ``save`` writes PNG or SVG. Without the extra ``report`` there is a MissingPackageError.
        """
        from cinewalk.queries.charts.shown import evaluation_plot

        return evaluation_plot(self)

    def __repr__(self) -> str:
        users, ks = count_of(len(np.unique(self.users)), "user"), ", ".join(map(str, self.ks))
        return f"<Evaluation of {', '.join(self.walks)}: {users}, lists of {ks}>"

    def _repr_html_(self) -> str:
        return html_of("\n".join([repr(self)[1:-1], *self.notes]), self.to_frame())

    def compare(self, walk: str, other: str) -> Comparison:
        """Compare two walks user by user.

        Parameters
        ----------
        walk, other
            Their names; differences are the first minus the second.

        Raises
        ------
        RequestError
            Where one was not evaluated.
        """
        first, second = self.of(walk).by_list, self.of(other).by_list
        values = np.stack([first[name] - second[name] for name in first], axis=1)
        ends, p = bootstrap_intervals(values, self.users), sign_flip_p_values(values, self.users)
        return Comparison(
            walk,
            other,
            tuple(
                MetricDifference(
                    name, float(values[:, i].mean()), (float(ends[0, i]), float(ends[1, i])), float(p[i])
                )
                for i, name in enumerate(first)
            ),
        )
