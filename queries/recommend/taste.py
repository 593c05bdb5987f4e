"""A taste put in words, by somebody without an account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import profile_of_titles
from cinewalk.queries.explain.build import Start, explanation
from cinewalk.queries.explain.reasons import Reasoned, Seed
from cinewalk.queries.recommend.ranking import items_of, title_seeds
from cinewalk.queries.words.checks import listed
from cinewalk.queries.words.results import Recommendations
from cinewalk.queries.words.wording import few_ends_text, few_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot
    from cinewalk.queries.words.catalogue import Catalogue

#: What titles have, whoever likes them.
_FACTS = (schema.GENRE.label, schema.PERSON.label)


@dataclass(frozen=True, slots=True)
class Taste:
    """What was asked for, as the walk takes it.

    Parameters
    ----------
    weights
        The weight of each seed, by (label, position); they sum to 1.
    """

    weights: Mapping[Seed, float]

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        titles: Iterable[str],
        genres: Iterable[str],
        people: Iterable[str],
        groups: Iterable[str],
    ) -> Taste:
        """Find everything that is named; each kind weighs the same, divided evenly over its members.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            Where something named does not exist, or a text is given in place of a list.
        """
        asked = {
            schema.TITLE_NODE.label: {catalogue.title(name) for name in listed("titles", titles)},
            schema.GENRE.label: _named(catalogue, schema.GENRE.label, listed("genres", genres)),
            schema.PERSON.label: _named(catalogue, schema.PERSON.label, listed("people", people)),
            schema.GROUP.label: _named(catalogue, schema.GROUP.label, listed("groups", groups)),
        }
        kinds = [label for label, positions in asked.items() if positions]
        weights = {
            Seed(label, position): 1 / len(kinds) / len(asked[label])
            for label in kinds
            for position in sorted(asked[label])
        }
        return cls(weights)

    def recommend(self, snapshot: Snapshot, request: Request) -> Recommendations:
        """Return the titles that come first, with what each seed gives to them."""
        hidden = _left_out(snapshot, request)
        walk, start, outcome = self._walked(snapshot, hidden)
        items = items_of(snapshot.catalogue, Reasoned(outcome, start.seeds, asked=True), hidden, request.k)
        few = self._few(snapshot)
        notes = [self._few_ends(snapshot)] if items else ["Nothing that fits can be reached from there."]
        if few and (items or len(few) == len(self.weights)):
            notes = [few_text(few, leads_on=bool(items)), *(notes if items else [])]
        return Recommendations(items, walk.name, " ".join(filter(None, notes)))

    def explain(self, snapshot: Snapshot, request: Request, title: str) -> Explanation:
        """Return every share of one title's score.

        Raises
        ------
        RequestError
            Where no walk leads there, a filter leaves it out, or it is one of the seeds.
        """
        catalogue = snapshot.catalogue
        target, hidden = catalogue.title(title), _left_out(snapshot, request)
        label = catalogue.label(target)
        why_not = None if request.only is None else request.only.why_not(catalogue, target)
        if why_not is not None:
            raise RequestError(f"{label} is not in this list: {why_not}.")
        walk, start, outcome = self._walked(snapshot, hidden)
        if hidden[target]:
            raise RequestError(f"{label} is part of what was asked for, and not recommended.")
        why = explanation(catalogue, walk, start, outcome, target) if outcome.scores[target] > 0 else None
        if why is None:
            raise RequestError(f"no walk leads from there to {label}.")
        return why

    def _few(self, snapshot: Snapshot) -> list[str]:
        """Return the titles named that too few viewers like for anything to follow from them."""
        if not any(seed.label == schema.TITLE_NODE.label for seed in self.weights):
            return []
        few = snapshot.similar_titles.few
        return [
            snapshot.catalogue.label(seed.position)
            for seed in self.weights
            if seed.label == schema.TITLE_NODE.label and few[seed.position]
        ]

    def _few_ends(self, snapshot: Snapshot) -> str:
        """Say of whose titles too few viewers like any; empty where there is nothing to say."""
        others = [(seed.label, seed.position) for seed in self.weights if seed.label in _FACTS]
        few = snapshot.taste_walk.few(others) if others else []
        return few_ends_text([snapshot.catalogue.id_and_name(*seed)[1] for seed in few]) if few else ""

    def _walked(self, snapshot: Snapshot, hidden: BoolArray) -> tuple[Walk, Start, Outcome]:
        """Walk from what is named; ``hidden`` comes to hold the titles among it, too.

        From groups alone, and from nothing, it is what the crowd likes: that finds more than the walks from them do.
        """
        registry, label = snapshot.registry, schema.TITLE_NODE.label
        titles = np.array(sorted(seed.position for seed in self.weights if seed.label == label), np.int32)
        others = {seed: weight for seed, weight in self.weights.items() if seed.label != label}
        named = {(seed.label, seed.position): weight for seed, weight in others.items()}
        hidden |= profile_of_titles(registry.graph, titles, np.ones(len(titles))).hidden
        if not len(titles) and all(seed.label == schema.GROUP.label for seed in others):
            groups = np.array([seed.position for seed in others], dtype=np.int32)
            nobody = profile_of_titles(registry.graph, titles, np.empty(0))
            newcomers = registry.walk("newcomers")
            outcome = newcomers.run(replace(nobody, hidden=hidden, groups=groups))
            return newcomers, Start([Seed(*seed) for seed in outcome.beyond]), outcome
        walk = snapshot.taste_walk
        outcome = walk.walk_from(titles, named)
        seeds = [*title_seeds(titles), *(Seed(*seed) for seed in outcome.beyond)]
        if not len(titles):
            return walk.pagerank, Start(seeds), outcome
        return walk if others else walk.close, Start(seeds), outcome


def _left_out(snapshot: Snapshot, request: Request) -> BoolArray:
    """Tell of every title whether a filter leaves it out, in an array of one's own."""
    if request.only is None:
        return np.zeros(len(snapshot.graph.titles), np.bool_)
    return request.only.hidden(snapshot.catalogue)


def _named(catalogue: Catalogue, label: str, names: Iterable[str]) -> set[int]:
    return {catalogue.named(label, name) for name in names}
