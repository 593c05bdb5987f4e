"""Everything that can be evaluated by name: the walks, and the baselines that they are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cinewalk.clean_text import meant
from cinewalk.errors import RequestError
from cinewalk.extras import need
from cinewalk.graph.evaluate.baselines import Cosine, Ease, RP3Beta
from cinewalk.graph.evaluate.factor_models import Bpr, ImplicitAls
from cinewalk.graph.walks.registry import WALKS, Registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.walks.base.result import Walk

#: The baselines by their names.
BASELINES: Final = ("cosine", "ease", "rp3beta", "ials", "bpr")

#: Those of them that the library implicit makes.
_OF_IMPLICIT: Final = ("cosine", "ials", "bpr")

#: Everything that can be evaluated, walks first.
CONTESTANTS: Final = (*WALKS, *BASELINES)

#: What is evaluated unless it is said: the default walk, and everything that it should be better than.
USUAL: Final = (WALKS[0], "popularity", "cosine", "ease", "rp3beta", "pagerank")

#: Users × likes up to which PageRank is evaluated without being asked for by name.
_PAGERANK_LIMIT: Final = 5_000_000_000


def check_name(name: str) -> None:
    """See that something of this name can be evaluated.

    Raises
    ------
    RequestError
        Where there is nothing of this name.
    MissingPackageError
        Where it is a baseline whose library is not installed.
    """
    if name not in CONTESTANTS:
        near = meant(name, CONTESTANTS)
        raise RequestError(f"there is no walk {name!r}; there are {', '.join(CONTESTANTS)}.{near}")
    if name in _OF_IMPLICIT:
        need("evaluate", f"The baseline {name}", "implicit")


@dataclass(frozen=True, eq=False)
class Contestants:
    """The walks and baselines of one train graph.

    Parameters
    ----------
    graph
        The train graph.
    settings
        The parameters of the walks; baselines have their own.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.settings import Settings
    >>> Contestants(example_graph(), Settings()).make("ease").name
    'ease'
    """

    graph: Graph
    settings: Settings

    @cached_property
    def _parts(self) -> Registry:
        return Registry(self.graph, self.settings)

    def make(self, name: str) -> Walk:
        """Return a walk or a baseline by its name.

        Raises
        ------
        RequestError
            Where there is no such name, or it cannot take a graph of this size.
        """
        likes = self._parts.likes
        if name == "cosine":
            return Cosine(likes.relation)
        if name == "ease":
            return Ease(likes.relation)
        if name == "rp3beta":
            return RP3Beta(likes)
        if name in (factored := {"ials": ImplicitAls, "bpr": Bpr}):
            return factored[name](likes.relation)
        check_name(name)
        return self._parts.walk(name)

    def affordable(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """Return the names that this graph is small enough for, and one sentence about each other one."""
        fit, notes = [], []
        for name in names:
            if name == "pagerank" and len(self.graph.users) * len(self.graph.likes) > _PAGERANK_LIMIT:
                notes.append(
                    "pagerank is left out: on a graph of this size it takes long. Ask for it by name."
                )
                continue
            try:
                self.make(name)
            except RequestError as error:
                notes.append(f"{name} is left out: {error}")
            else:
                fit.append(name)
        return fit, notes
