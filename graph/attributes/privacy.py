"""How many viewers must stand behind what is told, and how their number is told.

Groups have one number for all graphs; for everything else it is ``smallest`` of
:class:`~cinewalk.graph.model.settings.PrivacyParameters`, which is kept with a graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.graph.model.settings import settings_in

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph

#: Groups with fewer members are passed over: what they like would tell of single people.
SMALLEST_GROUP: Final = 11


class Counted(NamedTuple):
    """How many viewers stand behind something, as it may be told.

    Parameters
    ----------
    viewers
        How many; ``None`` where they are too few to be told.
    below
        Then fewer than so many, else ``None``.
    """

    viewers: int | None
    below: int | None = None

    def to_dict(self) -> dict[str, int | None]:
        """Return plain values: the number, and what it is below where it is not told."""
        return {"viewers": self.viewers} | ({} if self.below is None else {"viewers_below": self.below})


def counted(viewers: int, smallest: int) -> Counted:
    """Return a number of viewers as it may be told; that there are none tells of nobody.

    Examples
    --------
    >>> counted(7, 5), counted(4, 5)
    (Counted(viewers=7, below=None), Counted(viewers=None, below=5))
    >>> counted(0, 5), counted(1, 0)
    (Counted(viewers=0, below=None), Counted(viewers=1, below=None))
    """
    return Counted(None, smallest) if 0 < viewers < smallest else Counted(viewers)


def smallest_of(graph: Graph) -> int:
    """Return how few viewers may be told of a graph: as it was prepared, else the default.

    >>> from cinewalk.graph.model.example import example_graph
    >>> smallest_of(example_graph())
    0
    """
    return settings_in(graph.prepared).privacy.smallest
