"""Every number that decides how walks walk and what is told of few, with its default: the one home of parameters.

One file, because it is where they are looked for. How the defaults were chosen is told in ``docs/decisions/``.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from cinewalk.clean_text import quoted
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.numeric.arrays import CSR, Basis


@dataclass(frozen=True, slots=True)
class TitleParameters:
    """Parameters of :class:`cinewalk.graph.walks.neighbours.shared.SharedViewers`; every exponent is at least 0.

    Parameters
    ----------
    source_exponent, viewer_exponent, target_exponent
        ``a``, ``γ`` and ``b``: how much a popular seed, a busy viewer and a popular target are discounted.
    sharpness
        ``q``, above 0: over 1 favours the strongest connections.
    row_exponent
        ``ν``: 0 leaves rows as they are, 1 makes each sum to 1.
    size
        ``k``: the number of neighbours kept per title.
    """

    source_exponent: float = 0.5
    viewer_exponent: float = 0.5
    target_exponent: float = 0.4
    sharpness: float = 1.5
    row_exponent: float = 0.75
    size: int = 300


@dataclass(frozen=True, slots=True)
class ViewerParameters:
    """Parameters of :class:`cinewalk.graph.walks.neighbours.shared.SharedTitles`; every exponent is at least 0.

    Parameters
    ----------
    title_exponent, viewer_exponent
        ``γ`` and ``c``: how much a popular title in common and a busy viewer are discounted.
    sharpness
        ``q``, above 0: over 1 favours the most like-minded.
    target_exponent
        ``b``: how much a popular target is discounted.
    size
        ``k``: the number of like-minded viewers kept.
    """

    title_exponent: float = 0.4
    viewer_exponent: float = 0.4
    sharpness: float = 2.0
    target_exponent: float = 0.2
    size: int = 200


@dataclass(frozen=True, slots=True)
class LearnedTitleParameters:
    """Parameters of :class:`cinewalk.graph.walks.neighbours.learned.LearnedTitles`.

    Parameters
    ----------
    viewer_exponent
        ``γ``, at least 0: how much a busy viewer is discounted.
    source_exponent
        ``a``, at least 0: how much a popular seed is discounted.
    ridge
        ``λ``, above 0: the penalty, in units of the Gram matrix's mean diagonal.
    size
        The number of nearest titles that may get a weight.
    """

    viewer_exponent: float = 0.3
    source_exponent: float = 0.15
    ridge: float = 4.0
    size: int = 100


@dataclass(frozen=True, slots=True)
class LearnedViewerParameters:
    """Parameters of :class:`cinewalk.graph.walks.neighbours.learned.LearnedViewers`.

    Parameters
    ----------
    title_exponent
        ``γ``, at least 0: how much a popular title in common is discounted.
    target_exponent
        ``b``, at least 0: how much a popular target is discounted.
    ridge
        ``λ``, above 0: the penalty, in units of the Gram matrix's mean diagonal.
    size
        The number of nearest viewers that may get a weight.
    """

    title_exponent: float = 0.4
    target_exponent: float = 0.15
    ridge: float = 2.0
    size: int = 200


@dataclass(frozen=True, slots=True)
class SequenceParameters:
    """Parameters of :class:`cinewalk.graph.walks.neighbours.sequence.Sequence`.

    Parameters
    ----------
    source_exponent, viewer_exponent, target_exponent, sharpness, row_exponent, size
        As in :class:`TitleParameters`.
    span
        ``D``, above 0: likes that lie this many ranks apart count half.
    ahead
        ``f``, at least 0: how much more a title counts that was liked after the seed rather than before it.
    """

    source_exponent: float = 0.5
    viewer_exponent: float = 0.4
    target_exponent: float = 0.55
    sharpness: float = 1.0
    row_exponent: float = 1.0
    size: int = 200
    span: float = 20.0
    ahead: float = 2.0


@dataclass(frozen=True, slots=True)
class SpectralParameters:
    """Parameters of :func:`cinewalk.graph.walks.spectral.basis.fit_basis`, which both spectral walks share.

    Parameters
    ----------
    user_exponent, title_exponent
        ``η`` and ``ε``, at least 0: how much a busy viewer and a popular title are discounted.
    dimensions
        Above 0: how many dimensions the subspace has, in units of the root of the number of users or of titles,
        whichever is less.
    """

    user_exponent: float = 0.5
    title_exponent: float = 0.3
    dimensions: float = 1.5


@dataclass(frozen=True, slots=True)
class SpectralTitleParameters:
    """Parameters of :class:`cinewalk.graph.walks.spectral.spectral.SpectralTitles`.

    Parameters
    ----------
    source_exponent
        ``a``, at least 0: how much a popular seed is discounted.
    size
        ``k``: the number of titles kept per title.
    """

    source_exponent: float = 0.3
    size: int = 300


@dataclass(frozen=True, slots=True)
class SpectralViewerParameters:
    """Parameters of :class:`cinewalk.graph.walks.spectral.spectral.SpectralViewers`.

    Parameters
    ----------
    sharpness
        ``q``, above 0: over 1 favours the most alike.
    target_exponent
        ``b``, at least 0: how much a popular target is discounted.
    size
        ``k``: the number of viewers kept.
    """

    sharpness: float = 5.0
    target_exponent: float = 0.1
    size: int = 300


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each part of the blend, at least 0; they are divided by their sum.

    The sequence-aware walk takes part only where times tell likes apart.
    """

    shared_viewers: float = 0.0
    shared_titles: float = 0.5
    learned_titles: float = 1.0
    learned_viewers: float = 1.0
    spectral_titles: float = 0.5
    spectral_viewers: float = 0.0
    sequence: float = 2.0


