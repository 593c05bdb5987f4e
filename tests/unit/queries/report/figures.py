"""Figures of an audit that are made up."""

from __future__ import annotations

from cinewalk.queries.audit.figures import Audit, ChangeRow, ExposureRow, GapRow, GroupRow
from cinewalk.queries.evaluate.figures import MeanInterval


def around(mean: float, reach: float = 0.02) -> MeanInterval:
    return MeanInterval(mean, mean - reach, mean + reach)


def group(kind: str, value: str, viewers: int = 50, **figures: float) -> GroupRow:
    named = {name.replace("_at_", "@"): around(mean) for name, mean in figures.items()}
    return GroupRow(kind, value, viewers, viewers >= 20, named, 0.25, 0.9)


def gap(kind: str, figure: str, p: float, highest: str = "M", lowest: str = "F") -> GapRow:
    return GapRow(kind, figure, highest, lowest, 2, 0.05, 0.02, 0.001, 0.04, p)


def shown(
    by: str, value: str, exposure: float, viewing: float, p: float = 0.001, reach: float = 0.05
) -> ExposureRow:
    return ExposureRow(by, value, exposure, 0.1, viewing, around(exposure / viewing, reach), 0.5, 1.5, p)


def change(who: str, mean: float, affected: float, groups: str = "off") -> ChangeRow:
    return ChangeRow(groups, who, "", "", 100, around(mean), affected, 1, (mean, mean))


EVERYBODY = group("", "", 100, ndcg_at_10=0.2, recall_at_20=0.25, popularity_lift=0.5, bubble_index=0.2)


FIGURES = {"ndcg_at_10": 0.2, "recall_at_20": 0.3, "popularity_lift": 0.6, "bubble_index": 0.1}


WOMEN, MEN = group("gender", "F", **FIGURES), group("gender", "M", **FIGURES | {"recall_at_20": 0.2})


PLAIN = Audit("blend", "", EVERYBODY, (), (), (), (), (), ())
