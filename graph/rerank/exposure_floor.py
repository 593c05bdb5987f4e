"""The re-ranker for titles that are shown too rarely: a bonus by which they get a share of what people see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.attributes.title_groups import TitleGroup
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.graph.rerank.base import RerankContext

#: How near a share comes to its target, and after how many halvings it is left at that.
_NEAR: Final = 0.0005
_HALVINGS: Final = 30
#: With a bonus of the length of all scores together, whatever is reached of a group comes before everything else.
_HIGHEST: Final = 1.0


def bonus_for(target: float, share_at: Callable[[float], float], spec: str) -> float:
    """Find the smallest bonus with which a share reaches its target, by bisection.

    Parameters
    ----------
    target
        The share.
    share_at
        Measures the share with a bonus; it does not fall where the bonus rises.
    spec
        What asks for it.

    Raises
    ------
    RequestError
        Where no bonus is enough.

    Examples
    --------
    >>> round(bonus_for(0.25, lambda bonus: bonus / 2, "floor"), 2)
    0.5
    """
    if share_at(0.0) >= target:
        return 0.0
    low, high = 0.0, _HIGHEST
    most = share_at(high)
    if most < target:
        raise RequestError(f"{spec}: walks lead to so few of them that {most:.1%} is the most; ask for less.")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        share = share_at(middle)
        if share >= target:
            high = middle
            if share - target < _NEAR:
                break
        else:
            low = middle
    return high


@dataclass(frozen=True, eq=False)
class ExposureFloor:
    """Scores plus ``δ · ‖score‖ · part_j``: a bonus for the titles of a group, the same for everybody.

    ``part_j`` is which part of a title is in the group, ``‖score‖`` the L2 norm over what the person may be shown.
    ``δ`` is found once on a graph, by bisection: the smallest with which the group has its share of the log-discounted
    exposure (:func:`cinewalk.graph.attributes.exposure_share.exposure_share`) over the lists of ten of all users with
    likes, or of a sample. Titles that no walk leads to stay out.

    A bonus can be told in one line of an explanation, which transition matrices made to be fair cannot, and it comes
    near its target, which those miss by far (FairWalk, LFPR).

    Parameters
    ----------
    group
        The titles.
    dial
        Their share of exposure, between 0 and 1.
    bonus
        ``δ``, at least 0; :class:`cinewalk.graph.rerank.chain.RerankChain` finds it.

    Raises
    ------
    RequestError
        Where the dial is out of range.

    References
    ----------
    Singh, Joachims, "Fairness of exposure in rankings", KDD 2018, doi:10.1145/3219819.3220088, for exposure.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.attributes.title_groups import TitleGroup
    >>> floor = ExposureFloor(TitleGroup.of(example_graph(), "year:before:1980"), 0.3)
    >>> str(floor), floor.label
    ('floor=year:before:1980:0.3', 'exposure floor for titles before 1980')
    """

    group: TitleGroup
    dial: float
    bonus: float = 0.0
    name: ClassVar[str] = "floor"
    by_likes: ClassVar[bool] = False
    chooses_set: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0 <= self.dial < 1:
            raise RequestError(f"the share of {self} is {self.dial:g}; it must lie between 0 and 1.")

    @property
    def label(self) -> str:
        """What it is called where its part of a score is shown."""
        return f"exposure floor for {self.group.words}"

    def adjusted(self, scores: FloatArray, context: RerankContext) -> FloatArray:
        """Return the scores with the bonus."""
        bonus = self.bonus * context.length(scores) * self.group.parts
        return scores + np.where(scores > 0, bonus, 0.0)

    def __str__(self) -> str:
        return f"{self.name}={self.group.spec}:{self.dial:.12g}"
