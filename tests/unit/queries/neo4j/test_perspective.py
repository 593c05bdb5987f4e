"""The perspective for Explore has the shape that version 2.21 has, and nothing that is not in the schema."""

from __future__ import annotations

import json
import re

import pytest

from cinewalk.graph.model import schema
from cinewalk.queries.neo4j.browse import pages
from cinewalk.queries.neo4j.perspective import perspective
from tests.conftest import ROOT

pytestmark = pytest.mark.unit

TEXT, NUMBER, TRUTH, NOTHING = str, (int, float), bool, type(None)
CAPTION = {"key": TEXT, "type": TEXT, "isCaption": TRUTH, "inTooltip": TRUTH, "styles": []}
PROPERTY = {"propertyKey": TEXT, "type": TEXT, "dataType": TEXT}
LOOK = {"color": TEXT, "size": NUMBER, "textSize": int, "textAlign": TEXT, "captions": [CAPTION]}
LOOK |= {"captionKeys": [], "styleRules": []}
PARAMETER = {"name": TEXT, "dataType": TEXT, "collapsed": TRUTH, "suggestionLabel": TEXT}
PARAMETER |= {"suggestionProp": TEXT, "suggestionBoolean": TRUTH, "cypher": NOTHING}
#: As public generators write it, after what Bloom 2.21 exports.
SHAPE = {
    "name": TEXT,
    "version": TEXT,
    "id": TEXT,
    "createdAt": int,
    "lastEditedAt": int,
    "type": TEXT,
    "hideUncategorisedData": TRUTH,
    "maxLimitToastMsgEnabled": TRUTH,
    "parentPerspectiveId": NOTHING,
    "categories": [
        {"id": int, "name": TEXT, "labels": [TEXT], "createdAt": int, "lastEditedAt": int, "icon": TEXT}
        | {"properties": [{"name": TEXT, "exclude": TRUTH, "dataType": TEXT}]}
        | LOOK
    ],
    "labels": {label: [PROPERTY] for label in schema.NODES},
    "relationshipTypes": [{"id": TEXT, "name": TEXT, "properties": [PROPERTY]} | LOOK],
    "templates": [
        {"name": TEXT, "id": TEXT, "createdAt": int, "text": TEXT, "cypher": TEXT}
        | {"isUpdateQuery": NOTHING, "hasCypherErrors": TRUTH, "params": [PARAMETER]}
    ],
    "sceneActions": [],
    "hiddenRelationshipTypes": [],
    "hiddenCategories": [],
    "palette": {"colors": [TEXT], "currentIndex": int},
    "metadata": {
        "pathSegments": [{"source": TEXT, "relationshipType": TEXT, "target": TEXT}],
        "indexes": [
            {"label": TEXT, "type": TEXT, "propertyKeys": [{"key": TEXT, "metadataProp": TRUTH}]},
        ],
    },
}


def unlike(value, shape, where="perspective"):
    """Yield where a value has not the shape: other keys, other types."""
    match shape:
        case dict():
            if not isinstance(value, dict) or value.keys() != shape.keys():
                yield where
                return
            for key, inner in shape.items():
                yield from unlike(value[key], inner, f"{where}.{key}")
        case list():
            if not isinstance(value, list) or (not shape and value):
                yield where
                return
            for place, each in enumerate(value):
                yield from unlike(each, shape[0], f"{where}[{place}]")
        case _:
            if not isinstance(value, shape):
                yield where


def test_it_has_the_shape_of_a_perspective():
    made = json.loads(perspective())
    assert list(unlike(made, SHAPE)) == []
    made["categories"][2]["size"] = "1"
    del made["templates"][0]["cypher"]
    assert list(unlike(made, SHAPE)) == ["perspective.categories[2].size", "perspective.templates[0]"]


def test_it_shows_the_schema_in_the_colours_of_browser():
    made = json.loads(pages("")["perspective.json"])
    assert [each["labels"] for each in made["categories"]] == [[label] for label in schema.NODES]
    types = {kind.type for kind in (*schema.RELATIONSHIPS.values(), *schema.DERIVED.values())}
    assert {each["name"] for each in made["relationshipTypes"]} == types
    style = (ROOT / "queries" / "browser" / "style.grass").read_text(encoding="utf-8")
    for each in made["categories"]:
        rule = re.search(rf"^node\.{each['name']} \{{(.+?)\}}\n", style, re.MULTILINE | re.DOTALL)
        assert f"  color: {each['color']};" in rule[1]
        assert [caption["key"] for caption in each["captions"]] == re.findall(r"\"\{(\w+)\}\"", rule[1])
    similar = next(each for each in made["relationshipTypes"] if each["name"] == "SIMILAR")
    assert (similar["size"], similar["captions"][0]["key"]) == (3, "viewers")


def test_phrases_ask_for_what_their_queries_need():
    for template in json.loads(perspective())["templates"]:
        asked = {parameter["name"] for parameter in template["params"]}
        assert set(re.findall(r"\$\w+", template["text"])) == asked
        assert set(re.findall(r"\$\w+", template["cypher"])) == asked
