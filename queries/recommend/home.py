"""What the home page of a service shows somebody: feeds as rows, and no title twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.model import schema
from cinewalk.graph.rerank.first_part_first import FIRST_PART_FIRST
from cinewalk.queries.recommend.feeds import Feeds
from cinewalk.queries.recommend.ranking import ranked_list
from cinewalk.queries.recommend.request import Request
from cinewalk.queries.words.checks import checked_count
from cinewalk.queries.words.home import HomePage, Shelf
from cinewalk.queries.words.results import Recommendations
from cinewalk.queries.words.wording import viewers_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cinewalk.queries.recommend.request import Person
    from cinewalk.queries.recommend.snapshot import Snapshot


#: A group's row counts where so many of its titles have so many viewers each.
_ENOUGH: Final = 5
_SOME: Final = 3


def home(
    snapshot: Snapshot,
    user: str,
    k: int = 10,
    because: int = 2,
    at: dt.datetime | float | None = None,
    order: str | None = FIRST_PART_FIRST,
) -> HomePage:
    """Return the rows of somebody's home page.

    Parameters
    ----------
    snapshot
        What the recommender knows.
    user
        Their id.
    k
        How many titles a row has, at most.
    because
        How many rows there are because of single titles, at most.
    at
        The instant, as for the feeds.
    order
        ``"first-part-first"`` for parts of a story in their order; ``None`` for scores as they are.
    """
    person, size = snapshot.person(user), checked_count(k)
    shown: set[str] = set()
    shelves = []
    for shelf in _rows(snapshot, person, size, checked_count(because, "because"), at, order):
        items = [item for item in shelf.titles if item.title_id not in shown][:size]
        if items:
            shown |= {item.title_id for item in items}
            placed = tuple(replace(item, rank=place) for place, item in enumerate(items, 1))
            titles = Recommendations(placed, shelf.titles.walk, shelf.titles.note)
            shelves.append(replace(shelf, titles=titles))
    return HomePage(person.user_id, tuple(shelves))


def _rows(
    snapshot: Snapshot,
    person: Person,
    k: int,
    because: int,
    at: dt.datetime | float | None,
    order: str | None,
) -> Iterator[Shelf]:
    """Give the rows from above, each long enough for titles that are shown above it to be left out."""
    feeds, user = Feeds(snapshot), person.user_id
    yield Shelf("continue-watching", "Continue watching", feeds.continue_watching(user, k, at=at))
    longer = k
    for row in feeds.because_you_watched(user, because, k * (because + 1), order=order):
        longer += k
        yield Shelf("because-you-watched", f"Because you watched {row.because}", row.titles)
    yield Shelf("for-you", "For you", ranked_list(snapshot, Request(user, longer + k, order=order)))
    yield Shelf("new-releases", "New for you", feeds.new_releases(user, longer + 2 * k, at=at, order=order))
    yield _top(snapshot, feeds, person, longer + 3 * k, at)
    yield Shelf("challenge", "Something else than usual", feeds.challenge(user, longer + 4 * k, order=order))


def _top(snapshot: Snapshot, feeds: Feeds, person: Person, k: int, at: dt.datetime | float | None) -> Shelf:
    """Return what most viewers watched in a week, but for what somebody has seen: in a group of theirs, or everywhere.

    It is the smallest of their groups in which a whole row was watched by some, so that a row says something.
    """
    members = snapshot.graph.relations[schema.USER_IN_GROUP.name]
    sizes = np.diff(members.reverse_indptr)[person.profile.groups]
    groups = person.profile.groups[sizes >= SMALLEST_GROUP]
    by_size = groups[np.argsort(sizes[sizes >= SMALLEST_GROUP], kind="stable")].tolist()
    names = [snapshot.graph.nodes[schema.GROUP.label].ids.ids[group] for group in by_size]
    hidden = person.profile.hidden
    for name in (*names, None):
        watched = feeds.watched(k + int(hidden.sum()), at=at, group=name, user=person.user_id)
        unseen = ~hidden[watched.titles]
        if unseen.sum() >= _ENOUGH and watched.viewers[unseen][_ENOUGH - 1] >= _SOME:
            break
    titles = feeds.told(watched)
    items = tuple(item for item, new in zip(titles, unseen.tolist(), strict=True) if new)
    who = "" if name is None else f" among {viewers_in(name)}"
    return Shelf("top", f"Top of the week{who}", Recommendations(items, titles.walk, titles.note))
