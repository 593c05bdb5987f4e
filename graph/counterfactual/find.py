"""Counterfactuals: the smallest found set of a user's own likes without which another title comes first.

A removal takes away every event (rated, watched, thumbed) of the user with some titles. What is the user's own is
recomputed, as :mod:`cinewalk.graph.counterfactual.removal` says; the rows of titles and of other users stay. A
removed title is no longer seen and could come back itself, so the *replacement* is the best title that was not
removed, and a removal counts when the replacement is not the title that was first. Whichever way one looks, the first
title then really is another.

Only titles that the user likes are candidates. An event with another title starts no walk; taking it away lets that
title be shown again, and through the norms of a blend it can only decide what was a tie but for a hair (on
MovieLens-100K, for 5 of 300 users one of their 48 such events would), which is no reason to tell anybody. At least
one like stays: without any, nothing leads anywhere, and that explains nothing either. A removal after which the walk
reaches no title does not count. What is the same for everybody, as popularity is, no removal changes.

Where remedies re-rank lists, "first" is in the list that is shown, before and after: that of ``k`` titles, made anew
from what is left. A removed title may be in it; the replacement is the best of the others there.

References
----------
Ghazimatin, Balalau, Saha Roy, Weikum, "PRINCE: provider-side interpretability with counterfactual explanations in
recommender systems", WSDM 2020, doi:10.1145/3336191.3371824.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cinewalk.errors import RequestError
from cinewalk.graph.counterfactual.search import Search
from cinewalk.graph.counterfactual.shown_list import PLAIN
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.numeric import topk

if TYPE_CHECKING:
    from cinewalk.graph.counterfactual.shown_list import Shown
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.graph.walks.registry import Registry

#: The largest set that is looked for, unless another is asked for.
LARGEST: Final = 10


@dataclass(frozen=True, slots=True)
class FoundRemoval:
    """Likes without which another title comes first; found by trying, and verified by recomputing.

    Parameters
    ----------
    titles
        The positions of the removed titles, in the order of what they gave to the title that was first.
    first
        The title that was first.
    replacement
        The best title that was not removed, afterwards.
    score
        The score of the replacement, afterwards.
    proven
        Whether every smaller set has been tried; no smaller one then does the same.
    tried
        How many removals were tried.
    """

    titles: tuple[int, ...]
    first: int
    replacement: int
    score: float
    proven: bool
    tried: int

    @property
    def size(self) -> int:
        """How many titles are removed."""
        return len(self.titles)


def counterfactual(
    parts: Registry,
    walk: Walk,
    user: int,
    *,
    shown: Shown | None = None,
    k_limit: int = LARGEST,
    exhaustive: bool = False,
    outcome: Outcome | None = None,
) -> FoundRemoval | None:
    """Return the smallest found set of a user's likes without which another title comes first.

    Single likes are tried until one does it, then the pairs that are predicted to come near, then larger sets that
    grow by one like at a time. A pair's margins are predicted by adding up what each of the two changes alone; the
    band within which pairs are tried is as wide as all errors measured, so a pair is found wherever there is one, as
    far as that goes, and ``exhaustive`` takes nothing for granted.

    Parameters
    ----------
    parts
        The walks of the graph.
    walk
        One of them.
    user
        The user's position.
    shown
        How the list is made of the walk's scores, where not by their order alone. Where remedies choose a set of
        titles, single likes are all recomputed before a pair is called the smallest (up to 250 of them), and nothing
        larger is called so.
    k_limit
        The largest size that is looked for, at least 1.
    exhaustive
        Whether to try every pair, whatever is predicted. Cost: about 0.2 ms a pair on MovieLens-100K.
    outcome
        What the walk comes to for the user's profile, where that is known; else the walk is run.

    Returns
    -------
    Counterfactual or None
        ``None`` where nothing comes first to begin with, or no set was found.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.registry import Registry
    >>> from cinewalk.graph.model.settings import Settings
    >>> graph = example_graph()
    >>> parts = Registry(graph, Settings())
    >>> removal = counterfactual(parts, parts.walk("blend"), graph.users.ids.position("eve"))
    >>> ids = graph.titles.ids.ids
    >>> ids[removal.first], [ids[title] for title in removal.titles], ids[removal.replacement], removal.proven
    ('blade', ['alien'], 'convo', True)
    """
    profile = profile_of(parts.graph, user, parts.settings.half_life)
    if not walk.personal or not len(profile.titles):
        return None
    outcome = outcome or walk.run(profile)
    ranked, _ = _ranked(outcome, profile, shown)
    if not len(ranked):
        return None
    search = Search(parts, walk, profile, outcome, int(ranked[0]), up=False, shown=shown)
    return _answer(search, profile, k_limit, exhaustive)


def bringing_up(
    parts: Registry,
    walk: Walk,
    user: int,
    title: int,
    *,
    shown: Shown | None = None,
    k_limit: int = LARGEST,
    exhaustive: bool = False,
    outcome: Outcome | None = None,
) -> FoundRemoval | None:
    """Return the smallest found set of a user's likes without which a given title comes first.

    Parameters
    ----------
    parts, walk, user, shown, k_limit, exhaustive, outcome
        As in :func:`counterfactual`.
    title
        The title's position.

    Returns
    -------
    Counterfactual or None
        With no titles where it comes first already; ``None`` where no set was found.

    Raises
    ------
    RequestError
        Where the user has seen the title, which is then never shown.
    """
    profile = profile_of(parts.graph, user, parts.settings.half_life)
    if (shown or PLAIN).hidden(profile)[title]:
        raise RequestError("a title that has been seen is never shown. Ask for one that has not.")
    if not len(profile.titles):
        return None
    outcome = outcome or walk.run(profile)
    ranked, values = _ranked(outcome, profile, shown)
    if len(ranked) and ranked[0] == title:
        return FoundRemoval((), title, title, float(values[0]), proven=True, tried=0)
    if not walk.personal or not len(ranked):
        return None
    search = Search(parts, walk, profile, outcome, title, up=True, shown=shown)
    return _answer(search, profile, k_limit, exhaustive)


def _ranked(outcome: Outcome, profile: Profile, shown: Shown | None) -> tuple[Int32Array, FloatArray]:
    """Return what comes first, and its score."""
    shown = shown or PLAIN
    return topk.rank(shown.applied(outcome.scores, profile).scores, shown.hidden(profile), 1)


def _answer(search: Search, profile: Profile, k_limit: int, exhaustive: bool) -> FoundRemoval | None:
    removal = search.smallest(k_limit, exhaustive=exhaustive)
    if removal is None:
        return None
    titles = tuple(profile.titles[search.by_share(removal)].tolist())
    return FoundRemoval(
        titles, search.first, removal.replacement, removal.score, removal.proven, search.tried
    )
