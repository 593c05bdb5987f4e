"""From the numbers of a walk to the reasons that people read."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from cinewalk.graph.attributes.privacy import counted
from cinewalk.graph.model import schema
from cinewalk.graph.walks.base.result import EVERYBODY
from cinewalk.graph.walks.base.shared_counts import shared_counts
from cinewalk.graph.walks.base.shares import largest, shares_of_one
from cinewalk.graph.walks.cold_start.alike import AlikeTitles
from cinewalk.queries.words.results import NAMED_REASONS, Others, Reason
from cinewalk.queries.words.wording import MOST_VIEWERS, viewers_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.rerank.base import Remedied
    from cinewalk.graph.walks.base.result import Outcome
    from cinewalk.queries.words.catalogue import Catalogue


class Seed(NamedTuple):
    """A node that a walk starts from; :data:`~cinewalk.graph.walks.base.result.EVERYBODY` for all viewers together."""

    label: str
    position: int


def id_and_name(catalogue: Catalogue, seed: Seed) -> tuple[str, str]:
    """Return the id of a seed, and what to call it: groups are called by their viewers.

    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.queries.words.catalogue import Catalogue
    >>> id_and_name(Catalogue(example_graph()), Seed("DemographicGroup", 1))
    ('age=25-34', 'viewers aged 25–34')
    """
    if seed == EVERYBODY:
        return "", MOST_VIEWERS
    external, name = catalogue.id_and_name(*seed)
    return external, viewers_in(external) if seed.label == schema.GROUP.label else name


def reasons_of(
    catalogue: Catalogue,
    seeds: Sequence[Seed],
    targets: Int32Array,
    contributions: FloatArray,
    limit: int | None = None,
    *,
    asked: bool = False,
    alike: FloatArray | None = None,
) -> list[tuple[tuple[Reason, ...], Others]]:
    """Return what each seed gives to each title's score, largest first, equal ones by id.

    Parameters
    ----------
    catalogue
        The names.
    seeds
        The seeds of the walk.
    targets
        The titles' positions.
    contributions
        One number per title and seed, at least 0; seeds that give nothing are left out.
    limit
        How many to name for each title; ``None`` for all.
    asked
        Whether the seeds were asked for by name.
    alike
        The part of the contributions that comes from genres and people, behind which nobody stands.

    Returns
    -------
    list of (reasons, others)
        For each title the named ones, and the remainder; together they are the whole score.
    """
    best = largest(shares_of_one(contributions), len(targets), len(seeds) if limit is None else limit)
    viewers = iter(_viewers(catalogue, seeds, targets, best.places, best.named))
    nobody = [False] * len(seeds) if alike is None else np.any(alike, axis=0).tolist()
    are_titles = np.array([seed.label == schema.TITLE_NODE.label for seed in seeds], dtype=np.bool_)
    answers = []
    numbers = zip(
        *(column.tolist() for column in (best.counts, best.named, best.wholes, best.rests)), strict=True
    )
    for row, (count, size, whole, rest) in enumerate(numbers):
        reasons = []
        for s, part in zip(best.places[row, :size].tolist(), best.parts[row, :size].tolist(), strict=True):
            names = id_and_name(catalogue, seeds[s])
            behind = next(viewers)
            counts = (None, None) if nobody[s] else behind
            reasons.append(Reason(seeds[s].label, *names, part / whole, part, *counts, asked))
        # Those that are not named are all titles where as many of the named are something else as of all.
        others = int(np.count_nonzero(contributions[row, ~are_titles]))
        noun = "title" if others == np.count_nonzero(~are_titles[best.places[row, :size]]) else "reason"
        answers.append((tuple(reasons), Others(count - size, rest, noun)))
    return answers


def _viewers(
    catalogue: Catalogue, seeds: Sequence[Seed], targets: Int32Array, order: Int32Array, named: Int32Array
) -> list[tuple[int | None, int | None]]:
    """Count, for each named seed that is a title, the viewers who like both it and the target, as it may be told."""
    likes = catalogue.graph.likes
    ones = np.repeat(targets, named)
    places = [s for row, size in enumerate(named.tolist()) for s in order[row, :size].tolist()]
    are_titles = [seeds[s].label == schema.TITLE_NODE.label for s in places]
    others = np.array([seeds[s].position for s in places], dtype=np.int32)
    if not any(are_titles):
        return [(None, None)] * len(places)
    others[~np.array(are_titles)] = 0
    counts = shared_counts(ones, others, likes.reverse_indptr, likes.reverse_indices)
    likes_of, smallest = np.diff(likes.reverse_indptr), catalogue.smallest
    # That nobody likes both tells of a viewer where there are but a few of one of them.
    few = (likes_of[ones] < smallest) | (likes_of[others] < smallest)
    return [
        ((None, smallest) if unsaid else counted(count, smallest)) if title else (None, None)
        for count, title, unsaid in zip(counts.tolist(), are_titles, few.tolist(), strict=True)
    ]


class ReasonsOfList:
    """The reasons of one list, worked out for all of its titles when those of one are looked at.

    Parameters
    ----------
    catalogue
        The names.
    source
        Tells what the walk came to.
    targets
        The positions of the list's titles.
    """

    def __init__(self, catalogue: Catalogue, source: ReasonSource, targets: Int32Array) -> None:
        self._asked: tuple[Catalogue, ReasonSource, Int32Array] | None = (catalogue, source, targets)
        self._answers: list[dict[str, Any]] = []

    def fields(self, place: int) -> dict[str, Any]:
        """Return the reasons of the title at a place, those not named, and what remedies added."""
        asked = self._asked
        if asked is not None:
            self._answers = self._work(*asked)
            self._asked = None  # from here on nothing keeps the graph
        return self._answers[place]

    def _work(self, catalogue: Catalogue, source: ReasonSource, targets: Int32Array) -> list[dict[str, Any]]:
        outcome, seeds, remedied, asked = source.known()
        parts = outcome.contributions(targets)
        alike = parts.get(AlikeTitles.name)
        answers = reasons_of(catalogue, seeds, targets, total(parts), NAMED_REASONS, asked=asked, alike=alike)
        return [
            {
                "because": named,
                "others": others,
                "adjustments": {} if remedied is None else remedied.lines(title),
            }
            for title, (named, others) in zip(targets.tolist(), answers, strict=True)
        ]


class ReasonSource(Protocol):
    """What tells a list's reasons from."""

    def known(self) -> Reasoned:
        """Return what the walk came to, its seeds, and what remedies made of it."""


class Reasoned(NamedTuple):
    """What a walk came to, and how its list's reasons are read.

    Parameters
    ----------
    outcome
        What it came to.
    seeds
        What it started from, in the order of its contributions.
    remedied
        What remedies made of the scores, if there were any.
    asked
        Whether the seeds were asked for by name.
    """

    outcome: Outcome
    seeds: Sequence[Seed]
    remedied: Remedied | None = None
    asked: bool = False

    @property
    def scores(self) -> FloatArray:
        """The scores by which the list is ranked."""
        return self.outcome.scores if self.remedied is None else self.remedied.scores

    def known(self) -> Reasoned:
        """Return it."""
        return self


def total(parts: Mapping[str, FloatArray]) -> FloatArray:
    """Add up the contributions of all kinds of walk."""
    return reduce(np.add, parts.values())
