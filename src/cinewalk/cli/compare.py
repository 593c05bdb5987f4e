"""What the command `audit` does with `--compare` and `--curve`: what remedies change, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cinewalk import console
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.tune.figures import Step, TradeOffs

_MEANING = (
    "Each row adds a remedy to those above it, or turns one further. Lost: by how much NDCG@10 is lower than without "
    "(brackets: 95 % intervals over viewers; below 0 % it is higher). Divergence: how far the lists' genres are from "
    "the viewers'. Outside: places outside the viewer's three top genres. Shown: the floor's part of what is shown."
)


def run(
    graph: Graph,
    settings: Settings,
    compare: str | None,
    curve: str | None,
    *,
    walk: str | None,
    seed: int,
    progress: Progress,
) -> list[tuple[str, TradeOffs]]:
    """Measure remedies one after the other, and one at several values of its dial.

    Parameters
    ----------
    graph, settings
        The graph, and the parameters of the walks.
    compare
        Remedies, such as ``calibrated=0.1,bubble=2``.
    curve
        One remedy with several values, such as ``calibrated=0.05,0.1,0.2``.
    walk, seed, progress
        As for :func:`cinewalk.queries.tune.trade_offs.compare`.

    Raises
    ------
    RequestError
        Where that makes no sense.
    """
    from cinewalk.queries.tune import trade_offs

    tables = []
    if compare is not None:
        steps = trade_offs.compare(graph, settings, compare, walk=walk, seed=seed, progress=progress)
        tables.append(("What remedies change", steps))
    if curve is not None:
        name, values = _dial(curve)
        turned = trade_offs.curve(graph, settings, name, values, walk=walk, seed=seed, progress=progress)
        tables.append((f"What {name} changes", turned))
    return tables


def _dial(text: str) -> tuple[str, list[float]]:
    """Read a remedy and the values of its dial."""
    head, _, first = text.partition(",")[0].rpartition(":" if text.count("=") and ":" in text else "=")
    numbers = [first, *text.split(",")[1:]]
    try:
        values = [float(number) for number in numbers]
    except ValueError:
        values = []
    if not head or not values:
        raise typer.BadParameter(
            f"{text!r} is not a remedy and numbers, such as calibrated=0.05,0.1,0.2.", param_hint="--curve"
        )
    return head, values


def print_trade_offs(heading: str, trade_offs: TradeOffs) -> None:
    """Print what each step changes."""
    columns = [
        "Remedies",
        "NDCG@10",
        "Lost",
        "Recall@20",
        "Divergence",
        "Outside",
        "Coverage",
        "Gini",
        "Shown",
    ]
    console.print_table(
        f"{heading}, {trade_offs.users:,} viewers", columns, [_row(step) for step in trade_offs.steps]
    )
    console.out().print(f"[dim]{_MEANING}[/dim]\n")


def _row(step: Step) -> tuple[str, ...]:
    cost, low, high = (percent(value, 1, minus="-") for value in (step.cost, *step.interval))
    lost = f"{cost} ({low} to {high})" if step.remedies else ""
    names = ("recall@20", "genre_divergence", "bubble_index", "coverage@10", "gini@10")
    others = [f"{step.figures[name]:.3f}" if name in step.figures else "" for name in names]
    exposures = [value for name, value in step.figures.items() if name.startswith("exposure")]
    shown = [percent(value, 1, space="") for value in exposures]
    return step.remedies or "none", f"{step.figures['ndcg@10']:.4f}", lost, *others, ", ".join(shown)
