"""The style of Neo4j Browser: everybody can read it."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from cinewalk.graph.model import schema
from cinewalk.queries.neo4j.browse import pages

pytestmark = pytest.mark.unit


RULES = {
    selector: dict(re.findall(r"([\w-]+): ([^;]+);", body))
    for selector, body in re.findall(
        r"([\w.]+) \{\n(.*?)\n\}", pages("")["style.grass"].decode(), flags=re.DOTALL
    )
}


def light(color: str) -> float:
    """Give the relative luminance of ``#RRGGBB``, as WCAG 2 defines it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def without_green(color: str) -> tuple[float, ...]:
    """Give roughly what somebody without cones for green sees (Viénot, Brettel & Mollon 1999)."""
    red, green, blue = ((int(color[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5))
    mixed = 0.29275 * red + 0.70725 * green
    return tuple(
        max(part, 0.0) ** (1 / 2.2) for part in (mixed, mixed, -0.02234 * red + 0.02234 * green + blue)
    )


@pytest.mark.parametrize("label", schema.NODES)
def test_every_label_has_a_colour_and_a_caption_that_can_be_read(label):
    rule = RULES[f"node.{label}"]
    assert contrast(rule["color"], rule["text-color-internal"]) >= 4.5
    names = {prop.cypher for prop in (schema.NODES[label].key, *schema.NODES[label].properties)}
    assert set(re.findall(r"\{(\w+)\}", rule["caption"])) <= names


def test_no_two_labels_look_alike_to_the_colour_blind():
    seen = {label: without_green(RULES[f"node.{label}"]["color"]) for label in schema.NODES}
    for one, other in combinations(seen, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert apart > 0.12, (one, other)


def test_captions_of_relationships_exist():
    kinds = {kind.type: kind for kind in (*schema.RELATIONSHIPS.values(), *schema.DERIVED.values())}
    for selector, rule in RULES.items():
        if selector.startswith("relationship."):
            names = {prop.cypher for prop in kinds[selector.partition(".")[2]].properties}
            assert set(re.findall(r"\{(\w+)\}", rule["caption"])) <= names
