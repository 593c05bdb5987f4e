"""How well walks recommend: full rankings, measured against held-out likes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.metrics import accuracy, beyond_accuracy
from cinewalk.graph.evaluate.splits import askable
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.people import People
from cinewalk.queries.evaluate.figures import Evaluation, Figures
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.walks.base.result import Walk

#: Where lists are cut unless it is said.
KS: Final = (10, 20)


def evaluate(
    train: Graph,
    test: Relation,
    walks: Iterable[Walk],
    ks: Sequence[int] = KS,
    *,
    half_life: float = Settings().half_life,
    progress: Progress = no_progress,
) -> Evaluation:
    """Rank every title for every user, and look for what they like in test.

    The protocol is LightGCN's (doi:10.1145/3397271.3401063): what a user has seen in train is masked, all other
    titles are ranked, none are sampled; metrics are averaged over the users with a like in test and one in train.

    Parameters
    ----------
    train
        What walks may know.
    test
        The held-out likes, over the nodes of ``train``.
    walks
        Walks prepared on ``train``, by different names.
    ks
        Where lists are cut, each at least 1; more than there are titles is cut to that, and noted.
    half_life
        Of the recency of seeds, in ranks.
    progress
        Told how many users are done.

    Raises
    ------
    RequestError
        Where no user can be evaluated, no walk is given or one twice, or a ``k`` makes no sense.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.base.popularity import Popularity
    >>> from cinewalk.graph.evaluate.splits import split
    >>> parts = split(example_graph(), "random", 0.3, seed=1)
    >>> evaluation = evaluate(parts.train, parts.test, [Popularity(parts.train.likes)], [2])
    >>> evaluation.walks, sorted(evaluation.to_dict()[0])[:3]
    (('popularity',), ['coverage@2', 'diversity@2', 'gini@2'])
    """
    chosen = list(walks)
    names = [walk.name for walk in chosen]
    if not names or len(set(names)) < len(names):
        raise RequestError(f"the walks to evaluate are {', '.join(names) or 'none'}; name each once.")
    cuts, notes = _cuts(ks, len(train.titles))
    users, who = _users(train, test)
    notes += who
    figures = []
    for walk in chosen:
        lists = ranked_lists(train, walk, users, cuts[-1], half_life, progress)
        short = int(np.count_nonzero(lists[:, -1] == NO_TITLE))
        if short:
            notes.append(f"{walk.name} reaches fewer than {cuts[-1]} titles for {count_of(short, 'user')}.")
        overall = beyond_accuracy(lists, train.likes, cuts)
        figures.append(Figures(walk.name, accuracy(lists, users, test, cuts), overall))
    return Evaluation(tuple(figures), users, tuple(cuts), 1, tuple(notes))


def _cuts(ks: Sequence[int], titles: int) -> tuple[list[int], list[str]]:
    if not ks:
        raise RequestError("give at least one k.")
    for k in ks:
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
            raise RequestError(f"k is {k!r}; it must be a whole number of at least 1.")
    notes = [
        f"k = {k} is more than the {titles:,} titles there are, and is cut to that." for k in ks if k > titles
    ]
    return sorted({min(int(k), titles) for k in ks}), notes


def _users(train: Graph, test: Relation) -> tuple[Int32Array, list[str]]:
    """Find the users who can be evaluated, and say who cannot."""
    if test.shape != train.likes.shape:
        raise RequestError("the test likes are not over the nodes of the train graph.")
    to_find, known = np.diff(test.indptr) > 0, np.diff(train.likes.indptr) > 0
    users = askable(train, test)
    without, newcomers = int((~to_find).sum()), int((to_find & ~known).sum())
    notes = []
    if without:
        notes.append(f"{count_of(without, 'user')} with nothing to find in test: not evaluated.")
    if newcomers:
        notes.append(f"{count_of(newcomers, 'user')} with likes in test but none in train: not evaluated.")
    if not len(users):
        raise RequestError(
            "no user likes something in train and something else in test; nothing to evaluate."
        )
    return users, notes


def ranked_lists(
    train: Graph,
    walk: Walk,
    users: Int32Array,
    size: int,
    half_life: float = Settings().half_life,
    progress: Progress = no_progress,
) -> Int32Array:
    """Rank all titles that are not seen in train for each of some users, on all processors.

    Parameters
    ----------
    train
        What the walk may know.
    walk
        A walk prepared on ``train``.
    users
        Positions of users with at least one like in ``train``; at least one user.
    size
        How many titles a list has.
    half_life
        Of the recency of seeds, in ranks.
    progress
        Told how many users are done.

    Returns
    -------
    array of shape (users, size)
        Titles best first, filled up with :data:`~cinewalk.graph.model.ids.NO_TITLE` where a walk reaches fewer.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.base.popularity import Popularity
    >>> graph = example_graph()
    >>> lists = ranked_lists(graph, Popularity(graph.likes), np.array([5], np.int32), 2)
    >>> [graph.titles.ids.ids[title] for title in lists[0].tolist()]
    ['alien', 'blade']
    """
    what = f"Evaluating {walk.name}"
    progress(what, 0, len(users))
    people = People(train, half_life)
    (lists,) = make_lists(walk, people, users, [Wanted(size)], lambda done: progress(what, done, len(users)))
    return lists.titles
