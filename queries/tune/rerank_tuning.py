"""Choose the dials of remedies within an accuracy budget, on validation slices.

A dial is within the budget where what it *may* cost is: the upper end of the 95 % interval of the mean loss over users.
Dials are looked at in a fixed order, the weakest first, and the first that is not within ends it. So of everything
that is tried no more than one choice can go wrong for each remedy, and no correction for their number is needed (fixed
sequence testing).

References
----------
Angelopoulos, Bates, Candès, Jordan, Lei, "Learn then test: calibrating predictive algorithms to achieve risk control",
arXiv:2110.01052.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import TEST_FRACTION
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.numeric.resampling import bootstrap_intervals
from cinewalk.graph.rerank.bubble import Bubble
from cinewalk.graph.rerank.calibration import Calibration
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.rerank.exposure_floor import ExposureFloor
from cinewalk.graph.rerank.mmr import Diversification
from cinewalk.graph.rerank.popularity import PopularityDiscount
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.sequence import has_order
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.tune.slices import validation_slices
from cinewalk.queries.tune.trade_offs import K, measured, with_dial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.evaluate.splits import SliceKind
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.queries.tune.figures import Step
    from cinewalk.queries.tune.slices import Slice

#: The dials that are tried, the weakest first.
_DIALS: Final = {
    PopularityDiscount.name: (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6),
    Calibration.name: (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5),
    Diversification.name: (0.02, 0.05, 0.1, 0.15, 0.2, 0.3),
}
#: What a floor is tried with: so much more than the share that a group has by itself.
_MORE: Final = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2)
#: How many numbers of places are tried: from what lists have without the bubble dial, which would otherwise close it.
_PLACES: Final = 4
#: A floor that asks for nothing: the share that its group has without it.
_HARDLY: Final = 1e-9
#: Likes are held out again, in each way, until there are about so many lists, or so often.
_ENOUGH_LISTS: Final = 3000
_MOST_SLICES: Final = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial: what was asked for, what it cost on the slices and may cost, and whether that is within the budget."""

    remedies: str
    cost: float
    cost_at_most: float
    within: bool


@dataclass(frozen=True, slots=True)
class FairTuning:
    """The strongest dials within a budget.

    Parameters
    ----------
    remedies
        What asks for them; empty where nothing is within the budget.
    cost
        By how much NDCG@10 is lower with them on the slices, as a part of what it is without: the mean over users.
    cost_at_most
        What that may be: the upper end of its 95 % interval over users.
    budget
        By how much it may be.
    tried
        All trials.
    notes
        What a person should know.
    """

    remedies: str
    cost: float
    cost_at_most: float
    budget: float
    tried: tuple[Tried, ...]
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"tried": [asdict(trial) for trial in self.tried], "notes": list(self.notes)}


def tune_fair(
    graph: Graph,
    settings: Settings,
    names: str | Sequence[str],
    budget: float = 0.01,
    *,
    kind: SliceKind | None = None,
    fraction: float = TEST_FRACTION,
    seed: int = 0,
    progress: Progress = no_progress,
) -> FairTuning:
    """Turn dials up as far as accuracy allows, without looking at anything but what is given.

    A fifth of the likes is held out in two ways: the last of every user, and at random. Where users are few it is
    held out several times in each way (:func:`_several`), and a user's losses are taken together. What remedies
    cost, above all those against popularity, depends on what is to be found, and the way in which they may cost more
    counts. Remedies get their dials one after the other: the ``i``-th of ``m`` is turned up, with those before it as
    they are, until the upper end of the 95 % interval of what is lost of NDCG@10 is above ``i / m`` of the budget; the
    last dial before that is taken. A remedy whose weakest dial may cost too much is left out.

    Parameters
    ----------
    graph
        What may be known.
    settings
        The parameters of the walks.
    names
        The remedies without their dials: ``calibrated``, ``bubble``, ``popularity``, ``diverse``, and floors such as
        ``floor=year:before:1980``.
    budget
        By how much NDCG@10 may be lower, as a part of what it is; between 0 and 1.
    kind
        How likes are held out, see :func:`cinewalk.graph.evaluate.splits.validation_slice`, instead of both ways.
    fraction, seed
        Of the slices.
    progress
        Told how many trials are done.

    Raises
    ------
    RequestError
        Where a remedy is unknown, the budget out of range, or nothing can be held out.
    """
    if not 0 <= budget < 1:
        raise RequestError(f"the budget is {budget:g}; it must be a part of NDCG@10, such as 0.01.")
    asked = _asked(graph, names)
    ordered = has_order(Likes(graph.likes))
    kinds: tuple[SliceKind, ...] = (kind,) if kind else ("user-time", "random") if ordered else ("random",)
    ways = [_several(graph, fraction, way, seed) for way in kinds]
    for validation in chain.from_iterable(ways):
        train = prepare(Registry(validation.graph, settings), progress)
        validation.parts = replace(validation.parts, train=train)
    best, tried = _turned(ways, settings, asked, budget, progress)
    times = " and ".join(f"{way} {len(slices)}x" for way, slices in zip(kinds, ways, strict=True))
    notes = (
        f"chosen on {fraction:g} of the likes ({times}, seed {seed}) by what may be lost: the upper end of its 95 % "
        "interval over users",
    )
    return FairTuning(best.remedies, best.cost, best.cost_at_most, budget, tried, notes)


