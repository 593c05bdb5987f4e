"""What remedies gain, and what they cost: lists before and after, on a split of one graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.exposure_share import exposure_share
from cinewalk.graph.evaluate.list_metrics import bubble_index, genre_divergence
from cinewalk.graph.evaluate.metrics import accuracy, beyond_accuracy
from cinewalk.graph.evaluate.splits import askable, split
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.numeric.resampling import bootstrap_intervals
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.rerank.exposure_floor import ExposureFloor
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.tune.figures import Step, TradeOffs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cinewalk.graph.evaluate.splits import Split, SplitKind
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Walk

#: How long lists are that are re-ranked, and at how many places recall looks.
K, LONG = 10, 20

#: The figure that remedies cost.
COST: Final = "ndcg@10"


def compare(
    graph: Graph,
    settings: Settings,
    spec: str,
    *,
    walk: str | None = None,
    kind: SplitKind = "user-time",
    seed: int = 0,
    progress: Progress = no_progress,
) -> TradeOffs:
    """Add one remedy after the other, and look at what each changes.

    The last fifth of each user's events is held out (:func:`cinewalk.graph.evaluate.splits.split`), walks and
    remedies know the rest. Lists of ten are re-ranked; recall looks at how they go on.

    Parameters
    ----------
    graph
        The graph.
    settings
        The parameters of the walks.
    spec
        The remedies, as for :meth:`cinewalk.graph.rerank.chain.RerankChain.parse`.
    walk
        The walk; by default the one that people get unless they name another.
    kind, seed
        Of the split.
    progress
        Told how many lists are made.

    Raises
    ------
    RequestError
        Where the spec makes no sense, asks for nothing, or nothing can be held out.
    MissingPackageError
        Where ranx is not installed.
    """
    parts = split(graph, kind, seed=seed)
    whole = RerankChain.parse(spec, parts.train)
    if not whole.remedies:
        raise RequestError("there is no remedy to compare; name one, such as calibrated=0.1.")
    names = [str(remedy) for remedy in whole.remedies]
    specs = [",".join(names[: count + 1]) for count in range(len(names))]
    return measured(parts, settings, specs, walk=walk, progress=progress)


def curve(
    graph: Graph,
    settings: Settings,
    name: str,
    values: Iterable[float],
    *,
    walk: str | None = None,
    kind: SplitKind = "user-time",
    seed: int = 0,
    progress: Progress = no_progress,
) -> TradeOffs:
    """Turn the dial of one remedy, and look at what that gains and costs; see :func:`compare`.

    Parameters
    ----------
    graph, settings, walk, kind, seed, progress
        As for :func:`compare`.
    name
        The remedy: ``calibrated``, ``bubble``, ``popularity``, ``diverse``, or a floor without its share, such as
        ``floor=year:before:1980``.
    values
        The values of the dial.
    """
    specs = [with_dial(name, value) for value in values]
    return measured(split(graph, kind, seed=seed), settings, specs, walk=walk, progress=progress)


def with_dial(name: str, value: float) -> str:
    """Return what asks for a remedy.

    >>> with_dial("bubble", 2), with_dial("floor=genre:Drama", 0.3)
    ('bubble=2', 'floor=genre:Drama:0.3')
    """
    return f"{name}{':' if '=' in name else '='}{value:.12g}"


def measured(
    parts: Split,
    settings: Settings,
    specs: Sequence[str],
    *,
    walk: str | None = None,
    users: Int32Array | None = None,
    progress: Progress = no_progress,
) -> TradeOffs:
    """Make everybody's lists without remedies and with each of several, and measure them.

    Parameters
    ----------
    parts
        What may be known, and what is to be found.
    settings, walk, progress
        As for :func:`compare`.
    specs
        What asks for the remedies of each step.
    users
        Whose lists; by default of all who like something on both sides.
    """
    users = askable(parts.train, parts.test) if users is None else users
    if not len(users):
        raise RequestError("nobody likes something that is known and something that is held out.")
    walks = Registry(prepare(Registry(parts.train, settings), progress), settings)
    chosen = walks.walk(walk or "newcomers")
    remedies = [RerankChain.parse(spec, walks.graph, parts=walks, walk=chosen) for spec in specs]
    lists = _lists(walks, chosen, users, [None, *remedies], progress)
    groups = {
        remedy.group.spec: remedy.group.parts
        for several in remedies
        for remedy in several.remedies
        if isinstance(remedy, ExposureFloor)
    }
    figures = [_figures(parts, table, users, groups) for table in lists]
    steps = []
    for spec, of_step in zip(["", *specs], figures, strict=True):
        before = figures[0][COST]
        losses = (before - of_step[COST]) / (float(before.mean()) or 1.0)
        known = {name: values[~np.isnan(values)] for name, values in of_step.items()}
        means = {name: float(values.mean()) for name, values in known.items() if len(values)}
        # The mean without remedies is taken as it is, and not resampled.
        low, high = bootstrap_intervals(losses[:, None], users)[:, 0].tolist()
        steps.append(Step(spec, means, float(losses.mean()), (low, high), losses))
    return TradeOffs(tuple(steps), len(users))


def _lists(
    walks: Registry, walk: Walk, users: Int32Array, remedies: Sequence[RerankChain | None], progress: Progress
) -> list[Int32Array]:
    """Make the lists of everybody under each of several remedies; a walk is run once for all of them."""
    for several in remedies:
        if several is not None:
            progress(f"Finding what {several} takes", 0, 0)
            _ = several.ready
    people = People(walks.graph, walks.settings.half_life)
    wanted = [Wanted(LONG, several, K) for several in remedies]
    made = make_lists(walk, people, users, wanted, lambda done: progress("Making lists", done, len(users)))
    return [lists.titles for lists in made]


def _figures(
    parts: Split, lists: Int32Array, users: Int32Array, groups: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Measure lists: numbers whose mean is the figure, one a user or one for all."""
    short = lists[:, :K]
    accuracies = accuracy(lists, users, parts.test, [K, LONG])
    overall = beyond_accuracy(short, parts.train.likes, [K])
    exposures = {
        f"exposure {spec}": exposure_share([row[row != NO_TITLE] for row in short], group)
        for spec, group in groups.items()
    }
    return {
        COST: accuracies[COST],
        f"recall@{LONG}": accuracies[f"recall@{LONG}"],
        "genre_divergence": genre_divergence(short, users, parts.train),
        "bubble_index": bubble_index(short, users, parts.train),
        **{name: np.array([overall[name]]) for name in (f"coverage@{K}", f"gini@{K}")},
        **{name: np.array([share]) for name, share in exposures.items()},
    }
