"""How well lists name what people like next, after their first few likes, and how alike all lists are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.list_metrics import charts_share, titles_in_common
from cinewalk.graph.evaluate.metrics import accuracy
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

    from cinewalk.graph.evaluate.cold_users import Newcomer
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array

#: After how many likes people are looked at.
GIVEN: Final = (1, 3, 5, 8, 12, 16)

#: How many likes that come next are looked for, and how long lists are.
NEXT: Final = 10

#: The walks that are compared; the first is what people get by default.
COMPARED: Final = ("newcomers", "blend", "popularity")


@dataclass(frozen=True, slots=True)
class NextLikesRow:
    """What lists of one walk came to after some likes.

    Parameters
    ----------
    given
        How many likes were known.
    walk
        The walk.
    lists, people
        How many lists were made, over all seeds, and for how many different people.
    ndcg
        NDCG@10 of the next ten likes.
    charts
        The share of lists of ten that is among the 20 most liked titles.
    in_common
        How many titles two people's lists of ten share on average; each with each of the same seed.
    """

    given: int
    walk: str
    lists: int
    people: int
    ndcg: MeanInterval
    charts: float
    in_common: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "given": self.given,
            "walk": self.walk,
            "lists": self.lists,
            "people": self.people,
            "ndcg@10": self.ndcg.to_dict(),
            "charts": self.charts,
            "in_common": self.in_common,
        }


@dataclass(frozen=True, slots=True)
class NextLikes:
    """Every row of an evaluation by next likes, by likes given and walk."""

    rows: tuple[NextLikesRow, ...]
    seeds: int

    def to_dict(self) -> list[dict[str, Any]]:
        """Return plain values, one dictionary a row."""
        return [row.to_dict() for row in self.rows]

    def to_frame(self) -> pd.DataFrame:
        """Return one row by likes given and walk."""
        import pandas as pd

        return pd.DataFrame({**row.to_dict(), "ndcg@10": row.ndcg.mean} for row in self.rows)


def next_likes(
    graph: Graph,
    settings: Settings,
    walks: Sequence[str] = COMPARED,
    *,
    seeds: Iterable[int] = range(5),
    among: Int32Array | None = None,
    progress: Progress = no_progress,
) -> NextLikes:
    """Hold out a fifth of the users, and look for what they like next after their first likes.

    Those with at least ``max(GIVEN) + NEXT`` likes are let in after their first 1, 3, 5, 8, 12 and 16, the oldest
    first and equal times in random order; these are all that is known of them, beside their groups. Looked for are the
    next :data:`NEXT` likes and no others, because all others together are rather the titles that most people like.

    Parameters
    ----------
    graph
        The graph.
    settings
        The parameters of the walks.
    walks
        Their names.
    seeds
        One split each.
    among
        As for :func:`cinewalk.graph.evaluate.cold_users.held_out_users`.
    progress
        Told how many splits are done.

    Raises
    ------
    RequestError
        Where there is no such walk, no seed is given, or nobody can be held out.
    """
    by_list: dict[tuple[int, str], list[FloatArray]] = {}
    in_common: dict[tuple[int, str], list[float]] = {}
    users: list[Int32Array] = []
    for held in splits_of_people(graph, seeds, among, "Evaluating next likes", progress):
        people = [person for person in held.people if len(person.titles) >= max(GIVEN) + NEXT]
        if not people:
            raise RequestError(
                f"nobody who is held out has {max(GIVEN) + NEXT} likes; there is nothing to evaluate."
            )
        users.append(np.array([person.user for person in people], dtype=np.int32))
        parts = Registry(prepare(Registry(held.train, settings)), settings)
        for key, (values, shared) in _measured(people, parts, walks).items():
            by_list.setdefault(key, []).append(values)
            in_common.setdefault(key, []).append(shared)
    of_users = np.concatenate(users)
    rows = [_row(key, np.concatenate(by_list[key]), in_common[key], of_users) for key in by_list]
    return NextLikes(tuple(rows), len(users))


def _measured(
    people: Sequence[Newcomer], parts: Registry, walks: Sequence[str]
) -> Mapping[tuple[int, str], tuple[FloatArray, float]]:
    """Return NDCG and the share of the charts of every list, and what two lists share, by likes given and walk."""
    likes, half_life = parts.graph.likes, parts.settings.half_life
    measured = {}
    for given in GIVEN:
        titles = np.concatenate([person.titles[given : given + NEXT] for person in people])
        test = Relation.of(np.repeat(np.arange(len(people)), NEXT), titles, (len(people), likes.shape[1]))
        for name in walks:
            walk = parts.walk(name)
            profiles = [person.profile(given, half_life, likes.shape[1]) for person in people]
            lists = lists_after(walk, profiles, NEXT)
            ndcg = accuracy(lists, np.arange(len(lists), dtype=np.int32), test, [NEXT])[f"ndcg@{NEXT}"]
            by_list = np.stack([ndcg, charts_share(lists, likes)], axis=1)
            measured[given, name] = (by_list, titles_in_common(lists))
    return measured


def _row(
    key: tuple[int, str], values: FloatArray, in_common: Sequence[float], users: Int32Array
) -> NextLikesRow:
    (ndcg, charts), (low, high) = values.mean(axis=0), bootstrap_intervals(values, users)
    interval = MeanInterval(float(ndcg), float(low[0]), float(high[0]))
    people = len(np.unique(users))
    return NextLikesRow(*key, len(values), people, interval, float(charts), float(np.mean(in_common)))
