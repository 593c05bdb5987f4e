"""How an audit's names and numbers are put into words, and when something is called more than chance."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from cinewalk.graph.attributes.title_attributes import CREATOR
from cinewalk.graph.attributes.viewer_groups import UNKNOWN
from cinewalk.queries.words.wording import percent, viewers_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.audit.figures import GapRow
    from cinewalk.queries.evaluate.figures import MeanInterval

#: How each figure is called where there is no room for what it is.
SHORT_NAMES: Final = {
    "ndcg@10": "NDCG@10",
    "recall@20": "Recall@20",
    "popularity_lift": "popularity lift",
    "genre_divergence": "genre divergence",
    "bubble_index": "bubble index",
}

#: The figures that say how well somebody is served.
QUALITY: Final = ("ndcg@10", "recall@20")

#: The figures that are shares.
_SHARES: Final = ("recall@20", "popularity_lift", "bubble_index")

#: Below which probability of chance alone something is taken for more than chance.
LEVEL: Final = 0.05


def number(figure: str, value: float) -> str:
    r"""Return a figure's value as people write it.

    >>> number("ndcg@10", 0.1996), number("bubble_index", 0.198)
    ('0.200', '20\xa0%')
    """
    return percent(value) if figure in _SHARES else f"{value:.3f}".replace("-", "−")


def between(figure: str, measured: MeanInterval) -> str:
    r"""Return a mean with its interval.

    >>> from cinewalk.queries.evaluate.figures import MeanInterval
    >>> between("recall@20", MeanInterval(0.256, 0.241, 0.272))
    '26\xa0% (24\xa0% to 27\xa0%)'
    """
    mean, low, high = (number(figure, value) for value in measured)
    return f"{mean} ({low} to {high})"


def in_order(values: Sequence[str]) -> list[int]:
    """Return the places of values in the order of their numbers, where they have such: ages, sizes, decades.

    >>> values = ["18-24", "56+", "Under 18", "unknown"]
    >>> [values[place] for place in in_order(values)]
    ['Under 18', '18-24', '56+', 'unknown']
    """
    return sorted(range(len(values)), key=lambda place: (*_number_in(values[place]), place))


def _number_in(value: str) -> tuple[float, int]:
    digits = re.search(r"\d+", value)
    if digits is None:
        return math.inf, 0
    return float(digits[0]), 0 if value.casefold().startswith(("under", "below", "<")) else 1


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Return words as a list in a sentence.

    >>> listed(["age"]), listed(["age", "gender", "country"])
    ('age', 'age, gender and country')
    """
    return " ".join(
        part for part in (", ".join(words[:-1]), joint if words[:-1] else "", *words[-1:]) if part
    )


def viewers_of(kind: str, value: str) -> str:
    """Return what to call the viewers of a group.

    >>> viewers_of("gender", "F"), viewers_of("age", "unknown")
    ('women', 'viewers of unknown age')
    """
    return f"viewers of unknown {words_of(kind)}" if value == UNKNOWN else viewers_in(f"{kind}={value}")


def titles_of(by: str, value: str) -> str:
    """Return what to call the titles that have a value.

    >>> titles_of("decade", "1970s"), titles_of("genre", "Drama"), titles_of("kind", "series")
    ('titles of the 1970s', 'titles in Drama', 'titles of the kind series')
    >>> titles_of("creator.gender", "F"), titles_of("creator.age", "25-34")
    ('titles by women', 'titles by creators aged 25–34')
    """
    if value == UNKNOWN:
        return f"titles of unknown {words_of(by)}"
    if by.startswith(CREATOR):
        return "titles by " + viewers_in(f"{by.removeprefix(CREATOR)}={value}").replace(
            "viewers", "creators", 1
        )
    joint = {"decade": "of the", "genre": "in"}.get(by, f"of the {words_of(by)}")
    return f"titles {joint} {value}"


def words_of(by: str) -> str:
    """Return the name of a kind or attribute as words.

    >>> words_of("creator.home_country"), words_of("age")
    ('home country of creators', 'age')
    """
    plain = by.removeprefix(CREATOR).replace("_", " ")
    return f"{plain} of creators" if by.startswith(CREATOR) else plain


def chance(p: float) -> str:
    """Return how often chance does something.

    >>> chance(0.31), chance(0.021), chance(0.0005)
    ('31 times in 100', '21 times in 1,000', 'less than once in 1,000')
    """
    if p < 0.001:
        return "less than once in 1,000"
    if p < 0.0995:
        times = max(1, round(1000 * p))
        return "once in 1,000" if times == 1 else f"{times} times in 1,000"
    return f"{round(100 * p)} times in 100"


def beyond_chance(ps: Sequence[float]) -> list[bool]:
    """Tell which of several p-values are more than chance, with so many looked at (Holm's step-down procedure).

    References
    ----------
    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.

    Examples
    --------
    >>> beyond_chance([0.04, 0.001, 0.02])  # .001 × 3, .02 × 2, .04 × 1
    [True, True, True]
    >>> beyond_chance([0.04, 0.001, 0.03])  # .03 × 2 is too much, and what is larger is so, too
    [False, True, False]
    """
    sure = [False] * len(ps)
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        if ps[place] * (len(ps) - rank) > LEVEL:
            break
        sure[place] = True
    return sure


def sure_gaps(gaps: Sequence[GapRow]) -> list[GapRow]:
    """Return the gaps that are more than chance, with as many figures looked at as there are of their kind."""
    return [gap for kind in dict.fromkeys(gap.kind for gap in gaps) for gap in _sure(gaps, kind)]


def _sure(gaps: Sequence[GapRow], kind: str) -> list[GapRow]:
    of_kind = [gap for gap in gaps if gap.kind == kind]
    return [
        gap
        for gap, is_sure in zip(of_kind, beyond_chance([gap.p for gap in of_kind]), strict=True)
        if is_sure
    ]


def is_share(figure: str) -> bool:
    """Tell whether a figure is a share, and so is written in percent."""
    return figure in _SHARES
