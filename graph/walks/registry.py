"""Every walk by its name: one line a walk, and the walks of one graph, each made when it is first asked for.

Nothing compiled is imported before a walk is made, so that the command line can name them all at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar, cast

from cinewalk.clean_text import meant
from cinewalk.errors import RequestError
from cinewalk.graph.model.settings import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import CSR
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.graph.walks.neighbours.title_walk import TitleWalk
    from cinewalk.graph.walks.neighbours.viewer_walk import ViewerWalk
    from cinewalk.graph.walks.pagerank.pagerank import PageRank
    from cinewalk.graph.walks.spectral.basis import Subspace

    _W = TypeVar("_W", bound=TitleWalk | ViewerWalk | PageRank)


class Entry(NamedTuple):
    """One walk.

    Parameters
    ----------
    home
        Where it is made: a module below :mod:`cinewalk.graph.walks`, and what in it takes a
        :class:`~cinewalk.graph.walks.base.result.Ground`.
    words
        What people read where its part of a score is named.
    kept
        Whether its rows can be computed beforehand and are kept with the graph, under the name of its settings.
    published
        The derived relationship and the property that its rows become in Neo4j; nothing where they do not.
    """

    home: str
    words: str
    kept: bool = False
    published: tuple[str, str] | None = None


#: Every walk by the name that it is asked for; the first is the default.
REGISTRY: Final[Mapping[str, Entry]] = {
    "blend": Entry("base.blend:Blend.of", "all parts together"),
    "neighbours": Entry("base.blend:Blend.of_neighbours", "shared viewers and shared titles"),
    "shared-viewers": Entry(
        "neighbours.shared:SharedViewers.of",
        "titles that share viewers",
        kept=True,
        published=("similar", "score"),
    ),
    "shared-titles": Entry(
        "neighbours.shared:SharedTitles.of", "viewers who share titles", published=("shares_taste", "score")
    ),
    "learned-titles": Entry(
        "neighbours.learned:LearnedTitles.of",
        "learned titles",
        kept=True,
        published=("similar", "learned_score"),
    ),
    "learned-viewers": Entry(
        "neighbours.learned:LearnedViewers.of",
        "learned viewers",
        kept=True,
        published=("shares_taste", "learned_score"),
    ),
    "spectral-titles": Entry(
        "spectral.spectral:SpectralTitles.of",
        "titles that the same kind of viewers like",
        kept=True,
        published=("similar", "spectral_score"),
    ),
    "spectral-viewers": Entry(
        "spectral.spectral:SpectralViewers.of",
        "viewers of the same kind of taste",
        published=("shares_taste", "spectral_score"),
    ),
    "sequence": Entry(
        "neighbours.sequence:Sequence.of",
        "titles that follow each other",
        kept=True,
        published=("similar", "sequence_score"),
    ),
    "pagerank": Entry("pagerank.pagerank:PageRank.of", "personalized PageRank"),
    "newcomers": Entry("cold_start.newcomers:Newcomers.of", "the blend and what the crowd likes"),
    "popularity": Entry("base.popularity:Popularity.of", "what most viewers like"),
}

#: The names of all walks, the default first.
WALKS: Final = tuple(REGISTRY)

#: What the rows of a walk rest on beside its own settings.
_RESTING: Final = {"spectral_titles": ("spectral",)}

#: The same for type checkers; a test holds them together.
WalkName = Literal[
    "blend",
    "neighbours",
    "shared-viewers",
    "shared-titles",
    "learned-titles",
    "learned-viewers",
    "spectral-titles",
    "spectral-viewers",
    "sequence",
    "pagerank",
    "newcomers",
    "popularity",
]


@dataclass(frozen=True, eq=False)
class Registry:
    """The walks of one graph under given settings; each is made when it is first asked for.

    Parameters
    ----------
    graph
        The graph; what has been prepared in it under the same parameters is used.
    settings
        The parameters of every walk.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.settings import Settings
    >>> registry = Registry(example_graph(), Settings())
    >>> registry.walk("sequence").name, registry.walk("sequence") is registry.walk("sequence")
    ('sequence', True)
    """

    graph: Graph
    settings: Settings
    _made: dict[str, Walk] = field(default_factory=dict, init=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        # Walks are made again where they are asked for.
        return {"graph": self.graph, "settings": self.settings, "_made": {}}

    def walk(self, name: str) -> Walk:
        """Return a walk by its name.

        Raises
        ------
        RequestError
            Where there is no such walk.
        """
        if name not in REGISTRY:
            raise RequestError(
                f"there is no walk {name!r}; there are {', '.join(WALKS)}.{meant(name, WALKS)}"
            )
        if name not in self._made:
            module, _, factory = REGISTRY[name].home.partition(":")
            make = attrgetter(factory)(import_module(f"cinewalk.graph.walks.{module}"))
            self._made.setdefault(name, make(self))
        return self._made[name]

    def put(self, walk: Walk) -> None:
        """Take a walk in place of the one of its name, before that has been asked for."""
        assert walk.name not in self._made
        self._made[walk.name] = walk

    def get(self, kind: type[_W]) -> _W:
        """Return a walk by its class.

        >>> from cinewalk.graph.model.example import example_graph
        >>> from cinewalk.graph.model.settings import Settings
        >>> from cinewalk.graph.walks.neighbours.shared import SharedViewers
        >>> len(Registry(example_graph(), Settings()).get(SharedViewers).rows.indptr)
        8
        """
        return cast("_W", self.walk(kind.name))

    @cached_property
    def likes(self) -> Likes:
        """The likes of the graph."""
        from cinewalk.graph.walks.base.like_rows import Likes

        return Likes(self.graph.likes)

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weight in the blend of each part, by the name of its settings; they sum to 1."""
        blended = self.blended
        weights = {
            part.name: getattr(self.settings.weights, part.name) if part.name in blended else 0.0
            for part in fields(Weights)
        }
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}

    @cached_property
    def blended(self) -> tuple[str, ...]:
        """The parts of the blend by the names of their settings; the sequence only where times tell likes apart."""
        from cinewalk.graph.walks.neighbours.sequence import has_order

        weights = self.settings.weights
        used = tuple(part.name for part in fields(Weights) if getattr(weights, part.name) > 0)
        if used == ("sequence",) or "sequence" not in used or has_order(self.likes):
            return used
        return tuple(name for name in used if name != "sequence")

    def stored(self, name: str) -> CSR | None:
        """Return the rows that have been prepared under the settings of this name, if they have."""
        prepared, sections = self.graph.prepared, (name, *_RESTING.get(name, ()))
        if prepared is None or any(
            getattr(prepared.settings, section) != getattr(self.settings, section) for section in sections
        ):
            return None
        return prepared.rows.get(name)

    @cached_property
    def subspace(self) -> Subspace:
        """The subspace of the spectral walks; fitted when it is first needed, unless it has been prepared."""
        from cinewalk.graph.walks.spectral.basis import Subspace

        prepared, parameters = self.graph.prepared, self.settings.spectral
        is_known = prepared is not None and prepared.settings.spectral == parameters
        return Subspace(self.likes, parameters, prepared.basis if prepared and is_known else None)

    def known(self, name: str) -> CSR | None:
        """Return the rows of a part, where they have been prepared or were needed before."""
        rows, walk = self.stored(name), self._made.get(name.replace("_", "-"))
        return vars(walk).get("rows") if rows is None and walk is not None else rows
