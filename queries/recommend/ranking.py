"""From a walk's scores to a ranked list with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.graph.model import schema
from cinewalk.graph.numeric import topk
from cinewalk.graph.rerank.base import RerankContext
from cinewalk.graph.walks.cold_start.newcomers import Newcomers
from cinewalk.queries.explain.reasons import Reasoned, ReasonsOfList, Seed
from cinewalk.queries.words.results import Recommendation, Recommendations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.graph.rerank.first_part_first import FirstPartFirst
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.queries.explain.reasons import ReasonSource
    from cinewalk.queries.recommend.request import Asked, Request
    from cinewalk.queries.recommend.snapshot import Snapshot
    from cinewalk.queries.words.catalogue import Catalogue


def ranked_list(snapshot: Snapshot, request: Request) -> Recommendations:
    """Return the list that is asked for; where no walk leads on, what most viewers like, and a note that says so.

    Reasons are worked out when somebody looks at them.
    """
    asked = snapshot.ask(request)
    profile, likes = asked.person.profile, len(asked.person.profile.titles)
    items: tuple[Recommendation, ...] = ()
    if likes or isinstance(asked.walk, Newcomers):
        items = answer(snapshot.catalogue, asked.walk, profile, asked.k, asked.left_out, asked.chain)
    if items:
        return Recommendations(items, asked.walk.name, "" if likes else _NO_LIKES)
    popularity = snapshot.registry.walk("popularity")
    items = answer(snapshot.catalogue, popularity, profile, asked.k, asked.left_out, asked.chain)
    return Recommendations(items, popularity.name, _why_not_theirs(asked, bool(likes), bool(items)))


def _why_not_theirs(asked: Asked, has_likes: bool, is_crowds: bool) -> str:
    """Say why a list is not what a walk from somebody's likes comes to, and what it is instead."""
    if asked.left_out is not None and asked.left_out.all():
        return "No title passes the filter."
    that = "anybody likes" if asked.left_out is None else "passes the filter and that anybody likes"
    to = " to what passes the filter" if asked.left_out is not None else ""
    why = f"No walk leads on from these likes{to}" if has_likes else "There are no likes to walk from yet"
    if is_crowds:
        return f"{why}: this is what most viewers like."
    return f"{why}, and every title that {that} has been seen."


_NO_LIKES = "There are no likes to walk from yet: this is what most viewers like, and those most like you."


def answer(
    catalogue: Catalogue,
    walk: Walk,
    profile: Profile,
    k: int,
    left_out: BoolArray | None = None,
    remedies: RerankChain | None = None,
) -> tuple[Recommendation, ...]:
    """Return the best ``k`` titles that are not hidden and that the walk reaches, with their reasons.

    Parameters
    ----------
    catalogue, walk, profile, k
        The names, the walk, who it starts from, and how many titles.
    left_out
        For every title, whether it is left out beside what is hidden; the walk's scores do not depend on it.
    remedies
        What re-ranks the list, if anything does.
    """
    hidden = profile.hidden if left_out is None else profile.hidden | left_out
    return items_of(catalogue, walked(walk, profile, hidden, k, remedies), hidden, k)


def walked(
    walk: Walk, profile: Profile, hidden: BoolArray, k: int, remedies: RerankChain | None = None
) -> Reasoned:
    """Run a walk, and what re-ranks a list of ``k`` titles of which none is hidden."""
    outcome = walk.run(profile)
    remedied = None if remedies is None else remedies.applied(outcome.scores, profile, hidden, k)
    return Reasoned(outcome, seeds_of(profile, outcome), remedied)


def in_order(
    outcome: Outcome, profile: Profile, hidden: BoolArray, k: int, order: FirstPartFirst | None
) -> Reasoned:
    """Return what a walk came to for a list of ``k`` titles of which none is hidden, with parts of stories in order."""
    remedied = None if order is None else order.applied(outcome.scores, RerankContext(profile, hidden, k))
    return Reasoned(outcome, seeds_of(profile, outcome), remedied)


def items_of(catalogue: Catalogue, source: Reasoned, hidden: BoolArray, k: int) -> tuple[Recommendation, ...]:
    """Rank what a walk came to, and name the titles; their reasons are worked out when somebody looks at them.

    Parameters
    ----------
    catalogue
        The names.
    source
        What a walk came to.
    hidden
        For every title, whether it must not be returned.
    k
        How many titles.
    """
    targets, values = topk.rank(source.scores, hidden, k)
    return named_items(catalogue, source, targets, values)


def named_items(
    catalogue: Catalogue,
    source: ReasonSource,
    targets: Int32Array,
    values: FloatArray,
    reasons: Sequence[str] | None = None,
) -> tuple[Recommendation, ...]:
    """Name the titles of a list, whose reasons wait.

    Parameters
    ----------
    catalogue
        The names.
    source
        Tells what the walk came to, once somebody asks for reasons.
    targets, values
        The titles' positions and their scores, best first.
    reasons
        The reason of each in words, where shares do not say it.
    """
    work = ReasonsOfList(catalogue, source, targets)
    items = []
    for place, (target, score) in enumerate(zip(targets.tolist(), values.tolist(), strict=True)):
        shown = catalogue.show(target)
        known = {"title_id": shown.title_id, "title": shown.title, "year": shown.year, "score": score}
        reason = "" if reasons is None else reasons[place]
        items.append(Recommendation.waiting(work, place, rank=place + 1, **known, reason=reason))
    return tuple(items)


def title_seeds(titles: Int32Array) -> list[Seed]:
    """Return the seeds of a profile."""
    return [Seed(schema.TITLE_NODE.label, position) for position in titles.tolist()]


def seeds_of(profile: Profile, outcome: Outcome) -> list[Seed]:
    """Return the seeds of what a walk came to for a profile: its titles, and what the walk knew beyond them."""
    return [*title_seeds(profile.titles), *(Seed(label, position) for label, position in outcome.beyond)]
