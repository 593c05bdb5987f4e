"""What lies between a reason and the title: the viewers, members, and likes that the score passes through."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.privacy import counted
from cinewalk.graph.model import schema
from cinewalk.graph.walks.base.result import united
from cinewalk.queries.explain.picture import Stop
from cinewalk.queries.explain.reasons import Seed
from cinewalk.queries.words.wording import A_FEW, A_VIEWER, MOST_VIEWERS, count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.walks.base.result import LongWalk, Outcome, Paths
    from cinewalk.queries.explain.picture import Led
    from cinewalk.queries.words.catalogue import Catalogue
    from cinewalk.queries.words.results import Reason

#: Among so many of the best walks of any length those of a reason are looked for: such walks have no end.
_LOOKED_AT: Final = 200
#: What is left of a share below this is rounding.
_ROUNDING: Final = 1e-9

#: The nodes of a walk of two steps from a seed: it, what it passes, and the title.
_TWO_STEPS: Final = 3

_OTHER_WALKS: Final = "other walks"

#: The relationships that tie titles to genres and people.
_TIES: Final = (schema.IN_GENRE, schema.DIRECTED, schema.ACTED_IN)


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Tells what a reason's share passes on its way to one title.

    Parameters
    ----------
    catalogue
        The names.
    seeds
        What the walk started from.
    outcome
        What it came to.
    target
        The title's position.
    """

    catalogue: Catalogue
    seeds: Sequence[Seed]
    outcome: Outcome
    target: int

    def __call__(self, reasons: Sequence[Reason], viewers: int) -> list[Led]:
        """Return, for each of some reasons, what leads to it, if you did not choose it, and from it to the title.

        Parameters
        ----------
        reasons
            Reasons of the explanation.
        viewers
            How many viewers to tell one by one for each; the others are counted.
        """
        by_kind = self.outcome.paths(self.target)
        walks = united(by_kind.values()) if by_kind else None
        long_walks = [] if by_kind else list(islice(self.outcome.long_walks(self.target), _LOOKED_AT))
        answers: list[Led] = []
        for reason in reasons:
            seed = self._seed(reason)
            if seed is None:
                answers.append((None, ()))
            elif (seed.label, seed.position) not in self.outcome.beyond:
                place = self.seeds.index(seed)
                steps = self._stations(long_walks, place) if walks is None else self._viewers(walks, place)
                if reason.viewers_below is not None:
                    steps = _as_few(steps)
                answers.append((None, _filled(list(islice(steps, viewers)), reason, endless=walks is None)))
            elif seed.label == schema.GROUP.label:
                answers.append((None, (self._members(seed.position, reason.share),)))
            else:
                before = None if reason.asked else self._likes_with(seed, reason.share)
                answers.append((before, ()))
        return answers

    def _seed(self, reason: Reason) -> Seed | None:
        if not reason.label:
            return None
        return Seed(reason.label, self.catalogue.graph.nodes[reason.label].ids.position(reason.id))

    def _viewers(self, walks: Paths, place: int) -> Iterator[Stop]:
        """Give the viewers that hand on most of a like's share, most first."""
        label, whole = schema.USER.label, float(self.outcome.scores[self.target])
        best = np.flatnonzero(walks.seeds == place)
        for viewer, score in zip(walks.viewers[best].tolist(), walks.scores[best].tolist(), strict=True):
            yield Stop(label, self.catalogue.id_and_name(label, viewer)[0], A_VIEWER, score / whole)

    def _stations(self, walks: Sequence[LongWalk], place: int) -> Iterator[Stop]:
        """Give what the best walks of two steps from a seed pass: viewers, genres, people."""
        whole = float(self.outcome.scores[self.target])
        for walk in walks:
            if walk.seed == place and len(walk.nodes) == _TWO_STEPS:
                label, position = walk.nodes[1]
                external, name = self.catalogue.id_and_name(label, position)
                is_viewer = label == schema.USER.label
                yield Stop(label, external, A_VIEWER if is_viewer else name, walk.score / whole)

    def _members(self, group: int, share: float) -> Stop:
        """Count the members of a group who like the title."""
        members, likes = self.catalogue.graph.relations[schema.USER_IN_GROUP.name], self.catalogue.graph.likes
        inside = members.reverse_indices[members.reverse_row(group)]
        both = len(np.intersect1d(inside, likes.reverse_indices[likes.reverse_row(self.target)]))
        count = counted(both, self.catalogue.smallest).viewers
        return Stop(
            schema.USER.label, "", f"{'a few' if count is None else f'{count:,}'} of them", share, count or 0
        )

    def _likes_with(self, end: Seed, share: float) -> Stop:
        """Return the likes that have a genre or person, or, where none has, all viewers'."""
        with_it = self._titles_with(end)
        likes = [
            s.position for s in self.seeds if s.label == schema.TITLE_NODE.label and s.position in with_it
        ]
        if not likes:
            return Stop("", "", MOST_VIEWERS, share, 0)
        external, name = self.catalogue.id_and_name(schema.TITLE_NODE.label, likes[0])
        more = f" and {count_of(len(likes) - 1, 'more title')}" if len(likes) > 1 else ""
        return Stop(schema.TITLE_NODE.label, external, name + more, share, len(likes))

    def _titles_with(self, end: Seed) -> set[int]:
        titles: set[int] = set()
        for tie in _TIES:
            relation, from_title = (
                self.catalogue.graph.relations[tie.name],
                tie.source == schema.TITLE_NODE.label,
            )
            if end.label != (tie.target if from_title else tie.source):
                continue
            others: Int32Array = (
                relation.reverse_indices[relation.reverse_row(end.position)]
                if from_title
                else relation.indices[relation.row(end.position)]
            )
            titles.update(others.tolist())
        return titles


def _as_few(steps: Iterable[Stop]) -> Iterator[Stop]:
    """Give viewers who are too few to be told one by one as one step; what else a share passes stays as it is."""
    every = list(steps)
    viewers = [step.share for step in every if step.label == schema.USER.label]
    few = [Stop(schema.USER.label, "", A_FEW, sum(viewers), 0)] if viewers else []
    others = [step for step in every if step.label != schema.USER.label]
    yield from sorted([*few, *others], key=lambda step: -step.share)


def _filled(steps: list[Stop], reason: Reason, *, endless: bool) -> tuple[Stop, ...]:
    """Add the rest of a share: the viewers that are not told one by one, or walks without end."""
    left = reason.share - sum(step.share for step in steps)
    rest = 0 if endless else (reason.viewers or 0) - len(steps)
    if steps and left > _ROUNDING:
        more = count_of(rest, "more viewer") if rest > 0 else _OTHER_WALKS
        steps.append(Stop(schema.USER.label if rest > 0 else "", "", more, left, max(rest, 0)))
    return tuple(steps)
