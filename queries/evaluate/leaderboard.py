"""Evaluations as tables for people: rows of text, and a page in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cinewalk.graph.evaluate.metrics import ACCURACY, BEYOND
from cinewalk.queries.words.markdown import NUMBERS, items, table
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.queries.evaluate.figures import Comparison, Evaluation

_HEADINGS: Final = {
    "recall": "Recall",
    "ndcg": "NDCG",
    "map": "MAP",
    "hit_rate": "Hit rate",
    "coverage": "Coverage",
    "gini": "Gini",
    "popularity": "Popularity",
    "novelty": "Novelty",
    "diversity": "Diversity",
}
_WITH_INTERVAL: Final = ("recall", "ndcg")


def table_at(rows: Sequence[dict[str, Any]], k: int) -> tuple[list[str], list[list[str]]]:
    """Return the headings and cells of all metrics at ``k``, the highest NDCG first.

    Parameters
    ----------
    rows
        What :meth:`~cinewalk.queries.evaluate.figures.Evaluation.to_dict` returned.
    k
        Where lists are cut.

    Examples
    --------
    >>> metrics = dict.fromkeys([f"{name}@5" for name in (*ACCURACY, *BEYOND)], 0.25)
    >>> row = {"walk": "blend", **metrics, "recall@5_interval": [0.2, 0.3], "ndcg@5_interval": [0.2, 0.3]}
    >>> table_at([row], 5)[1][0][:4]
    ['blend', '0.250 (0.200–0.300)', '0.250 (0.200–0.300)', '0.250']
    """
    best_first = sorted(rows, key=lambda row: (-row[f"ndcg@{k}"], row["walk"]))
    metrics = (*ACCURACY, *BEYOND)
    cells = [[row["walk"], *(_cell(row, metric, k) for metric in metrics)] for row in best_first]
    return ["Walk", *(_HEADINGS[metric] for metric in metrics)], cells


def _cell(row: dict[str, Any], metric: str, k: int) -> str:
    value = row[f"{metric}@{k}"]
    if metric == "popularity":
        return f"{value:.0f}"
    if metric == "novelty":
        return f"{value:.1f}"
    if metric not in _WITH_INTERVAL:
        return _decimal(value)
    low, high = row[f"{metric}@{k}_interval"]
    return f"{_decimal(value)} ({_decimal(low)}–{_decimal(high)})"


def _decimal(value: float) -> str:
    return f"{value:.3f}"


def comparison_rows(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Return the headings and cells of a comparison."""
    cells = [
        [d.metric, f"{d.difference:+.4f}", f"{d.interval[0]:+.4f} to {d.interval[1]:+.4f}", f"{d.p:.4f}"]
        for d in comparison.differences
    ]
    return ["Metric", "Difference", "95 % interval", "p"], cells


def markdown(
    evaluation: Evaluation, comparisons: Iterable[Comparison], command: str, what: str, notes: Iterable[str]
) -> str:
    """Return a page about an evaluation.

    Parameters
    ----------
    evaluation
        The evaluation.
    comparisons
        Comparisons to show below it.
    command
        What to run for the same page.
    what
        The data and how they were parted, as a sentence.
    notes
        What else a person should know, one sentence each.
    """
    rows = evaluation.to_dict()
    users = count_of(rows[0]["users"], "user")
    lines = [
        "# Leaderboard",
        "",
        f"Written by `{command}`; do not edit. What each column means: [evaluation.md](evaluation.md).",
        "",
        f"{what} {users} evaluated; 95 % bootstrap intervals over users in brackets.",
    ]
    for k in evaluation.ks:
        lines += ["", f"## At {k}", "", _table(table_at(rows, k))]
    for comparison in comparisons:
        heading = f"## {comparison.walk} minus {comparison.other}, user by user"
        lines += ["", heading, "", _table(comparison_rows(comparison))]
    said = list(notes)
    return "\n".join([*lines, *(["", "## Notes", "", items(said)] if said else [])]) + "\n"


def _table(cells: tuple[list[str], list[list[str]]]) -> str:
    return table(*cells, markup=True, others=NUMBERS)
