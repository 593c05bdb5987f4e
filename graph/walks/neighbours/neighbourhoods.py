"""What kernels take to walk from node to node over likes: titles by their viewers, viewers by their titles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from cinewalk.graph.numeric.kernels import Neighbourhood

if TYPE_CHECKING:
    from cinewalk.graph.model.settings import SequenceParameters, TitleParameters, ViewerParameters
    from cinewalk.graph.numeric.cooccurrence import NearestQuery
    from cinewalk.graph.walks.base.like_rows import Likes


class Paired(ABC):
    """A walk whose rows follow from what pairs of nodes share: its rows can be computed in parts."""

    likes: Likes
    #: Whether the nodes are titles; else they are users.
    of_titles: ClassVar[bool]

    @property
    @abstractmethod
    def wanted(self) -> NearestQuery:
        """What is asked for where all rows are found at once; over it weights are fitted where there is a penalty."""

    @property
    def penalty(self) -> float | None:
        """What weights are fitted under; ``None`` where what is near are the rows."""
        return None

    @property
    def order(self) -> SequenceParameters | None:
        """How much the order in time counts; ``None`` where it does not."""
        return None


def title_neighbourhood(likes: Likes, p: TitleParameters) -> Neighbourhood:
    """Return what kernels need for walks title → viewer → title."""
    return Neighbourhood(
        forward=likes.by_title,
        backward=likes.by_user,
        out=likes.title_discount(p.source_exponent),
        via=likes.user_discount(p.viewer_exponent),
        into=likes.title_discount(p.target_exponent),
        sharpness=p.sharpness,
        size=p.size,
        even=likes.even,
    )


def viewer_neighbourhood(likes: Likes, p: ViewerParameters) -> Neighbourhood:
    """Return what kernels need for walks user → title → user."""
    return Neighbourhood(
        forward=likes.by_user,
        backward=likes.by_title,
        out=likes.user_discount(0.0),
        via=likes.title_discount(p.title_exponent),
        into=likes.user_discount(p.viewer_exponent),
        sharpness=p.sharpness,
        size=p.size,
        even=likes.even,
    )
