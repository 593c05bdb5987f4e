"""What would have to be otherwise for another title to come first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.graph.counterfactual import find as search
from cinewalk.graph.counterfactual.deletion import walks_on
from cinewalk.graph.counterfactual.shown_list import PLAIN
from cinewalk.graph.model import schema
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.numeric import topk
from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import label_of

if TYPE_CHECKING:
    from cinewalk.graph.counterfactual.shown_list import Shown
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.queries.recommend.request import Person
    from cinewalk.queries.words.catalogue import Catalogue, ShownTitle


@dataclass(frozen=True, slots=True, repr=False)
class Counterfactual:
    """Likes without which another title comes first; found by trying, and verified by recomputing.

    Parameters
    ----------
    removed
        The likes as (id, name), the one that gave most first; all groups together are ("", "groups").
    first_id, first
        The title that comes first with them.
    replacement_id, replacement
        The title that comes first without them.
    score
        The score of the replacement.
    proven
        Whether every smaller set has been tried; then none does the same.
    tried
        How many removals were tried.
    """

    removed: tuple[tuple[str, str], ...]
    first_id: str
    first: str
    replacement_id: str
    replacement: str
    score: float
    proven: bool
    tried: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "without": [
                {"title_id": title_id, "title": name} if title_id else {"groups": "all"}
                for title_id, name in self.removed
            ],
            "first": {"title_id": self.first_id, "title": self.first},
            "instead": {"title_id": self.replacement_id, "title": self.replacement, "score": self.score},
            "proven_smallest": self.proven,
            "tried": self.tried,
        }

    def __repr__(self) -> str:
        return f"<Counterfactual: {self}>"

    def _repr_html_(self) -> str:
        return html_of(str(self))

    def __str__(self) -> str:
        if not self.removed:
            return f"{self.first} comes first as it is."
        names = ["the groups that you are in" if not title_id else name for title_id, name in self.removed]
        if self.removed == (("", "groups"),):
            return f"If you were in no group you would get {self.replacement} instead of {self.first}."
        titles = [title_id for title_id, _ in self.removed if title_id]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        least = "; fewer would not do" if self.proven and len(names) > 1 else ""
        apart = "that title itself" if len(titles) == 1 else "those titles themselves"
        got = f"you would get {self.replacement} instead of {self.first}"
        return f"Without {listed} {got} (not counting {apart}){least}."


@dataclass(frozen=True, slots=True, eq=False)
class Removals:
    """The search for what would have to be otherwise, for one person and one title; called when somebody asks."""

    catalogue: Catalogue
    registry: Registry
    walk: Walk
    person: Person
    title: int
    events: UserEvents | None
    shown: Shown | None
    outcome: Outcome | None = None

    def __call__(self, exhaustive: bool) -> Counterfactual | None:
        """Look for it; see :func:`counterfactual`."""
        return counterfactual(
            self.catalogue,
            self.registry,
            self.walk,
            self.person,
            self.title,
            events=self.events,
            shown=self.shown,
            outcome=self.outcome,
            exhaustive=exhaustive,
        )


def counterfactual(
    catalogue: Catalogue,
    parts: Registry,
    walk: Walk,
    person: Person,
    title: int,
    *,
    events: UserEvents | None,
    shown: Shown | None = None,
    outcome: Outcome | None = None,
    exhaustive: bool,
) -> Counterfactual | None:
    """Find what takes a title from the first place, or what brings it there.

    Parameters
    ----------
    catalogue
        The names.
    parts, walk, exhaustive
        As for :func:`cinewalk.graph.counterfactual.find.counterfactual`.
    person
        Who it is for.
    title
        The title's position.
    events
        What they did, where the graph does not know all of it.
    shown
        How their list is re-ranked, if it is.
    outcome
        What the walk came to for them, where that is known; after ``events`` it is found anew.

    Returns
    -------
    Counterfactual or None
        ``None`` where nothing was found.
    """
    if walk.asks_groups and len(person.profile.titles) <= _FEW:
        return of_newcomer(catalogue, walk, person.profile, title, shown)
    user = person.profile.user
    if events is not None:
        parts, walk, user = _settled(parts, walk, person.user_id, events)
        shown, outcome = None if shown is None else shown.on(parts.graph), None
    assert user is not None
    outcome = outcome or walk.run(profile_of(parts.graph, user, parts.settings.half_life))
    down = search.counterfactual(parts, walk, user, shown=shown, exhaustive=exhaustive, outcome=outcome)
    removal = down
    if down is None or down.first != title:
        removal = search.bringing_up(
            parts, walk, user, title, shown=shown, exhaustive=exhaustive, outcome=outcome
        )
    if removal is None or not removal.titles:
        return None
    first = removal.first if down is None else down.first
    before, after = catalogue.show(first), catalogue.show(removal.replacement)
    return Counterfactual(
        tuple(catalogue.id_and_name(schema.TITLE_NODE.label, removed) for removed in removal.titles),
        before.title_id,
        _label(before),
        after.title_id,
        _label(after),
        removal.score,
        removal.proven,
        removal.tried,
    )


def _settled(parts: Registry, walk: Walk, user_id: str, events: UserEvents) -> tuple[Registry, Walk, int]:
    """Bring what a person did into the graph, with the rows of titles and of other people as they were."""
    graph = folded(parts.graph, {user_id: events})
    after = walks_on(graph, parts, walk)
    return after, after.walk(walk.name), graph.users.ids.position(user_id)


def of_newcomer(
    catalogue: Catalogue, walk: Walk, profile: Profile, title: int, shown: Shown | None = None
) -> Counterfactual | None:
    """Find the fewest likes and groups without which another title comes first, for somebody of whom little is known.

    A removal takes away the like, and its title stays hidden; all groups go together: "if you were in no group".
    Every set is tried, the smallest first.
    """
    choices: list[int | None] = [*range(len(profile.titles)), *([None] if len(profile.groups) else [])]
    first = _first(walk, profile, shown)
    if first is None:
        return None
    tried = 0
    for size in range(1, len(choices) + 1):
        for chosen in combinations(choices, size):
            tried += 1
            left = _without(profile, [c for c in chosen if c is not None], groups=None not in chosen)
            now = _first(walk, left, shown)
            if now is None or now[0] == first[0] or (first[0] != title and now[0] != title):
                continue
            before, after = catalogue.show(first[0]), catalogue.show(now[0])
            removed = [
                ("", "groups")
                if c is None
                else catalogue.id_and_name(schema.TITLE_NODE.label, int(profile.titles[c]))
                for c in chosen
            ]
            return Counterfactual(
                tuple(removed),
                before.title_id,
                _label(before),
                after.title_id,
                _label(after),
                now[1],
                proven=True,
                tried=tried,
            )
    return None


#: Up to so many likes, groups are among what may go; with more, a list hardly depends on them.
_FEW: Final = 3


def _first(walk: Walk, profile: Profile, shown: Shown | None) -> tuple[int, float] | None:
    shown = shown or PLAIN
    scores = shown.applied(walk.run(profile).scores, profile).scores
    ranked, scores = topk.rank(scores, shown.hidden(profile), 1)
    return (int(ranked[0]), float(scores[0])) if len(ranked) else None


def _without(profile: Profile, likes: list[int], *, groups: bool) -> Profile:
    """Return the profile without some likes and groups; it would say little to show the titles themselves instead."""
    kept = np.ones(len(profile.titles), np.bool_)
    kept[likes] = False
    return replace(
        profile,
        titles=profile.titles[kept],
        preferences=profile.preferences[kept],
        weights=profile.weights[kept],
        groups=profile.groups if groups else profile.groups[:0],
    )


def _label(shown: ShownTitle) -> str:
    return label_of(shown.title, shown.year)
