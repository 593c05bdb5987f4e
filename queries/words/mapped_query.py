"""A ready query in the names of a database that others have made."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.mapping import COPIED, SchemaMapping, checked_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.schema import Property
    from cinewalk.queries.words.ready import ReadyQuery

#: What stands before a token and means nothing, and the token: a text, a name in quotes, a parameter, a word, a sign.
_TOKEN: Final = re.compile(
    r"(?P<gap>(?:\s|//[^\n]*)*)(?P<token>'[^']*'|\"[^\"]*\"|`[^`]*`|\$\w+|\d[\w.]*|[A-Za-z_]\w*|.|$)"
)
#: Relationships whose properties are others' own, by type.
_THEIRS: Final[dict[str, list[str]]] = {}
for _name, _kind in schema.RELATIONSHIPS.items():
    if _kind not in COPIED:
        _THEIRS.setdefault(_kind.type, []).append(_name)
_WRITTEN: Final = {kind.type for kind in (*COPIED, *schema.DERIVED.values())}
_OWNERS: Final[dict[str, dict[str, Property]]] = {
    **{label: {p.cypher: p for p in (node.key, *node.properties)} for label, node in schema.NODES.items()},
    **{
        name: {p.cypher: p for p in schema.RELATIONSHIPS[name].properties}
        for names in _THEIRS.values()
        for name in names
    },
}

#: Times and days as others may have them, as those that publishing writes.
_FORMS: Final = {
    "time": "(CASE WHEN {0} IS :: ZONED DATETIME NOT NULL THEN {0} "
    "WHEN {0} IS :: LOCAL DATETIME NOT NULL OR {0} IS :: DATE NOT NULL THEN datetime({0}) "
    "WHEN {0} IS :: INTEGER NOT NULL OR {0} IS :: FLOAT NOT NULL "
    "THEN datetime({{epochSeconds: toInteger({0})}}) END)",
    "date": "date({0})",
}

#: Names under which ready queries have nodes wherever they come from, also as keys of a map, and of which labels.
_ALWAYS: Final = {
    "title": ("Title",),
    "user": ("User",),
    "viewer": ("User",),
    "source": tuple(schema.NODES),
}


def in_names(query: ReadyQuery, mapping: SchemaMapping, prefix: str) -> ReadyQuery:
    """Return a ready query in the names of a database, with those that were published there.

    Parameters
    ----------
    query
        The query.
    mapping
        The database's names.
    prefix
        How the types begin that were published there.

    Examples
    --------
    >>> from cinewalk.queries.words.ready import ready_query
    >>> from cinewalk.loaders.neo4j.read.mapping import find_mapping
    >>> mapped = in_names(ready_query("similar_titles"), find_mapping("recommendations"), "MINE_")
    >>> mapped.statement.splitlines()[1]
    'MATCH (near:`Movie` {`movieId`: $titleId})-[step:MINE_SIMILAR {run: run.run}]->(title:`Movie`)'
    """
    # Names are quoted, the prefix is checked, and all else is this package's own text.
    return replace(query, text=_Renderer(mapping, checked_prefix(prefix)).render(query.text))


class _Renderer:
    """Goes through a query from its beginning, and keeps in mind what its variables stand for.

    Parameters
    ----------
    mapping
        The database's names.
    prefix
        How the types begin that were published there.
    """

    def __init__(self, mapping: SchemaMapping, prefix: str) -> None:
        self._mapping, self._prefix = mapping, prefix
        self._owners: dict[str, tuple[str, ...]] = {}
        self._keys: frozenset[str] = frozenset()

    def render(self, text: str) -> str:
        """Return the text of a query with the names of the database."""
        matches = list(_TOKEN.finditer(text))
        tokens = ["", "", "", *(match["token"] for match in matches), "", ""]
        self._keys = frozenset(_keys(tokens))
        rendered, skipped = [], 0
        for place, match in enumerate(matches, 3):
            if place <= skipped:
                continue
            token = match["token"]
            if token[:1].isalpha() and tokens[place + 1] == "." and tokens[place - 1] != ".":
                self._bind(tokens, place)
                names = _chain(tokens, place)
                token, skipped = self._access(token, names), place + 2 * len(names)
            rendered += [match["gap"], self._named(tokens, place) if place > skipped else token]
        return "".join(rendered)

    def _named(self, tokens: list[str], place: int) -> str:
        token, before = tokens[place], tokens[place - 1]
        if token[:1] == "'" and token[1:-1] in schema.NODES:
            return f"'{self._mapping.labels.get(token[1:-1], token[1:-1])}'"
        if before in (":", "|"):
            return self._label_or_type(token)
        if _is_key(tokens, place):
            known = _OWNERS[tokens[place - 2]]
            return self._mapping.property(tokens[place - 2], known[token]) if token in known else token
        self._bind(tokens, place)
        return token

    def _label_or_type(self, word: str) -> str:
        if word in schema.NODES:
            return self._mapping.label(word)
        if word in _WRITTEN:
            return self._prefix + word
        return "|".join(dict.fromkeys(self._mapping.type(name) for name in _THEIRS.get(word, ()))) or word

    def _bind(self, tokens: list[str], place: int) -> None:
        """Remember what a variable stands for from here on."""
        word, before = tokens[place], tokens[place - 1]
        if before in ("(", "[") and tokens[place + 1] == ":":
            names = _names_after(tokens, place)
            self._owners[word] = tuple(name for each in names for name in _THEIRS.get(each, [each]))
        elif before == "AS":
            self._owners[word] = _ALWAYS.get(word, ())

    def _access(self, variable: str, names: list[str]) -> str:
        """Return the access of a property of a variable, or of a node in a map, and what follows it."""
        place = next((at for at, name in enumerate(names) if at and names[at - 1] in _ALWAYS), 0)
        entity, name, rest = ".".join([variable, *names[:place]]), names[place], names[place + 1 :]
        owners = _ALWAYS[names[place - 1]] if place else self._owners.get(variable, ())
        if not owners and name not in self._keys:
            owners = tuple(_OWNERS)
        known = [owner for owner in owners if name in _OWNERS.get(owner, {})]
        accesses = list(dict.fromkeys(self._value(entity, owner, _OWNERS[owner][name]) for owner in known))
        found = accesses[0] if len(accesses) == 1 else f"coalesce({', '.join(accesses)})"
        return ".".join([found if accesses else f"{entity}.{name}", *rest])

    def _value(self, entity: str, owner: str, prop: Property) -> str:
        cell = f"{entity}.{self._mapping.property(owner, prop)}"
        return _FORMS.get(prop.kind, "{0}").format(cell)


def _chain(tokens: list[str], place: int) -> list[str]:
    """Return the names that follow a variable, each after a dot."""
    names = []
    while tokens[place + 1] == ".":
        names.append(tokens[place + 2])
        place += 2
    return names


def _is_key(tokens: list[str], place: int) -> bool:
    """Tell whether a token is the first key of the map behind a label: ``(user:User {userId: …})``."""
    return tokens[place + 1] == ":" and tokens[place - 1] == "{" and tokens[place - 2] in schema.NODES


def _keys(tokens: list[str]) -> Iterator[str]:
    """Yield the keys of maps that are made in a query, and not of nodes that are looked for."""
    for place, token in enumerate(tokens[:-1]):
        begins = tokens[place - 1] in ("{", ",") and tokens[place + 1] == ":"
        if begins and token[:1].isalpha() and not _is_key(tokens, place):
            yield token


def _names_after(tokens: list[str], place: int) -> Iterator[str]:
    """Yield the labels or types that follow a variable: those of ``(node:User|Title)``."""
    while tokens[place + 1] in (":", "|"):
        yield tokens[place + 2]
        place += 2
