"""What kernels take to walk from node to node over likes: titles by their viewers, viewers by their titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.graph.numeric.kernels import Neighbourhood

if TYPE_CHECKING:
    from cinewalk.graph.model.settings import TitleParameters, ViewerParameters
    from cinewalk.graph.walks.base.like_rows import Likes


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
