"""What settings find on validation slices, with the lists of every part kept until that part's settings change."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.evaluate.metrics import accuracy
from cinewalk.graph.evaluate.part_lists import found, part_lists
from cinewalk.graph.model.settings import Prepared
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.prepare import expect, prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.evaluate.evaluation import ranked_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.evaluate.part_lists import PartLists
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.queries.tune.slices import Slice

#: Where lists are cut while tuning.
CUT: Final = 20


class WalkedPart(NamedTuple):
    """The lists of one part on each slice, and how many seconds they took, the part's rows included."""

    lists: Sequence[PartLists]
    seconds: float


#: What some parts came to, by their names.
Walked = dict[str, WalkedPart]


class PartTrials:
    """The parts of a blend on validation slices.

    Parameters
    ----------
    slices
        The slices.
    parts
        The names of the parts' settings.
    """

    def __init__(self, slices: Sequence[Slice], parts: Sequence[str]) -> None:
        self._slices, self.parts = slices, tuple(parts)
        self._kept: Walked = {}

    def walked(self, settings: Settings, parts: Iterable[str]) -> Walked:
        """Make the lists of some parts under some settings; only these parts are fitted."""
        made: Walked = {}
        for part in self._known(parts):
            start = time.monotonic()
            lists = [_lists(validation, settings, part) for validation in self._slices]
            made[part] = WalkedPart(lists, time.monotonic() - start)
        return made

    def keep(self, walked: Walked) -> None:
        """Take these lists for those of their parts from now on."""
        self._kept |= walked

    def values(self, settings: Settings, walked: Walked | None = None) -> FloatArray:
        """Return what every user's list finds, slice after slice, with some parts' lists instead of those kept."""
        lists = {**self._kept, **(walked or {})}
        weights = [getattr(settings.weights, part) for part in self.parts]
        by_slice = [
            found(
                [lists[part].lists[place] for part in self.parts],
                weights,
                validation.users,
                validation.parts.test,
                _cut(validation),
            )
            for place, validation in enumerate(self._slices)
        ]
        return np.concatenate(by_slice)

    def takes(self, parts: Iterable[str]) -> float:
        """Return how many seconds the kept lists of some parts took."""
        return sum(self._kept[part].seconds for part in self._known(parts))

    def _known(self, parts: Iterable[str]) -> list[str]:
        """Leave out what is no part of the blend here."""
        return [part for part in parts if part in self.parts]

    def blend_takes(self, settings: Settings) -> float:
        """Return how many seconds the kept lists of all parts took that count."""
        return self.takes(part for part in self.parts if getattr(settings.weights, part) > 0)


def exactly(validation: Slice, settings: Settings) -> FloatArray:
    """Return what every user's list finds on a slice, by the exact lists of the blend."""
    graph = prepare(Registry(validation.graph, settings))
    cut = _cut(validation)
    walk = Registry(graph, settings).walk("blend")
    lists = ranked_lists(graph, walk, validation.users, cut, settings.half_life)
    measured = accuracy(lists, validation.users, validation.parts.test, [cut])
    return (measured[f"recall@{cut}"] + measured[f"ndcg@{cut}"]) / 2


def _lists(validation: Slice, settings: Settings, part: str) -> PartLists:
    registry, name = Registry(validation.graph, settings), part.replace("_", "-")
    expect(registry, name, len(validation.users))
    lists = part_lists(registry.walk(name), People(validation.graph, settings.half_life), validation.users)
    # The subspace is fitted once for both walks in it, and not again while its own settings stay.
    basis = registry.subspace.known
    if basis is not None:
        validation.graph = replace(validation.graph, prepared=Prepared(settings, {}, basis))
    return lists


def _cut(validation: Slice) -> int:
    return min(CUT, len(validation.graph.titles))