@dataclass(frozen=True, slots=True)
class NewcomerParameters:
    """Parameters of :class:`cinewalk.graph.walks.cold_start.newcomers.Newcomers`.

    Parameters
    ----------
    strength
        ``λ``, at least 0: how much the person's groups count beside everybody; 0 leaves them out.
    prior
        ``M``, at least 0: as how many members of a group everybody counts.
    target_exponent
        ``b``, at least 0: how much a popular title is discounted in what the crowd likes, from the first like on.
    halfway
        ``h``, above 0: with so many likes the crowd and the titles that follow those likes count alike.
    enough
        ``m``, above 0: from how many likes on the blend alone counts.
    fade
        ``p``, above 0: how late before that the blend comes in; 1 in proportion to the likes.
    kin
        ``κ``, at least 0: the best of the titles that come in by their genres and people alone scores so many times
        the best of all others; 0 leaves them out.
    few
        ``f``, above 0: titles with fewer likes come in by their genres and people.
    """

    strength: float = 8.0
    prior: float = 5.0
    target_exponent: float = 0.5
    halfway: float = 14.0
    enough: int = 20
    fade: float = 8.0
    kin: float = 0.2
    few: int = 1


@dataclass(frozen=True, slots=True)
class PrivacyParameters:
    """What is told of few people.

    Parameters
    ----------
    smallest
        Fewer viewers behind something are "a few", and what is like a title that fewer like follows from its genres
        and people; a whole number, 0 for a graph of one's own.
    """

    smallest: int = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """All parameters of all walks, and what is told of few people.

    Parameters
    ----------
    shared_viewers, shared_titles, learned_titles, learned_viewers, spectral_titles, spectral_viewers, sequence
        Those of each part.
    spectral
        Those of the subspace of both spectral parts.
    weights
        How much each part counts in the blend.
    half_life
        After how many newer likes a like counts half as a seed; above 0, infinity for no recency.
    damping
        Of PageRank, between 0 and 1, both excluded.
    newcomers
        Those of the walk for people with few likes.
    privacy
        What is told of few people.

    Raises
    ------
    RequestError
        Where a number is outside its range.
    """

    shared_viewers: TitleParameters = field(default_factory=TitleParameters)
    shared_titles: ViewerParameters = field(default_factory=ViewerParameters)
    learned_titles: LearnedTitleParameters = field(default_factory=LearnedTitleParameters)
    learned_viewers: LearnedViewerParameters = field(default_factory=LearnedViewerParameters)
    spectral_titles: SpectralTitleParameters = field(default_factory=SpectralTitleParameters)
    spectral_viewers: SpectralViewerParameters = field(default_factory=SpectralViewerParameters)
    spectral: SpectralParameters = field(default_factory=SpectralParameters)
    sequence: SequenceParameters = field(default_factory=SequenceParameters)
    weights: Weights = field(default_factory=Weights)
    half_life: float = 5.0
    damping: float = 0.3
    newcomers: NewcomerParameters = field(default_factory=NewcomerParameters)
    privacy: PrivacyParameters = field(default_factory=PrivacyParameters)

    def __post_init__(self) -> None:
        for section in fields(self):
            values = getattr(self, section.name)
            usual: Any = section.default_factory
            if usual is MISSING:
                _check(section.name, values)
            elif type(values) is not usual:
                raise RequestError(f"{section.name} is {quoted(values)}; it must be {usual.__name__}.")
            else:
                for parameter in fields(values):
                    _check(f"{section.name}.{parameter.name}", getattr(values, parameter.name))
        if not any(getattr(self.weights, part.name) for part in fields(Weights)):
            raise RequestError("every weight of the blend is 0; at least one part must count.")


#: Parameters that must be above 0; all others may be 0.
_ABOVE_ZERO = (
    "sharpness",
    "ridge",
    "size",
    "span",
    "dimensions",
    "half_life",
    "damping",
    "halfway",
    "enough",
    "fade",
    "few",
)

#: Parameters that count something one by one.
_WHOLE = ("size", "smallest")


#: No count is larger; 32-bit numbers can say it.
_LARGEST = 2**31 - 1


def _check(name: str, value: Any) -> None:
    last = name.rpartition(".")[2]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        raise RequestError(f"{name} is {quoted(value)}; it must be a number.")
    if last in _WHOLE and not isinstance(value, int):
        raise RequestError(f"{name} is {value!r}; it must be a whole number.")
    if isinstance(value, int) and value > _LARGEST:
        raise RequestError(f"{name} must be at most {_LARGEST:,}.")
    if value < 0 or (last in _ABOVE_ZERO and value == 0):
        raise RequestError(
            f"{name} is {value}; it must be {'above' if last in _ABOVE_ZERO else 'at least'} 0."
        )
    if math.isinf(value) and last != "half_life":
        raise RequestError(f"{name} is infinite; only half_life may be.")
    if name == "damping" and value >= 1:
        raise RequestError(f"damping is {value}; it must lie between 0 and 1, both excluded.")


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Rows of walks, and the settings under which they were computed.

    Parameters
    ----------
    settings
        The settings; a recommender on the graph uses them unless it is given others.
    rows
        By the name of the walk's settings: one row per title, or per user.
    basis
        The subspace of the spectral walks, where one was fitted.
    """

    settings: Settings
    rows: Mapping[str, CSR]
    basis: Basis | None = None


def settings_in(prepared: Prepared | None) -> Settings:
    """Return the settings that a graph was prepared with, where it was; else the defaults.

    >>> settings_in(None) == Settings()
    True
    """
    return Settings() if prepared is None else prepared.settings
