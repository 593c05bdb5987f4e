"""What `publish` prints: what a database holds then, or what would be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk import console

if TYPE_CHECKING:
    from cinewalk.loaders.neo4j.write.plan import PublishPlan
    from cinewalk.loaders.neo4j.write.publish import Published


def print_published(published: Published, place: str, *, as_json: bool) -> None:
    """Print what a database holds after publishing."""
    if as_json:
        console.print_json(published.to_dict())
        return
    counts = {**published.nodes, **published.relationships}
    rows = [(_shown(name), f"{count:,}") for name, count in counts.items() if count]
    console.print_table(f"Published to {place}", ["What", "Number"], rows)
    if published.others:
        others = ", ".join(f"{count:,} {_shown(name)}" for name, count in published.others.items())
        console.say(f"Others have written there, too: {others}.")


def _shown(name: str) -> str:
    """Return the type of a relationship by its name in the schema; a label is one already."""
    from cinewalk.graph.model.schema import DERIVED, RELATIONSHIPS

    kind = (RELATIONSHIPS | DERIVED).get(name)
    return name if kind is None else kind.type


def print_plan(plan: PublishPlan, *, as_json: bool) -> None:
    """Print what publishing would do."""
    if as_json:
        console.print_json(plan.to_dict())
        return
    rows = [
        (_shown(kind.name), kind.graph, kind.there, kind.new, kind.surplus)
        for kind in plan.kinds
        if kind.graph or kind.there
    ]
    console.print_table(
        f"To be published to {plan.place}, in about {max(plan.seconds, 1):.0f} s",
        ["What", "In the graph", "There", "New", "Not in the graph"],
        [(what, *(f"{count:,}" for count in counts)) for what, *counts in rows],
    )
    if plan.refused:
        console.say(f"It would be refused: {plan.refused}")
