"""What a source was read as, so that a person sees where it cannot be meant so: the bar of a like, and odd ids."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import FileFormatError, RejectedRowsError
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, Preference
from cinewalk.graph.model.schema import RATING, USUAL_RATINGS
from cinewalk.loaders.tables.tables import rejects_frame

if TYPE_CHECKING:
    from collections.abc import Sized

    import pandas as pd

    from cinewalk.graph.numeric.arrays import AnyArray
    from cinewalk.loaders.tables.checks import RatingRange
    from cinewalk.loaders.tables.tables import Tables

#: On these scales 4 is a like, as in the literature on MovieLens.
_STARS: Final = frozenset({USUAL_RATINGS, (1.0, 5.0)})
#: How far up any other scale a like begins.
_BAR: Final = 0.6
_FEW: Final = 20
_LEAST_SHARE, _MOST_SHARE = 0.05, 0.9
#: What ids look like that a program has changed, how that is written, and what it means.
_ODD_IDS: Final = (
    (
        re.compile(r"[+-]?[0-9]\.?[0-9]*[eE]\+?[0-9]+"),
        "9.91E+15",
        "a spreadsheet cut them, and several may be one now",
    ),
    (re.compile(r"[0-9]+\.0+"), "1.0", "a program took whole numbers for decimal ones, and 1 is another id"),
)


def preference_for(ratings: AnyArray, rating_range: RatingRange) -> Preference:
    """Return from which rating on something is a like, where nobody says it.

    On 0.5 to 5 and 1 to 5 that is 4; on any other scale it is the lowest rating that occurs from
    ``low + 0.6 (high - low)`` on.

    Examples
    --------
    >>> preference_for(np.array([1.0, 6.0, 7.0, 9.0]), (1.0, 10.0)).like_rating
    7.0
    >>> preference_for(np.array([3.0, 5.0]), (1.0, 5.0)).like_rating
    4.0
    """
    low, high = rating_range
    if (low, high) in _STARS:
        return DEFAULT_PREFERENCE
    bar = low + _BAR * (high - low)
    above = ratings[ratings >= bar]
    return Preference(like_rating=float(above.min()) if len(above) else bar)


def understood(
    tables: Tables, preference: Preference | None, rating_range: RatingRange
) -> tuple[Tables, Preference]:
    """Settle how events become likes, and put what the source was read as before the notes on it.

    Parameters
    ----------
    tables
        What was read.
    preference
        How events become likes; ``None`` where nobody says it.
    rating_range
        The lowest and the highest rating of the source.
    """
    settled = preference or preference_for(tables.ratings[RATING.name].to_numpy(), rating_range)
    said = account(tables, settled, rating_range, is_said=preference is not None)
    return replace(tables, notes=(said, *tables.notes, *odd_ids(tables))), settled


def refuse_empty(tables: Tables) -> None:
    """Refuse tables that speak of nobody and nothing: a graph of them answers no question.

    Raises
    ------
    FileFormatError
        Where there are no rows.
    RejectedRowsError
        Where every row is bad.
    """
    if len(tables.users) or len(tables.titles):
        return
    if tables.rejects:
        rejected = sum(count.rejected for count in tables.counts.values())
        error = RejectedRowsError(rejected, rejected, str(tables.rejects[0]), None)
        error.rejects = rejects_frame(tables.rejects)
        raise error
    problem = f"{'have' if len(tables.files) > 1 else 'has'} no rows, so nothing was loaded"
    raise FileFormatError(
        ", ".join(tables.files), problem, "Give events: who saw, rated or liked which title"
    )


def account(tables: Tables, preference: Preference, rating_range: RatingRange, *, is_said: bool) -> str:
    """Say in one paragraph what a source was read as.

    Parameters
    ----------
    tables
        What was read.
    preference, is_said
        How events become likes, and whether a person said it.
    rating_range
        The lowest and the highest rating of the source.
    """
    parts = [_counted(tables.users, "user"), _counted(tables.titles, "title")]
    likes = []
    if len(ratings := tables.ratings[RATING.name].to_numpy()):
        parts.append(f"{_counted(ratings, 'rating')} from {ratings.min():g} to {ratings.max():g}")
        likes.append(_rating_bar(ratings, preference, rating_range, is_said=is_said))
    if len(watches := tables.watches):
        liked = preference.of_watches(watches["progress"].to_numpy(), watches["finished"].to_numpy()) > 0
        parts.append(_counted(watches, "watch", "watches"))
        bar = f"like = {100 * preference.like_progress:g} % watched, or finished"
        likes.append(f"{bar}: {_share(liked)} of watches")
    if len(thumbs := tables.thumbs):
        parts.append(_counted(thumbs, "thumb"))
        likes.append(f"like = thumb up: {_share(thumbs['value'].to_numpy() > 0)} of thumbs")
    if len(tables.blocks):
        parts.append(_counted(tables.blocks, "block"))
    return f"{', '.join(parts)}; {'; '.join(likes)}." if likes else f"{', '.join(parts)}."


def _counted(rows: Sized, one: str, many: str = "") -> str:
    return f"{len(rows):,} {one if len(rows) == 1 else many or f'{one}s'}"


def _rating_bar(
    ratings: AnyArray, preference: Preference, rating_range: RatingRange, *, is_said: bool
) -> str:
    low, high = rating_range
    bar, liked = preference.like_rating, ratings >= preference.like_rating
    said = f"like = {bar:g} of {low:g}–{high:g}: {_share(liked)} of ratings"
    if not is_said and (low, high) not in _STARS:
        way_up = f"{low + _BAR * (high - low):g}, which is {_BAR:g} of the way up"
        said += f" (nobody said it, so it is the lowest rating from {way_up}; --like-rating says another)"
    if len(ratings) >= _FEW and not _LEAST_SHARE <= liked.mean() <= _MOST_SHARE:
        many = "nearly all" if liked.mean() > _MOST_SHARE else "hardly any"
        said += f", which is {many}: see that --rating-range and --like-rating are right"
    return said


def _share(liked: AnyArray) -> str:
    return f"{100 * float(np.mean(liked)):.0f} %"


def odd_ids(tables: Tables) -> tuple[str, ...]:
    """Say of which ids it can be seen that a program has changed them; no id of a person is told."""
    notes = []
    for what, ids in (("user", tables.users["user_id"]), ("title", tables.titles["title_id"])):
        for pattern, look, why in _ODD_IDS:
            if count := _count(ids, pattern):
                notes.append(
                    f"{count:,} {what} {'id looks' if count == 1 else 'ids look'} like {look}: {why}."
                )
    return tuple(notes)


def _count(ids: pd.Series, pattern: re.Pattern[str]) -> int:
    if ids.dtype == "int64":
        return 0
    return sum(pattern.fullmatch(text) is not None for text in ids.tolist())
