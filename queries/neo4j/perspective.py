"""A perspective for Neo4j's Explore (once Bloom): the schema in our colours, and ready queries as search phrases.

The format is published nowhere. The shape is the one that public generators of perspectives write for version 2.21,
after the files that Bloom exports. Days and times are left out of the lists of properties, because their names of
types are not known; Explore adds them when the perspective is refreshed.
"""

from __future__ import annotations

import json
import re
import uuid
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from cinewalk.graph.model import schema
from cinewalk.queries.words.literals import filled
from cinewalk.queries.words.ready import entries_of, ready_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cinewalk.graph.model.schema import Property

_VERSION: Final = "2.21.0"
_NAME: Final = "cinewalk"
#: Milliseconds since 1970, always the same, so that the same schema makes the same file.
_MADE: Final = 1_764_374_400_000
_TYPES: Final = MappingProxyType({"id": "string", "text": "string", "integer": "bigint", "float": "number"})
_RULE: Final = re.compile(r"^(node|relationship)\.(\w+) \{(.+?)^\}", re.MULTILINE | re.DOTALL)
_LINE: Final = re.compile(r"([\w-]+): (.+);")
_CAPTION: Final = re.compile(r"\{(\w+)\}")
#: The diameter and the width that Explore draws at size 1.
_DIAMETER, _WIDTH = 50, 1
_GREY: Final = "#8A94A6"
#: What a search phrase says, by the ready query behind it; its words with $ are the parameters that are asked for.
_PHRASES: Final = MappingProxyType(
    {
        "recommend": "What to watch for $userId",
        "explain_reasons": "Why $titleId for $userId",
        "explain_paths": "Walks to $titleId for $userId",
        "because_you_watched": "Because $userId watched",
        "bubble": "Outside the bubble of $userId",
        "nearest_viewers": "Viewers of like taste to $userId",
        "similar_titles": "Titles like $titleId",
        "viewers_also_liked": "Viewers who like $titleId also like",
    }
)
_SUGGESTED: Final = MappingProxyType({"userId": "User", "titleId": "Title"})
#: What a scene shows of a query that returns ids; Explore shows nodes and paths alone.
_SHOWN: Final = MappingProxyType(
    {
        "titleId": "MATCH (shown:Title {titleId: titleId})\nRETURN shown",
        "userId": "MATCH path = (:User {userId: $userId})-[:SHARES_TASTE]->(:User {userId: userId})\nRETURN path",
    }
)


def perspective() -> str:
    """Return the perspective as JSON.

    Examples
    --------
    >>> made = json.loads(perspective())
    >>> made["name"], made["categories"][1]["name"], made["categories"][1]["color"]
    ('cinewalk', 'Title', '#0072B2')
    >>> made["templates"][0]["text"]
    'What to watch for $userId'
    """
    kinds = _kinds()
    made: dict[str, Any] = {
        "name": _NAME,
        "version": _VERSION,
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, _NAME)),
        "createdAt": _MADE,
        "lastEditedAt": _MADE,
        "type": "STANDARD_PERSPECTIVE",
        "hideUncategorisedData": False,
        "maxLimitToastMsgEnabled": False,
        "parentPerspectiveId": None,
        "categories": [_category(number, label) for number, label in enumerate(schema.NODES, 1)],
        "labels": {label: _listed(label, _properties_of(label)) for label in schema.NODES},
        "relationshipTypes": [_relationship(kind, properties) for kind, properties in kinds.items()],
        "templates": [_template(number, name) for number, name in enumerate(_PHRASES)],
        "sceneActions": [],
        "hiddenRelationshipTypes": [],
        "hiddenCategories": [],
        "palette": {"colors": [_style("node", label)["color"] for label in schema.NODES], "currentIndex": 0},
        "metadata": {"pathSegments": list(_segments()), "indexes": list(map(_index, schema.NODES))},
    }
    return json.dumps(made, indent=1) + "\n"


def _kinds() -> dict[str, list[Property]]:
    """Return the properties of each type of relationship; two kinds may share one."""
    kinds: dict[str, list[Property]] = {}
    for kind in (*schema.RELATIONSHIPS.values(), *schema.DERIVED.values()):
        kinds.setdefault(kind.type, []).extend(kind.properties)
    return kinds


