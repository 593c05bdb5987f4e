"""What is like one title, each with its reason: who likes both, or what both have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.attributes.privacy import counted
from cinewalk.graph.model.profile import profile_of_titles
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.base.blend import Blend
from cinewalk.queries.recommend.ranking import in_order, items_of, named_items, walked
from cinewalk.queries.words.results import Recommendations
from cinewalk.queries.words.wording import both_text, few_text, in_common_text

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import BoolArray, Int32Array
    from cinewalk.graph.rerank.first_part_first import FirstPartFirst
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot


def similar(snapshot: Snapshot, title: str, request: Request) -> Recommendations:
    """Return the titles closest to one title, but for what the user of a request has seen or must not be shown.

    A walk that is named leads on from a title that enough viewers like; from others it would lead to what those like.
    """
    only, catalogue = request.only, snapshot.catalogue
    hidden = np.zeros(len(snapshot.graph.titles), np.bool_) if only is None else only.hidden(catalogue)
    if request.user is None:
        target = catalogue.title(title)
    else:
        person = snapshot.person(request.user)
        target = catalogue.title(title, snapshot.unnamed(person))
        snapshot.check_limit(person, target)
        hidden = hidden | person.profile.hidden
    walk = snapshot.walk(request.walk)
    if isinstance(walk, Blend) or snapshot.similar_titles.few[target]:
        found = close_to(snapshot, target, hidden, request.k)
    else:
        profile = profile_of_titles(snapshot.graph, np.array([target], dtype=np.int32), np.ones(1))
        hidden = profile.hidden | hidden
        asked = walked(walk, profile, hidden, request.k)._replace(asked=True)
        found = Recommendations(items_of(catalogue, asked, hidden, request.k), walk.name)
    if found or found.note:
        return found
    note = f"No walk leads on from {catalogue.label(target)}: nobody who likes it likes anything else."
    return Recommendations((), walk.name, note)


def close_to(
    snapshot: Snapshot, title: int, hidden: BoolArray, k: int, order: FirstPartFirst | None = None
) -> Recommendations:
    """Return the best ``k`` titles that are like one title, but for those that are hidden.

    Parameters
    ----------
    snapshot, title, hidden, k
        What is known, the title, what is left out, and how many titles.
    order
        What puts parts of a story in order, if anything does.
    """
    walk, catalogue = snapshot.similar_titles, snapshot.catalogue
    profile = profile_of_titles(catalogue.graph, np.array([title], dtype=np.int32), np.ones(1))
    hidden = profile.hidden | hidden
    source = in_order(walk.run(profile), profile, hidden, k, order)
    targets, values = topk.rank(source.scores, hidden, k)
    few = bool(walk.few[title])
    reasons = (_in_common if few else _liked_both)(snapshot, title, targets)
    items = named_items(catalogue, source, targets, values, reasons)
    note = few_text([catalogue.label(title)], leads_on=bool(items)) if few else ""
    return Recommendations(items, walk.name, note)


def _liked_both(snapshot: Snapshot, title: int, targets: Int32Array) -> list[str]:
    """Say of each title how many viewers like it and another one, and whether they do so right after."""
    close, smallest = snapshot.similar_titles.close, snapshot.catalogue.smallest
    viewers = close.viewers(np.full_like(targets, title), targets).tolist()
    soon = close.soon_after(title, targets).tolist()
    return [both_text(counted(both, smallest), after) for both, after in zip(viewers, soon, strict=True)]


def _in_common(snapshot: Snapshot, title: int, targets: Int32Array) -> list[str]:
    """Say of each title what it has in common with another one."""
    catalogue, alike = snapshot.catalogue, snapshot.similar_titles.alike
    return [
        in_common_text(
            [
                catalogue.id_and_name(feature.label, end)[1]
                for feature, ends in alike.common(title, target)
                for end in ends
            ]
        )
        for target in targets.tolist()
    ]
