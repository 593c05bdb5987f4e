"""What a measurement of explanations came to: frozen figures of each walk, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.graph.numeric.resampling import bootstrap_intervals

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array

#: Every figure, and what it is in words.
FIGURES: Final = {
    "path_coverage@3": "part of the score that the best 3 walks give",
    "path_coverage@10": "the best 10",
    "path_coverage@100": "the best 100",
    "seed_coverage@3": "the 3 likes that give most",
    "first_changes": "another title is first without these likes",
    "first_changes_random": "without as many random ones",
    "first_changes_difference": "difference",
    "list_changes": "of the ten titles, gone without these likes",
    "list_changes_random": "without as many random ones",
    "list_changes_difference": "difference",
    "score_falls": "part of its score that goes with these likes",
    "score_falls_random": "with as many random ones",
    "score_falls_difference": "difference",
    "counterfactual_found": "a counterfactual is found",
    "counterfactual_size": "its likes",
    "counterfactual_proven": "proven to be the fewest",
    "counterfactual_valid": "true when really deleted",
    "lir": "recency of the likes that walks start with (LIR)",
    "sep": "popularity of the nodes before titles (SEP)",
    "etd": "diversity of walks (ETD)",
}


@dataclass(frozen=True, slots=True, eq=False)
class WalkQuality:
    """How good the explanations of one walk are.

    Parameters
    ----------
    walk
        Its name.
    by_user
        By the names of :data:`FIGURES`, one number a user; NaN where there is nothing to measure.
    path_types
        How many types the walks to a title can have.
    """

    walk: str
    by_user: Mapping[str, FloatArray]
    path_types: int


@dataclass(frozen=True, slots=True, eq=False)
class ExplanationQuality:
    """How good the explanations of several walks are, for the same users.

    Parameters
    ----------
    figures
        One for each walk.
    users
        The position of each user.
    notes
        What a person should know: who is left out, and what a figure cannot say.

    Examples
    --------
    >>> by_user = dict.fromkeys(FIGURES, np.array([0.25, np.nan, 0.75]))
    >>> quality = ExplanationQuality((WalkQuality("blend", by_user, 1),), np.arange(3, dtype=np.int32))
    >>> quality.to_dict()[0]["lir"], quality.to_dict()[0]["lir_users"]
    (0.5, 2)
    """

    figures: tuple[WalkQuality, ...]
    users: Int32Array
    notes: tuple[str, ...] = ()

    def to_dict(self) -> list[dict[str, Any]]:
        """Return one dictionary a walk: every figure, its interval, and for how many users it could be measured.

        A figure that could be measured for nobody is ``None``.
        """
        rows: list[dict[str, Any]] = []
        for quality in self.figures:
            row: dict[str, Any] = {
                "walk": quality.walk,
                "users": len(self.users),
                "path_types": quality.path_types,
            }
            for name in FIGURES:
                row[name], row[f"{name}_interval"], row[f"{name}_users"] = self._summary(
                    quality.by_user[name]
                )
            rows.append(row)
        return rows

    def _summary(self, values: FloatArray) -> tuple[float | None, list[float] | None, int]:
        known = ~np.isnan(values)
        if not known.any():
            return None, None, 0
        ends = bootstrap_intervals(values[known][:, None], self.users[known])[:, 0]
        return float(values[known].mean()), ends.tolist(), int(known.sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a walk and figure: walk, figure, mean, low, high, users."""
        import pandas as pd

        rows = []
        for row in self.to_dict():
            for name in FIGURES:
                low, high = row[f"{name}_interval"] or (np.nan, np.nan)
                rows.append((row["walk"], name, row[name], low, high, row[f"{name}_users"]))
        frame = pd.DataFrame(rows, columns=["walk", "figure", "mean", "low", "high", "users"])
        return frame.astype({"mean": "float64"})

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return the headings and cells of a table for people: figures by walks, with intervals."""
        rows = self.to_dict()
        cells = [[words, *(_cell(row, name) for row in rows)] for name, words in FIGURES.items()]
        return ["Figure", *(row["walk"] for row in rows)], cells


def _cell(row: dict[str, Any], name: str) -> str:
    if row[name] is None:
        return "–"
    low, high = row[f"{name}_interval"]
    digits, sign = (
        (2, "") if name in {"counterfactual_size", "list_changes", "list_changes_random"} else (3, "")
    )
    if name.endswith("_difference"):
        sign = "+"
    value, low, high = (f"{number:{sign}.{digits}f}" for number in (row[name], low, high))
    return f"{value} ({low} to {high})" if sign else f"{value} ({low}–{high})"
