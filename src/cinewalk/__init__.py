"""Recommendations for films and series as walks on a graph, with scores that add up from paths.

>>> import cinewalk
>>> from cinewalk.graph.model.example import example_graph
>>> reco = cinewalk.Recommender(example_graph(), walk="blend")
>>> reco.recommend("ann", k=1)[0].label
'Brazil (1985)'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cinewalk.errors import CinewalkError
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.model.settings import Settings
    from cinewalk.loaders.load import load
    from cinewalk.loaders.store.graph_folder import save
    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.recommender import Recommender
    from cinewalk.queries.words.filters import Only
    from cinewalk.queries.words.results import Recommendation, Recommendations

#: Where each public name lives; it is imported when it is first used, so that a short command starts fast.
_HOMES = {
    "CinewalkError": "cinewalk.errors",
    "Explanation": "cinewalk.queries.explain.explanation",
    "Graph": "cinewalk.graph.model.graph",
    "Only": "cinewalk.queries.words.filters",
    "Preference": "cinewalk.graph.model.preference",
    "Recommendation": "cinewalk.queries.words.results",
    "Recommendations": "cinewalk.queries.words.results",
    "Recommender": "cinewalk.queries.recommender",
    "Settings": "cinewalk.graph.model.settings",
    "load": "cinewalk.loaders.load",
    "save": "cinewalk.loaders.store.graph_folder",
}

__all__ = [
    "CinewalkError",
    "Explanation",
    "Graph",
    "Only",
    "Preference",
    "Recommendation",
    "Recommendations",
    "Recommender",
    "Settings",
    "__version__",
    "load",
    "save",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("cinewalk")
    if name not in _HOMES:
        raise AttributeError(f"module 'cinewalk' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