def _turned(
    ways: Sequence[Sequence[Slice]],
    settings: Settings,
    asked: Sequence[str],
    budget: float,
    progress: Progress,
) -> tuple[Tried, tuple[Tried, ...]]:
    """Turn one dial after the other up; return the last that is within the budget, and all trials."""
    best, tried = Tried("", 0.0, 0.0, within=True), list[Tried]()
    for place, name in enumerate(asked, start=1):
        progress("Turning dials", place - 1, len(asked))
        dials = _dials(ways, settings, best.remedies, name)
        specs = [_joined(best.remedies, with_dial(name, dial)) for dial in dials]
        limit = budget * place / len(asked)
        trials = [
            Tried(spec, measure.cost, measure.cost_at_most, measure.cost_at_most <= limit)
            for spec, measure in zip(specs, _steps(ways, settings, specs), strict=True)
        ]
        tried += trials
        within = list(takewhile(lambda trial: trial.within, trials))
        best = within[-1] if within else best
    progress("Turning dials", len(asked), len(asked))
    return best, tuple(tried)


def _several(graph: Graph, fraction: float, kind: SliceKind, seed: int) -> list[Slice]:
    """Hold likes out as often as it takes for enough lists: at random, or the last, and then those before them."""
    users = int(np.count_nonzero(np.diff(graph.likes.indptr) > 1))
    count = min(_MOST_SLICES, max(-(-_ENOUGH_LISTS // max(users, 1)), 1))
    slices: list[Slice] = []
    known = graph
    for number in range(count):
        try:
            slices += validation_slices(known, fraction, kind, _MOST_SLICES * seed + number, 1)
        except RequestError:
            if not slices:
                raise
            break
        if kind == "user-time":
            known = slices[-1].graph
    return slices


class _RemedyCost(NamedTuple):
    """What some remedies cost and may cost, in the way in which each is most, and the figures of each slice."""

    cost: float
    cost_at_most: float
    steps: tuple[Step, ...]


def _steps(ways: Sequence[Sequence[Slice]], settings: Settings, specs: Sequence[str]) -> list[_RemedyCost]:
    """Measure several remedies on every slice."""
    measures = [
        [measured(validation.parts, settings, specs, users=validation.users) for validation in way]
        for way in ways
    ]
    by_spec = []
    for place in range(1, len(specs) + 1):
        steps = [[trade_offs.steps[place] for trade_offs in way] for way in measures]
        costs = [_cost(way, of_way) for way, of_way in zip(ways, steps, strict=True)]
        means, highest = zip(*costs, strict=True)
        by_spec.append(_RemedyCost(max(means), max(highest), tuple(chain.from_iterable(steps))))
    return by_spec


def _cost(slices: Sequence[Slice], steps: Sequence[Step]) -> tuple[float, float]:
    """Return the mean loss over the lists of several slices, and the upper end of its interval; users are resampled."""
    losses = np.concatenate([step.losses for step in steps])
    users = np.concatenate([validation.users for validation in slices])
    return float(losses.mean()), float(bootstrap_intervals(losses[:, None], users)[1, 0])


def _dials(ways: Sequence[Sequence[Slice]], settings: Settings, spec: str, name: str) -> tuple[float, ...]:
    """Return the dials to try; those of a floor and of the bubble start from what lists have without them."""
    kind, _, group = name.partition("=")
    if kind == ExposureFloor.name:
        share = _share(ways, settings, _joined(spec, with_dial(name, _HARDLY)), f"exposure {group}")
        return tuple(round(share + more, 3) for more in _MORE if share + more < 1)
    if kind == Bubble.name:
        share = _share(ways, settings, _joined(spec, with_dial(name, 0)), "bubble_index")
        first = max(math.ceil(share * K), 1)
        return tuple(float(places) for places in range(first, min(first + _PLACES, K + 1)))
    return _DIALS[kind]


def _share(ways: Sequence[Sequence[Slice]], settings: Settings, spec: str, figure: str) -> float:
    (measure,) = _steps(ways, settings, [spec])
    return float(np.mean([step.figures[figure] for step in measure.steps]))


def _joined(spec: str, more: str) -> str:
    return f"{spec},{more}" if spec else more


def _asked(graph: Graph, names: str | Sequence[str]) -> list[str]:
    """Return the remedies that are asked for, each once and known.

    Raises
    ------
    RequestError
        Where that is not so.
    """
    asked = [name.strip() for name in (names.split(",") if isinstance(names, str) else names) if name.strip()]
    if not asked or len(set(asked)) < len(asked):
        raise RequestError(f"the remedies to tune are {', '.join(asked) or 'none'}; name each once.")
    for name in asked:
        kind, has_group, _ = name.partition("=")
        known = (*_DIALS, Bubble.name, ExposureFloor.name)
        if (kind == ExposureFloor.name) != bool(has_group) or kind not in known:
            there = ", ".join((*known[:-1], "floor=GROUP"))
            raise RequestError(
                f"there is no remedy {name!r} to tune; there are {there}, without their dials."
            )
        RerankChain.parse(with_dial(name, _HARDLY if has_group else 1), graph)
    return asked
