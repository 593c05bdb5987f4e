"""What would have to be otherwise for another title to come first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cinewalk.graph import counterfactual as search
from cinewalk.graph import schema
from cinewalk.queries.wording import label_of

if TYPE_CHECKING:
    from cinewalk.graph.parts import Parts
    from cinewalk.graph.walks import Walk
    from cinewalk.queries.lookup import Catalogue, ShownTitle


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Likes without which another title comes first; found by trying, and verified by recomputing.

    Parameters
    ----------
    removed
        The likes as (id, name), the one that gave most first.
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
            "without": [{"title_id": title_id, "title": name} for title_id, name in self.removed],
            "first": {"title_id": self.first_id, "title": self.first},
            "instead": {"title_id": self.replacement_id, "title": self.replacement, "score": self.score},
            "proven_smallest": self.proven,
            "tried": self.tried,
        }

    def __str__(self) -> str:
        if not self.removed:
            return f"{self.first} comes first as it is."
        names = [name for _, name in self.removed]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        least = "; fewer would not do" if self.proven and len(names) > 1 else ""
        return f"Without {listed} you would get {self.replacement} instead of {self.first}{least}."


def counterfactual(
    catalogue: Catalogue, parts: Parts, walk: Walk, user: int, title: int, *, exhaustive: bool
) -> Counterfactual | None:
    """Find what takes a title from the first place, or what brings it there.

    Parameters
    ----------
    catalogue
        The names.
    parts, walk, user, exhaustive
        As for :func:`cinewalk.graph.counterfactual.counterfactual`.
    title
        The title's position.

    Returns
    -------
    Counterfactual or None
        ``None`` where no set of likes was found.
    """
    down = search.counterfactual(parts, walk, user, exhaustive=exhaustive)
    found = down
    if down is None or down.first != title:
        found = search.bringing_up(parts, walk, user, title, exhaustive=exhaustive)
    if found is None:
        return None
    first = found.first if down is None else down.first
    before, after = catalogue.show(first), catalogue.show(found.replacement)
    return Counterfactual(
        tuple(catalogue.id_and_name(schema.TITLE_NODE.label, removed) for removed in found.titles),
        before.title_id,
        _label(before),
        after.title_id,
        _label(after),
        found.score,
        found.proven,
        found.tried,
    )


def _label(shown: ShownTitle) -> str:
    return label_of(shown.title, shown.year)
