"""What Neo4j Browser is given: a style that everybody can read, and queries that reach its editor whole."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import combinations
from pathlib import Path

import pytest

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.server.address import Address
from cinewalk.queries.neo4j.browse import browser_address, browser_link, pages, question
from cinewalk.queries.neo4j.guide import guide_markdown, guide_slides
from cinewalk.queries.words.ready import ready_queries

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
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


def test_every_query_fits_into_an_address():
    for query in ready_queries():
        assert not set("&#") & set(query.statement), query.name
    text = question("19\\6'&#", "100")
    assert text is not None
    assert r"'19\\6\'\u0026\u0023'" in text
    assert len(browser_link("http://h/", Address("bolt://h"), text)) < 16_000
    assert question(None, None) is None


def test_scripts_are_ready_to_run_unless_they_write():
    with zipfile.ZipFile(io.BytesIO(pages("")["saved-scripts.zip"])) as archive:
        texts = {Path(name).stem: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) == {query.name for query in ready_queries()}
    for query in ready_queries():
        statement = re.sub(r"^//.*\n", "", texts[query.name], flags=re.MULTILINE)
        assert ("$" in statement) == (query.writes and bool(query.parameters)), query.name
        assert texts[query.name].startswith(f"// {query.title}\n")


def test_the_guide_is_the_same_to_play_and_to_read():
    read, played = guide_markdown(), pages("http://x/")["guide.html"].decode()
    assert read == (ROOT / "docs" / "browser-guide.md").read_text(encoding="utf-8"), "run `make docs`"
    assert len(guide_slides()) == played.count("<slide>") == 6
    for slide in guide_slides():
        for block in slide:
            if block.kind in ("query", "ready"):
                assert f"```cypher\n{block.text}\n```" in read
    assert 'data-exec="style http://x/style.grass"' in played


@pytest.mark.parametrize(
    ("uri", "browser"),
    [
        ("neo4j://host", "http://host:7474/browser/"),
        ("bolt+ssc://[::1]:9999", "https://[::1]:7473/browser/"),
    ],
)
def test_where_a_browser_is(uri, browser):
    assert browser_address(Address(uri)) == browser
