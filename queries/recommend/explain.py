"""Why a title is recommended: what a recommender says when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.counterfactual.shown_list import Shown
from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import too_mature
from cinewalk.graph.walks.cold_start.newcomers import Newcomers
from cinewalk.queries.explain.build import Start, contrast, explanation
from cinewalk.queries.explain.paths import PathNode
from cinewalk.queries.recommend.ranking import checked_count, seeds_of
from cinewalk.queries.recommend.request import Asking, Person, seen_by
from cinewalk.queries.recommend.taste import Taste
from cinewalk.queries.words.filters import Only
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.queries.explain.contrast import Contrast
    from cinewalk.queries.explain.counterfactual import Counterfactual
    from cinewalk.queries.explain.explanation import Explanation


class Whys(Asking):
    """The explanations of a recommender."""

    @overload
    def explain(
        self, user: str, title: str, *, walk: str | None = None, remedies: str | None = None, k: int = 10
    ) -> Explanation: ...
    @overload
    def explain(
        self,
        user: str,
        title: str,
        *,
        instead_of: str,
        walk: str | None = None,
        remedies: str | None = None,
        k: int = 10,
    ) -> Contrast: ...
    def explain(
        self,
        user: str,
        title: str,
        *,
        instead_of: str | None = None,
        walk: str | None = None,
        remedies: str | None = None,
        k: int = 10,
    ) -> Explanation | Contrast:
        """Say why a title would be recommended to a user: every share of its score.

        Parameters
        ----------
        user
            The user's id.
        title
            The title's id or name.
        instead_of
            Another title: then the answer is why the one rather than the other.
        walk
            The walk, instead of the recommender's own.
        remedies
            The remedies, as in :meth:`cinewalk.Recommender.recommend`.
        k
            How many titles the list has that the title is in; some remedies depend on the whole list.

        Raises
        ------
        NotFoundError, AmbiguousTitleError
            Where the user or title does not exist, or the name fits several.
        RequestError
            Where the user has seen the title, or no walk leads to it.
        """
        person = self._person(user)
        target = self.catalogue.title(title, self._unnamed(person))
        self._check_shown(person, target)
        chosen = self._chosen(person.profile, walk)
        label = self.catalogue.label(target)
        if not len(person.profile.titles) and not isinstance(chosen, Newcomers):
            raise RequestError(f"user {person.user_id!r} likes nothing yet, so nothing leads to {label}.")
        outcome = chosen.run(person.profile)
        if not outcome.scores[target] > 0:
            raise RequestError(f"no walk leads from what user {person.user_id!r} likes to {label}.")
        start = self._start(person, outcome)
        shown = self._shown(remedies, walk, checked_count(k))
        remedied = None if shown is None else shown.applied(outcome.scores, person.profile)
        if instead_of is not None:
            other = self.catalogue.title(instead_of, self._unnamed(person))
            self._check_shown(person, other)
            return contrast(self.catalogue, chosen, start, outcome, target, other, remedied)
        removals = self._removals(person, chosen, target, shown, named=bool(walk or self._default))
        why = explanation(self.catalogue, chosen, start, outcome, target, removals, remedied)
        if why is None:
            liked = count_of(int(np.diff(self.graph.likes.reverse_indptr)[target]), "viewer")
            raise RequestError(f"{chosen.name} is the same for everybody: {label} is liked by {liked}.")
        return why

    def explain_taste(
        self,
        title: str,
        titles: Iterable[str] = (),
        genres: Iterable[str] = (),
        people: Iterable[str] = (),
        groups: Iterable[str] = (),
    ) -> Explanation:
        """Say why a title would be recommended for a taste put in words: every share of its score.

        Parameters
        ----------
        title
            The title's id or name.
        titles, genres, people, groups
            As for :meth:`taste`.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            As for :meth:`taste`, and where no walk leads to the title.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> why = cinewalk.Recommender(example_graph()).explain_taste("Brazil", genres=["Sci-Fi"])
        >>> print(next(why.paths()))
        you asked for Sci-Fi, which has Brazil (1985)
        """
        asked = Taste.of(self.catalogue, titles, genres, people, groups, Only())
        return asked.explain(self.catalogue, self._parts, self.catalogue.title(title))

    def _check_shown(self, person: Person, title: int) -> None:
        """Refuse to explain what is never shown to a person, and say why it is not."""
        if not person.profile.hidden[title]:
            return
        self._check_limit(person, title)
        why = seen_by(self._own_of(person.user_id), title)
        label = self.catalogue.label(title)
        raise RequestError(f"{label} is never recommended to user {person.user_id!r}: {why}.")

    def _check_limit(self, person: Person, title: int) -> None:
        """Refuse to speak of what is too mature for a person: not even its name appears."""
        unnamed = self._unnamed(person)
        if unnamed is not None and unnamed[title]:
            raise RequestError(f"that title is above the maturity limit of user {person.user_id!r}.")

    def _unnamed(self, person: Person) -> BoolArray | None:
        return None if person.limit is None else too_mature(self.graph.titles, person.limit)

    def _start(self, person: Person, outcome: Outcome) -> Start:
        user = PathNode(schema.USER.label, person.user_id, person.user_id)
        return Start(seeds_of(person.profile, outcome), person.profile.weights, user, self._unnamed(person))

    def _shown(self, remedies: str | None, walk: str | None, k: int) -> Shown | None:
        """Return how a list of ``k`` is re-ranked; ``None`` where it is not."""
        asked = self._remedies(remedies, walk)
        return None if asked is None else Shown(asked, k)

    def _removals(
        self, person: Person, walk: Walk, title: int, shown: Shown | None, *, named: bool
    ) -> Callable[[bool], Counterfactual | None]:
        from cinewalk.graph.counterfactual.find import LARGEST
        from cinewalk.queries.explain.counterfactual import counterfactual

        events, likes = self._own.get(person.user_id), len(person.profile.titles)
        if not named and likes < self.settings.newcomers.enough + LARGEST:
            # With some likes less they would be a newcomer, and be shown what newcomers are.
            walk = self._parts.walk("newcomers")
        return lambda exhaustive: counterfactual(
            self.catalogue,
            self._parts,
            walk,
            person,
            title,
            events=events,
            shown=shown,
            exhaustive=exhaustive,
        )
