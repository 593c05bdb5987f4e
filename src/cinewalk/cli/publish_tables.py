"""What `publish` prints: what a database holds then, or what would be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk import console

if TYPE_CHECKING:
    from cinewalk.graph.model.schema import RelationshipType
    from cinewalk.loaders.neo4j.write.plan import PublishPlan
    from cinewalk.loaders.neo4j.write.publish import Published


def print_published(published: Published, place: str, *, as_json: bool) -> None:
    """Print what a database holds after publishing."""
    if as_json:
        console.print_json(published.to_dict())
        return
    kinds = _kinds()
    rows = [(label, f"{count:,}") for label, count in published.nodes.items() if count]
    rows += [(kinds[name].type, f"{count:,}") for name, count in published.relationships.items() if count]
    console.print_table(f"Published to {place}", ["What", "Number"], rows)
    others = [
        f"{count:,} {kinds[name].type if name in kinds else name}" for name, count in published.others.items()
    ]
    if others:
        console.say(f"Others have written there, too: {', '.join(others)}.")


def _kinds() -> dict[str, RelationshipType]:
    from cinewalk.graph.model.schema import DERIVED, RELATIONSHIPS

    return {**RELATIONSHIPS, **DERIVED}


def print_plan(plan: PublishPlan, *, as_json: bool) -> None:
    """Print what publishing would do."""
    if as_json:
        console.print_json(plan.to_dict())
        return
    kinds = _kinds()
    rows = [
        (
            kinds[kind.name].type if kind.name in kinds else kind.name,
            kind.graph,
            kind.there,
            kind.new,
            kind.surplus,
        )
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
