"""An explanation as a picture in a page of its own: nodes to drag and to click, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import MissingPackageError
from cinewalk.graph.model import schema
from cinewalk.queries.words.templates import rendered
from cinewalk.queries.words.wording import percent, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.explain.paths import Path, PathNode

#: The colour and the size of each label's nodes; the colours are those of the style for Neo4j Browser.
_COLOURS: Final = {
    schema.USER.label: "#E69F00",
    schema.TITLE_NODE.label: "#0072B2",
    schema.GENRE.label: "#20B08A",
    schema.GROUP.label: "#D990B8",
    schema.PERSON.label: "#F0E442",
}
_SIZES: Final = {schema.TITLE_NODE.label: 34, schema.USER.label: 22}
_SIZE: Final = 26

#: What the extra packages are asked for.
_WHAT: Final = "A picture of an explanation"


def page(why: Explanation, k: int, *, anonymous: bool) -> str:
    """Return a page with the ``k`` best walks as a picture, and the shares as a table; see ``to_html``."""
    try:
        from neo4j_viz import Node, Relationship, VisualizationGraph
    except ImportError as error:
        raise MissingPackageError("neo4j_viz", _WHAT, "report") from error
    paths = list(why.paths(k))
    nodes, edges = _drawn(paths, anonymous)
    drawn = VisualizationGraph(
        nodes=[Node(**facts) for facts in nodes.values()],
        relationships=[Relationship(**facts) for facts in edges.values()],
    )
    rows = [(reason.name, percent(reason.share, 1, space="")) for reason in why.shares]
    rows += [(name, f"{signed(amount)} on {why.score:.3g}") for name, amount in why.adjustments.items()]
    picture = drawn.render(theme="light", height="560px").data
    parts = {"title": f"Why {why.label}", "text": str(why), "picture": picture, "rows": rows}
    return rendered("explanation.html.j2", _WHAT, parts) + "\n"


def _drawn(
    paths: Sequence[Path], anonymous: bool
) -> tuple[dict[Any, dict[str, Any]], dict[Any, dict[str, Any]]]:
    nodes: dict[Any, dict[str, Any]] = {}
    edges: dict[Any, dict[str, Any]] = {}
    for path in paths:
        keys = [(node.label, node.id) for node in path.nodes]
        for place, (key, node) in enumerate(zip(keys, path.nodes, strict=True)):
            nodes.setdefault(
                key,
                _node(
                    len(nodes), node, you=place == 0 and node.label == schema.USER.label, anonymous=anonymous
                ),
            )
        steps = zip(keys[:-1], path.relationships, keys[1:], path.forward, strict=True)
        for start, kind, end, forward in steps:
            before, after = (start, end) if forward else (end, start)
            edge = edges.setdefault(
                (before, kind, after),
                {
                    "source": nodes[before]["id"],
                    "target": nodes[after]["id"],
                    "caption": kind,
                    "properties": {"type": kind, "share": 0.0},
                },
            )
            edge["properties"]["share"] += path.share
    return nodes, edges


def _node(number: int, node: PathNode, *, you: bool, anonymous: bool) -> dict[str, Any]:
    is_user = node.label == schema.USER.label
    name = "you" if you else ("a viewer" if is_user and anonymous else node.name)
    hidden = is_user and anonymous and not you
    properties = {"label": node.label, "name": name} | ({} if hidden else {"id": node.id})
    return {
        "id": str(number),
        "caption": name,
        "size": _SIZES.get(node.label, _SIZE),
        "color": _COLOURS[node.label],
        "properties": properties,
    }
