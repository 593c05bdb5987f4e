"""How well people are served of whom little is known: a part of the users held out whole, and let in like by like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.graph.attributes.viewer_groups import checked_kinds, kinds_and_values
from cinewalk.graph.evaluate.metrics import accuracy
from cinewalk.graph.model import schema
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.numeric.resampling import bootstrap_intervals
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.evaluate.figures import MeanInterval
from cinewalk.queries.evaluate.newcomers import lists_after, splits_of_people

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from cinewalk.graph.evaluate.cold_users import HeldOut
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Walk

#: After how many likes people are looked at.
GIVEN: Final = (0, 1, 3)

#: The kinds of groups that count unless it is said, where the graph has them.
USUAL_KINDS: Final = ("age", "gender")

#: What is measured.
METRICS: Final = ("ndcg@10", "recall@20")

_CUTS: Final = (10, 20)
_POPULARITY: Final = "popularity"


@dataclass(frozen=True, slots=True)
class ColdStartRow:
    """What one contestant came to after some likes.

    Parameters
    ----------
    given
        How many likes were known.
    walk
        The contestant.
    lists, people
        How many lists were made, over all seeds, and for how many different people.
    figures
        By the name of the metric.
    more
        The same minus popularity's, person by person; none for popularity itself.
    """

    given: int
    walk: str
    lists: int
    people: int
    figures: Mapping[str, MeanInterval]
    more: Mapping[str, MeanInterval]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "given": self.given,
            "walk": self.walk,
            "lists": self.lists,
            "people": self.people,
            **{name: figure.to_dict() for name, figure in self.figures.items()},
            "minus_popularity": {name: figure.to_dict() for name, figure in self.more.items()},
        }


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Every row of a cold-start evaluation, by likes given and contestant, and what else to know."""

    rows: tuple[ColdStartRow, ...]
    kinds: tuple[str, ...]
    seeds: int

    def to_dict(self) -> list[dict[str, Any]]:
        """Return plain values, one dictionary a row."""
        return [row.to_dict() for row in self.rows]

    def to_frame(self) -> pd.DataFrame:
        """Return one row by likes given and contestant: the means, and by how much they pass popularity."""
        import pandas as pd

        return pd.DataFrame(
            {
                "given": row.given,
                "walk": row.walk,
                **{name: figure.mean for name, figure in row.figures.items()},
                **{f"{name} minus popularity": figure.mean for name, figure in row.more.items()},
            }
            for row in self.rows
        )


def cold_start(
    graph: Graph,
    settings: Settings,
    kinds: Sequence[str] | None = None,
    *,
    seeds: Iterable[int] = range(5),
    among: Int32Array | None = None,
    progress: Progress = no_progress,
) -> ColdStart:
    """Hold out a fifth of the users and rank all titles for them after their first 0, 1 and 3 likes.

    What is to be found are all their other likes. The same people are looked at for every number of likes: those
    with at least :data:`~cinewalk.graph.evaluate.cold_users.FEWEST_LIKES`. Compared are popularity, the walk for
    newcomers without groups, with each kind of group, and with all kinds, and from one like on the blend alone.
    Intervals come from resampling people, each with the lists of all seeds.

    Parameters
    ----------
    graph
        The graph.
    settings
        The parameters of the walks.
    kinds
        The kinds of groups that may be known; by default those of :data:`USUAL_KINDS` that there are.
    seeds
        One split each.
    among
        As for :func:`cinewalk.graph.evaluate.cold_users.held_out_users`.
    progress
        Told how many splits are done.

    Raises
    ------
    RequestError
        Where there is no such kind of group, no seed is given, or nobody can be held out.
    """
    of_groups, _ = kinds_and_values(graph)
    there = tuple(dict.fromkeys(of_groups))
    chosen = checked_kinds(kinds, there, "", [kind for kind in USUAL_KINDS if kind in there])
    by_contestant: dict[tuple[int, str], list[FloatArray]] = {}
    users: list[Int32Array] = []
    for held in splits_of_people(graph, seeds, among, "Evaluating newcomers", progress):
        users.append(np.array([person.user for person in held.people], dtype=np.int32))
        parts = Registry(prepare(Registry(held.train, settings)), settings)
        for key, values in _measured(held, parts, _knowledge(chosen, of_groups)).items():
            by_contestant.setdefault(key, []).append(values)
    stacked = {key: np.concatenate(values) for key, values in by_contestant.items()}
    rows = [_row(given, name, stacked, np.concatenate(users)) for given, name in stacked]
    return ColdStart(tuple(rows), chosen, len(users))


def _knowledge(chosen: Sequence[str], of_groups: Sequence[str]) -> dict[str, BoolArray]:
    """Return, by the contestant's name, which groups it may know."""
    kinds = np.array(of_groups, dtype=np.str_)
    known = {"newcomers, no groups": np.zeros(len(kinds), np.bool_)}
    known |= {f"newcomers, {kind}": kinds == kind for kind in chosen}
    if len(chosen) > 1:
        known[f"newcomers, {' and '.join(chosen)}"] = np.isin(kinds, chosen)
    return known


def _measured(
    held: HeldOut, parts: Registry, knowledge: Mapping[str, BoolArray]
) -> dict[tuple[int, str], FloatArray]:
    """Return the metrics of every list, one row a person, by likes given and contestant."""
    nobody = np.zeros(len(held.train.nodes[schema.GROUP.label]), np.bool_)
    by_contestant = {}
    for given in GIVEN:
        contestants: list[tuple[str, Walk, BoolArray]] = [(_POPULARITY, parts.walk("popularity"), nobody)]
        contestants += [(name, parts.walk("newcomers"), known) for name, known in knowledge.items()]
        if given:
            contestants.append(("blend", parts.walk("blend"), nobody))
        test = _rest(held, given)
        for name, walk, known in contestants:
            half_life, size = parts.settings.half_life, len(held.train.titles)
            profiles = [
                person.profile(given, half_life, size, person.groups[known[person.groups]])
                for person in held.people
            ]
            lists = lists_after(walk, profiles, _CUTS[-1])
            figures = accuracy(lists, np.arange(len(lists), dtype=np.int32), test, _CUTS)
            by_contestant[given, name] = np.stack([figures[metric] for metric in METRICS], axis=1)
    return by_contestant


def _rest(held: HeldOut, given: int) -> Relation:
    """Return everybody's likes but the first ones; one row a person."""
    sizes = [len(person.titles) - given for person in held.people]
    titles = np.concatenate([person.titles[given:] for person in held.people])
    return Relation.of(np.repeat(np.arange(len(sizes)), sizes), titles, (len(sizes), len(held.train.titles)))


def _row(
    given: int, name: str, values: Mapping[tuple[int, str], FloatArray], users: Int32Array
) -> ColdStartRow:
    mine, popular = values[given, name], values[given, _POPULARITY]
    more = _figures(mine - popular, users) if name != _POPULARITY else {}
    people = len(np.unique(users))
    return ColdStartRow(given, name, len(mine), people, _figures(mine, users), more)


def _figures(values: FloatArray, users: Int32Array) -> dict[str, MeanInterval]:
    means, (low, high) = values.mean(axis=0), bootstrap_intervals(values, users)
    return {
        metric: MeanInterval(float(means[column]), float(low[column]), float(high[column]))
        for column, metric in enumerate(METRICS)
    }
