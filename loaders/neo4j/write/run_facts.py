"""What the node of a run tells queries of the walks, and the settings that can be read from it again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cinewalk.graph.model import schema
from cinewalk.graph.model.preference import PREFERENCE_FACTS
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.store.settings_file import settings_of, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.walks.registry import Registry


def facts(parts: Registry) -> dict[str, Any]:
    """Return what queries need to know of the walks, under names of Cypher: weights, exponents, preference."""
    settings: dict[str, Any] = {}
    for section, values in (values_of(parts.settings) | {"weights": parts.weights}).items():
        for name, value in values.items() if isinstance(values, dict) else [("", values)]:
            settings[_fact_of(section, name)] = value
    return settings | preference_facts(parts.graph)


def preference_facts(graph: Graph) -> dict[str, float | None]:
    """Return how likes follow from events, under names of Cypher; nothing where that is not known."""
    known = {} if graph.preference is None else asdict(graph.preference)
    return {fact.cypher: known.get(fact.name) for fact in PREFERENCE_FACTS}


def settings_of_run(run: Mapping[str, Any]) -> Settings:
    """Return the settings of a run by the properties of its node; what is not there has its default.

    Parameters
    ----------
    run
        The properties, as :func:`facts` gives them.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.registry import Registry
    >>> wanted = Settings(damping=0.25)
    >>> settings_of_run(facts(Registry(example_graph(), wanted))).damping
    0.25
    """
    known: dict[str, Any] = {}
    for section, usual in values_of(Settings()).items():
        if isinstance(usual, dict):
            names = {name: _fact_of(section, name) for name in usual}
            known[section] = {name: run[fact] for name, fact in names.items() if run.get(fact) is not None}
        elif run.get(_fact_of(section)) is not None:
            known[section] = run[_fact_of(section)]
    return settings_of(known)


def _fact_of(section: str, name: str = "") -> str:
    """Return what a parameter is called in Cypher."""
    whole = f"{name}_weight" if section == "weights" else f"{section}_{name}".rstrip("_")
    return schema.Property(whole, "float").cypher
