"""Why a title is recommended: from a request to an explanation, and why something is not explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import shown_as
from cinewalk.queries.explain.build import Start, contrast, explanation
from cinewalk.queries.explain.counterfactual import Removals
from cinewalk.queries.explain.paths import PathNode
from cinewalk.queries.recommend.ranking import seeds_of
from cinewalk.queries.words.wording import viewers_text

if TYPE_CHECKING:
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.walks.base.result import Outcome
    from cinewalk.queries.explain.contrast import Contrast
    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.recommend.request import Asked, Person, Request
    from cinewalk.queries.recommend.snapshot import Snapshot


class Explainer:
    """The explanations of one snapshot; errors as those of :meth:`cinewalk.Recommender.explain`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot, self._catalogue = snapshot, snapshot.catalogue

    def explain(self, request: Request, title: str) -> Explanation:
        """Say why a title is in the list that is asked for: every share of its score."""
        asked, target = self._target(request, title)
        walk, person, label = asked.walk, asked.person, self._catalogue.label(target)
        outcome = self._outcome(asked, target)
        shown = asked.shown
        remedied = None if shown is None else shown.applied(outcome.scores, person.profile)
        removals = self._removals(asked, target, outcome, named=self._snapshot.names(request.walk))
        start = self._start(person, outcome)
        why = explanation(self._catalogue, walk, start, outcome, target, removals, remedied)
        if why is None:
            liked = viewers_text(self._catalogue.viewers(target))
            raise RequestError(f"{walk.name} is the same for everybody: {label} is liked by {liked}.")
        return why

    def contrast(self, request: Request, title: str, instead_of: str) -> Contrast:
        """Say why a title rather than another is in the list that is asked for."""
        asked, target = self._target(request, title)
        outcome = self._outcome(asked, target)
        shown = asked.shown
        remedied = None if shown is None else shown.applied(outcome.scores, asked.person.profile)
        other = self._catalogue.title(instead_of, self._snapshot.unnamed(asked.person))
        self._check_shown(asked.person, other)
        self._check_filter(request, other)
        start = self._start(asked.person, outcome)
        return contrast(self._catalogue, asked.walk, start, outcome, target, other, remedied)

    def _target(self, request: Request, title: str) -> tuple[Asked, int]:
        """Understand a request, and find a title that its list may show."""
        asked = self._snapshot.ask(request)
        target = self._catalogue.title(title, self._snapshot.unnamed(asked.person))
        self._check_shown(asked.person, target)
        self._check_filter(request, target)
        return asked, target

    def _outcome(self, asked: Asked, target: int) -> Outcome:
        person, label = asked.person, self._catalogue.label(target)
        if not len(person.profile.titles) and not asked.walk.asks_groups:
            raise RequestError(f"user {person.user_id!r} likes nothing yet, so nothing leads to {label}.")
        outcome = asked.walk.run(person.profile)
        if not outcome.scores[target] > 0:
            raise RequestError(f"no walk leads from what user {person.user_id!r} likes to {label}.")
        return outcome

    def _check_filter(self, request: Request, title: int) -> None:
        """Refuse to explain what a filter leaves out, and say why it does."""
        why = None if request.only is None else request.only.why_not(self._catalogue, title)
        if why is not None:
            raise RequestError(f"{self._catalogue.label(title)} is not in this list: {why}.")

    def _check_shown(self, person: Person, title: int) -> None:
        """Refuse to explain what is never shown to a person, and say why it is not."""
        if not person.profile.hidden[title]:
            return
        self._snapshot.check_limit(person, title)
        label = self._catalogue.label(title)
        raise RequestError(
            f"{label} is never recommended to user {person.user_id!r}: {self._why_hidden(person, title)}."
        )

    def _why_hidden(self, person: Person, title: int) -> str:
        """Say what has been done with a title, or with the same film under another id, or which of these is shown."""
        events, shown = self._snapshot.events_of(person.user_id), shown_as(self._snapshot.graph)
        met = {title for of_kind in events.events.values() for title in of_kind}
        if title in met:
            return seen_by(events, title)
        same = np.flatnonzero(shown == shown[title])
        other = next((each for each in same.tolist() if each in met), int(shown[title]))
        name = f"{self._catalogue.label(other)}, id {self._snapshot.graph.titles.ids.ids[other]!r}"
        return f"it is the same film as {name}, {seen_by(events, other) if other in met else 'which is shown instead'}"

    def _start(self, person: Person, outcome: Outcome) -> Start:
        user = PathNode(schema.USER.label, person.user_id, person.user_id)
        return Start(seeds_of(person.profile, outcome), user, self._snapshot.unnamed(person))

    def _removals(self, asked: Asked, title: int, outcome: Outcome, *, named: bool) -> Removals:
        """Return the search for what would have to be otherwise, about the list that is shown."""
        from cinewalk.graph.counterfactual.find import LARGEST

        person, walk, settings = asked.person, asked.walk, self._snapshot.defaults.settings
        if not named and len(person.profile.titles) < settings.newcomers.enough + LARGEST:
            # With some likes less they would be a newcomer, and be shown what newcomers are. With enough likes both
            # walks come to the same, so the outcome is that of either.
            walk = self._snapshot.registry.walk("newcomers")
        events = self._snapshot.events.get(person.user_id)
        registry = self._snapshot.registry
        return Removals(self._catalogue, registry, walk, person, title, events, asked.shown, outcome)


def seen_by(events: UserEvents, title: int) -> str:
    """Say why a title is not shown to somebody again; the most deliberate event says it.

    >>> from cinewalk.graph.model.user_events import UserEvents
    >>> seen_by(UserEvents().put("thumbed", 7, {"value": -1, "timestamp": 0}), 7)
    'thumbed down'
    """
    if events.event(schema.BLOCKED.name, title) is not None:
        return "blocked"
    thumb = events.event(schema.THUMBED.name, title)
    if thumb is not None:
        return "thumbed down" if thumb[schema.THUMB.name] < 0 else "already thumbed"
    return "already rated" if events.event(schema.RATED.name, title) is not None else "already watched"