def _category(number: int, label: str) -> dict[str, Any]:
    style, key = _style("node", label), schema.NODES[label].key.cypher
    shown = _CAPTION.findall(style["caption"])
    properties = _typed(_properties_of(label))
    return {
        "id": number,
        "name": label,
        "labels": [label],
        "properties": [{"name": name, "exclude": False, "dataType": kind} for name, kind in properties],
        "createdAt": _MADE,
        "lastEditedAt": _MADE,
        "color": style["color"],
        "icon": "no-icon",
        "size": int(style["diameter"].removesuffix("px")) / _DIAMETER,
        "textSize": 1,
        "textAlign": "top",
        "captions": [_caption(name, "property") for name in shown or [key]],
        "captionKeys": [],
        "styleRules": [],
    }


def _relationship(kind: str, properties: list[Property]) -> dict[str, Any]:
    style = _style("relationship", kind)
    shown = [_caption(name, "property") for name in _CAPTION.findall(style.get("caption", ""))]
    return {
        "id": kind,
        "name": kind,
        "color": style.get("color", _GREY),
        "properties": _listed(kind, properties),
        "size": int(style.get("shaft-width", "1px").removesuffix("px")) / _WIDTH,
        "textSize": 1,
        "textAlign": "top",
        "captions": shown or [_caption(kind, "relationship")],
        "captionKeys": [],
        "styleRules": [],
    }


def _caption(key: str, kind: str) -> dict[str, Any]:
    return {"key": key, "type": kind, "isCaption": True, "inTooltip": True, "styles": []}


def _template(number: int, name: str) -> dict[str, Any]:
    text = _PHRASES[name]
    return {
        "name": ready_query(name).title,
        "id": f"tmpl:{_MADE + number}",
        "createdAt": _MADE + number,
        "text": text,
        "cypher": _drawn(name),
        "isUpdateQuery": None,
        "hasCypherErrors": False,
        "params": [
            {
                "name": f"${parameter}",
                "dataType": "String",
                "collapsed": False,
                "suggestionLabel": _SUGGESTED[parameter],
                "suggestionProp": parameter,
                "suggestionBoolean": False,
                "cypher": None,
            }
            for parameter in re.findall(r"\$(\w+)", text)
        ],
    }


def _drawn(name: str) -> str:
    """Return a ready query that asks for ids alone, and returns what a scene can show."""
    query = ready_query(name)
    example = {key: value for key, value in entries_of(query.example) if key not in _SUGGESTED}
    statement = filled(query.statement, example | {key: f"${key}" for key in _SUGGESTED}).strip()
    for column, shown in _SHOWN.items():
        if f" AS {column}" in statement.rpartition("\nRETURN")[2]:
            return f"CALL () {{\n{statement}\n}}\n{shown}"
    return statement


def _segments() -> Iterator[dict[str, str]]:
    for kind in (*schema.RELATIONSHIPS.values(), *schema.DERIVED.values()):
        yield {"source": kind.source, "relationshipType": kind.type, "target": kind.target}


def _index(label: str) -> dict[str, Any]:
    key = schema.NODES[label].key.cypher
    return {"label": label, "type": "native", "propertyKeys": [{"key": key, "metadataProp": False}]}


def _properties_of(label: str) -> tuple[Property, ...]:
    return (schema.NODES[label].key, *schema.NODES[label].properties)


def _typed(properties: Iterable[Property]) -> list[tuple[str, str]]:
    return [(p.cypher, _TYPES[p.kind]) for p in properties if p.kind in _TYPES]


def _listed(owner: str, properties: Iterable[Property]) -> list[dict[str, str]]:
    return [{"propertyKey": name, "type": owner, "dataType": kind} for name, kind in _typed(properties)]


def _style(kind: str, name: str) -> dict[str, str]:
    """Return what the style for Browser says of a label or a type of relationship."""
    return _styles().get((kind, name), {})


@cache
def _styles() -> dict[tuple[str, str], dict[str, str]]:
    text = files("cinewalk.queries").joinpath("browser", "style.grass").read_text(encoding="utf-8")
    return {(kind, name): dict(_LINE.findall(body)) for kind, name, body in _RULE.findall(text)}
