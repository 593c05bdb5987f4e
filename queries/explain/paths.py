"""Single walks as people follow them: nodes and relationships, a sentence, and the Cypher that draws them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from cinewalk.graph.model import schema
from cinewalk.queries.words.literals import literal
from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import A_VIEWER, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NOUNS: Final = {
    schema.USER.label: "viewer",
    schema.TITLE_NODE.label: "title",
    schema.GENRE.label: "genre",
    schema.GROUP.label: "group",
    schema.PERSON.label: "person",
}

#: Among how many of the best walks those with different first titles are looked for.
_LOOKED_AT: Final = 10_000

#: The relationship types between two labels, as they stand in the graph.
_FORWARD: Final = {(kind.source, kind.target) for kind in schema.RELATIONSHIPS.values()}


@dataclass(frozen=True, slots=True)
class PathNode:
    """A node of a path: its label, its id, and what to call it; viewers too few to be told apart have no id."""

    label: str
    id: str
    name: str

    def to_dict(self) -> dict[str, str]:
        """Return plain values."""
        return {"label": self.label, "id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True, repr=False)
class Path:
    """One walk from a person to a title, and what it gives to the title's score.

    Parameters
    ----------
    nodes
        The person first, the title last.
    relationships
        The type of each step, one fewer than nodes.
    share
        Its part of the score, 0 to 1.
    score
        The same in the score's own unit.
    """

    nodes: tuple[PathNode, ...]
    relationships: tuple[str, ...]
    share: float
    score: float

    @property
    def cypher(self) -> str:
        r"""The Cypher that draws exactly this path in Neo4j Browser; all of its kind where viewers have no id.

        >>> steps = [PathNode("User", "1", "1"), PathNode("Title", "it's", "It's")]
        >>> print(Path(tuple(steps), ("LIKES",), 1.0, 1.0).cypher)
        MATCH path = (:User {userId: '1'})-[:LIKES]->(:Title {titleId: 'it\'s'})
        RETURN path
        """
        text = _node(self.nodes[0])
        for (_, kind, after), forward in zip(self.steps, self.forward, strict=True):
            text += f"-[:{kind}]->" if forward else f"<-[:{kind}]-"
            text += _node(after)
        return f"MATCH path = {text}\nRETURN path"

    @property
    def steps(self) -> list[tuple[PathNode, str, PathNode]]:
        """Each step: a node, the type of the relationship, and the next node."""
        return list(zip(self.nodes[:-1], self.relationships, self.nodes[1:], strict=True))

    @property
    def forward(self) -> list[bool]:
        """Of each step, whether it follows its relationship from source to target."""
        return [(before.label, after.label) in _FORWARD for before, _, after in self.steps]

    def names(self, *, anonymous: bool = True) -> list[str]:
        """Return what to call each node; other viewers are not named where ``anonymous``."""
        is_person = self.nodes[0].label == schema.USER.label
        shown = ["you"] if is_person else []
        for node in self.nodes[1:] if is_person else self.nodes:
            hidden = anonymous and node.label == schema.USER.label and node.id
            shown.append(A_VIEWER if hidden else node.name)
        return shown

    def to_dict(self, *, anonymous: bool = True) -> dict[str, Any]:
        """Return plain values; other viewers carry no id where ``anonymous``."""
        nodes = [node.to_dict() for node in self.nodes]
        for node in nodes[1:]:
            if anonymous and node["label"] == schema.USER.label and node["id"]:
                node |= {"id": "", "name": A_VIEWER}
        return {
            "nodes": nodes,
            "relationships": list(self.relationships),
            "share": self.share,
            "score": self.score,
        }

    @property
    def first(self) -> str:
        """What the walk starts with, in words: the title that you liked, or what you asked for."""
        return str(self).partition("; ")[0].partition(", which has ")[0]

    @property
    def rest(self) -> str:
        """How the walk goes on from there, in words; :attr:`first` where that is all."""
        return str(self)[len(self.first) :].lstrip(",; ") or self.first

    def __repr__(self) -> str:
        return f"<Path: {self}, {percent(self.share, space=' ')}>"

    def _repr_html_(self) -> str:
        return html_of(f"{self}, {percent(self.share)}")

    def __str__(self) -> str:
        return sentence(self.names(), [node.label for node in self.nodes])


def sentence(names: Sequence[str], labels: Sequence[str]) -> str:
    """Put a path into words.

    >>> sentence(["you", "Alien", "a viewer", "Brazil"], ["User", "Title", "User", "Title"])
    'you liked Alien; a viewer who liked it, too, liked Brazil'
    >>> sentence(["you", "Alien", "Horror", "The Thing"], ["User", "Title", "Genre", "Title"])
    'you liked Alien; its genre Horror also has The Thing'
    >>> sentence(["Horror", "Alien"], ["Genre", "Title"]), sentence(["Alien"], ["Title"])
    ('you asked for Horror, which has Alien', 'you asked for Alien')
    """
    text = f"you liked {names[1]}" if labels[0] == schema.USER.label else f"you asked for {names[0]}"
    start = 1 if labels[0] == schema.USER.label else 0
    for place in range(start + 1, len(names)):
        before, label, name = labels[place - 1], labels[place], names[place]
        if label == schema.TITLE_NODE.label:
            joins = ", which has" if place == 1 else " also has"
            text += f" liked {name}" if before == schema.USER.label else f"{joins} {name}"
        elif label == schema.USER.label:
            text += f"; {name} who liked it, too," if before == schema.TITLE_NODE.label else f"; {name} in it"
        else:
            text += f"; its {_NOUNS[label]} {name}"
    return text


def _node(node: PathNode) -> str:
    if not node.id:
        return f"(:{node.label})"
    key = schema.NODES[node.label].key.cypher
    return f"(:{node.label} {{{key}: {literal(node.id)}}})"


def limited(paths: Iterator[Path], per_title: int, seeds: int) -> Iterator[Path]:
    """Leave out walks whose first title has been there so many times; end when all of the seeds have."""
    counts: dict[str, int] = {}
    full = 0
    for path in islice(paths, _LOOKED_AT):
        first = path.nodes[1].id
        counts[first] = counts.get(first, 0) + 1
        full += counts[first] == per_title
        if counts[first] <= per_title:
            yield path
        if full == seeds:
            return
