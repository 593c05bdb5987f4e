"""What is asked: one frozen value from the keyword arguments of every public call, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cinewalk.clean_text import meant
from cinewalk.errors import RequestError
from cinewalk.graph.counterfactual.shown_list import Shown
from cinewalk.graph.rerank.first_part_first import FIRST_PART_FIRST
from cinewalk.graph.walks.registry import WALKS
from cinewalk.queries.words.checks import checked_count, checked_text, shown
from cinewalk.queries.words.filters import Only

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.graph.walks.base.result import Walk


@dataclass(frozen=True, slots=True)
class Request:
    """A list that somebody asks for, or asks about.

    Parameters
    ----------
    user
        The user's id; ``None`` where it is about several, or nobody.
    k
        How many titles.
    walk
        The walk by its name; ``None`` for the recommender's own.
    only
        What may be shown; ``None`` for everything.
    rerank
        The remedies, such as ``"calibrated=0.1"``; ``None`` for the recommender's own, ``""`` for none.
    order
        ``"first-part-first"`` for parts of a story in their order; ``None`` for scores as they are.

    Raises
    ------
    RequestError
        Where any of it makes no sense; what depends on the graph is seen when it is asked.
    """

    user: str | None = None
    k: int = 10
    walk: str | None = None
    only: Only | None = None
    rerank: str | None = None
    order: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", checked_count(self.k))
        if self.walk is not None and self.walk not in WALKS:
            near = meant(str(self.walk), WALKS)
            raise RequestError(f"there is no walk {shown(self.walk)}; there are {', '.join(WALKS)}.{near}")
        if self.only is not None and not isinstance(self.only, Only):
            raise RequestError(
                f"only is {shown(self.only)}; it must be an Only, such as Only(years=(1990, 1999))."
            )
        checked_order(self.order)
        if self.rerank is not None:
            checked_text(self.rerank, "remedies", "calibrated=0.1")


def checked_order(order: str | None) -> str | None:
    """Return an order that there is.

    Raises
    ------
    RequestError
        Where it is none.
    """
    if order not in (None, FIRST_PART_FIRST):
        raise RequestError(f"order is {shown(order)}; it must be {FIRST_PART_FIRST!r} or None.")
    return order


class Person(NamedTuple):
    """Somebody's id, what the walks see of them, and the highest maturity that they may be shown."""

    user_id: str
    profile: Profile
    limit: int | None = None


class Asked(NamedTuple):
    """A request as one graph understands it.

    Parameters
    ----------
    person
        Who it is for.
    walk
        The walk that ranks.
    left_out
        For every title, whether a filter leaves it out; ``None`` where there is none. The walk's scores do not depend
        on it.
    chain
        What re-ranks the list; ``None`` where nothing does.
    k
        How many titles the list has.
    """

    person: Person
    walk: Walk
    left_out: BoolArray | None
    chain: RerankChain | None
    k: int

    @property
    def hidden(self) -> BoolArray:
        """For every title, whether it is in no such list."""
        hidden = self.person.profile.hidden
        return hidden if self.left_out is None else hidden | self.left_out

    @property
    def shown(self) -> Shown | None:
        """How the list comes from the walk's scores; ``None`` where it is their order alone."""
        return (
            None if self.chain is None and self.left_out is None else Shown(self.chain, self.k, self.left_out)
        )
