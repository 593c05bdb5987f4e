"""Choose the dials of remedies within an accuracy budget, on validation slices."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.bubble import Bubble
from cinewalk.graph.calibration import Calibration
from cinewalk.graph.diversification import Diversification
from cinewalk.graph.exposure_floor import ExposureFloor
from cinewalk.graph.neighbours import Likes
from cinewalk.graph.parts import Parts
from cinewalk.graph.popularity_discount import PopularityDiscount
from cinewalk.graph.remedies import Remedies
from cinewalk.graph.sequence import has_order
from cinewalk.graph.splits import TEST_FRACTION
from cinewalk.loaders.progress import Progress, no_progress
from cinewalk.queries.trade_offs import K, measured, with_dial
from cinewalk.queries.tuning_slices import validation_slices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.network import Graph
    from cinewalk.graph.settings import Settings
    from cinewalk.graph.splits import SliceKind
    from cinewalk.queries.trade_offs import Step
    from cinewalk.queries.tuning_slices import Slice

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


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial: what was asked for, what it cost on the slices, and whether that was within the budget."""

    remedies: str
    cost: float
    within: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"remedies": self.remedies, "cost": self.cost, "within": self.within}


@dataclass(frozen=True, slots=True)
class FairTuning:
    """The strongest dials within a budget.

    Parameters
    ----------
    remedies
        What asks for them; empty where nothing is within the budget.
    cost
        By how much NDCG@10 is lower with them on the slices, as a part of what it is without.
    budget
        By how much it may be.
    tried
        All trials.
    notes
        What a person should know.
    """

    remedies: str
    cost: float
    budget: float
    tried: tuple[Tried, ...]
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "remedies": self.remedies,
            "cost": self.cost,
            "budget": self.budget,
            "tried": [one.to_dict() for one in self.tried],
            "notes": list(self.notes),
        }


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

    A fifth of the likes is held out twice: the last of every user, and at random. What remedies cost, above all those
    against popularity, depends on what is to be found, and the slice on which they cost more counts. Remedies get their
    dials one after the other: the ``i``-th of ``m`` is turned up, with those before it as they are, until NDCG@10 is
    lower by more than ``i / m`` of the budget; the last dial before that is taken. A remedy whose weakest dial costs
    too much is left out.

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
        How likes are held out, see :func:`cinewalk.graph.splits.validation_slice`, instead of both ways.
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
    slices = [one for way in kinds for one in validation_slices(graph, fraction, way, seed, 1)]
    for one in slices:
        one.parts = replace(one.parts, train=Parts(one.graph, settings).prepared(progress))
    spec, cost, tried = "", 0.0, list[Tried]()
    for place, name in enumerate(asked, start=1):
        progress("Turning dials", place - 1, len(asked))
        allowed = budget * place / len(asked)
        candidates = [_joined(spec, with_dial(name, dial)) for dial in _dials(slices, settings, spec, name)]
        costs = [found.cost for found in _steps(slices, settings, candidates)]
        tried += [Tried(one, lost, lost <= allowed) for one, lost in zip(candidates, costs, strict=True)]
        count = next((i for i, lost in enumerate(costs) if lost > allowed), len(costs))
        if count:
            spec, cost = candidates[count - 1], costs[count - 1]
    progress("Turning dials", len(asked), len(asked))
    ways = " and ".join(kinds)
    notes = (f"chosen on {fraction:g} of the likes ({ways}, seed {seed}); the larger cost counts",)
    return FairTuning(spec, cost, budget, tuple(tried), notes)


class _Found(NamedTuple):
    """What some remedies cost on the slice where that is most, and the figures of each slice."""

    cost: float
    steps: tuple[Step, ...]


def _steps(slices: Sequence[Slice], settings: Settings, specs: Sequence[str]) -> list[_Found]:
    """Measure several remedies on every slice."""
    found = [measured(one.parts, settings, specs, users=one.users) for one in slices]
    by_spec = zip(*(one.steps[1:] for one in found), strict=True)
    return [_Found(max(step.cost for step in steps), tuple(steps)) for steps in by_spec]


def _dials(slices: Sequence[Slice], settings: Settings, spec: str, name: str) -> tuple[float, ...]:
    """Return the dials to try; those of a floor and of the bubble start from what lists have without them."""
    kind, _, group = name.partition("=")
    if kind == ExposureFloor.name:
        share = _share(slices, settings, _joined(spec, with_dial(name, _HARDLY)), f"exposure {group}")
        return tuple(round(share + more, 3) for more in _MORE if share + more < 1)
    if kind == Bubble.name:
        share = _share(slices, settings, _joined(spec, with_dial(name, 0)), "bubble_index")
        first = max(math.ceil(share * K), 1)
        return tuple(float(places) for places in range(first, min(first + _PLACES, K + 1)))
    return _DIALS[kind]


def _share(slices: Sequence[Slice], settings: Settings, spec: str, figure: str) -> float:
    (found,) = _steps(slices, settings, [spec])
    return float(np.mean([step.figures[figure] for step in found.steps]))


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
        Remedies.parse(with_dial(name, _HARDLY if has_group else 1), graph)
    return asked
