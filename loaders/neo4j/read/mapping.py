"""What a Neo4j that others wrote calls the things of this schema, and how their names reach Cypher safely."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import FileFormatError, RequestError
from cinewalk.graph.model import schema
from cinewalk.loaders.base.paths import as_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import LiteralString

    from cinewalk.graph.model.schema import Property

_FORMAT: Final = 1
_ADVICE: Final = "See docs/neo4j-reading.md"

#: The mappings that come with the package, by name.
SHIPPED: Final = ("recommendations",)

#: Categories of characters that no name may hold: controls, halves of characters, line and paragraph ends.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})

#: What a graph may have otherwise than the database of others that it was read from: publishing writes it anew there.
COPIED: Final = (schema.IN_GENRE, schema.SAME_AS, schema.LIKES)

#: What has properties, and which: labels of nodes and names of relationships.
_OWNERS: Final[Mapping[str, tuple[Property, ...]]] = MappingProxyType(
    {
        **{label: (node.key, *node.properties) for label, node in schema.NODES.items()},
        **{name: kind.properties for name, kind in schema.RELATIONSHIPS.items()},
    }
)


def quoted(name: str) -> LiteralString:
    r"""Quote the name of a label, a type or a property for Cypher; the only way by which a name gets into it.

    Doubling a backtick is no protection, as Cypher reads ``\u0060`` as one, too: what holds either is refused.

    Raises
    ------
    RequestError
        Where the name is empty or holds a backtick, a backslash or a control character.

    Examples
    --------
    >>> quoted("Movie"), quoted("is 'rated' by")
    ('`Movie`', "`is 'rated' by`")
    """
    if not isinstance(name, str) or not name:
        raise RequestError(f"{name!r} is no name of a label, relationship or property.")
    for character in name:
        if character in "`\\" or unicodedata.category(character) in _REFUSED_CATEGORIES:
            raise RequestError(f"the name {name!r} holds {character!r}, which no name in a mapping may hold.")
    return f"`{name}`"


@dataclass(frozen=True, slots=True)
class SchemaMapping:
    """How a database names what :mod:`cinewalk.graph.model.schema` names; what is not given has the schema's name.

    Where that name is given to something else, it is not there at all: with ``{"User": "Person"}`` there are no people.

    Parameters
    ----------
    labels
        The database's label, by the schema's (``{"Title": "Movie"}``).
    types
        The database's relationship type, by the schema's name (``{"rated": "REVIEWED"}``).
    properties
        By label or relationship: the database's property, by the schema's
        (``{"Title": {"title_id": "movieId"}}``).

    Raises
    ------
    RequestError
        Where the schema has no such name, or the database's cannot be one.

    Examples
    --------
    >>> mapping = SchemaMapping(labels={"Title": "Movie"}, properties={"Title": {"title_id": "movieId"}})
    >>> mapping.label("Title"), mapping.property("Title", schema.TITLE_ID), mapping.type("rated")
    ('`Movie`', '`movieId`', '`RATED`')
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self.labels, "label", schema.NODES)
        _check(self.types, "relationship", schema.RELATIONSHIPS)
        if not hasattr(self.properties, "items"):
            raise RequestError("properties must be a table of tables.")
        for owner, names in self.properties.items():
            if owner not in _OWNERS:
                raise RequestError(
                    f"there is no label or relationship {owner!r}; there are {', '.join(_OWNERS)}."
                )
            _check(names, f"property of {owner}", [prop.name for prop in _OWNERS[owner]])

    def prefixed(self, prefix: str | None) -> SchemaMapping:
        """Return the same names, but for what publishing has written beside what others have.

        Parameters
        ----------
        prefix
            How the types begin that it has written; ``None`` where it has not.
        """
        if prefix is None:
            return self
        written = {kind.name: prefix + kind.type for kind in COPIED}
        return SchemaMapping(self.labels, {**self.types, **written}, self.properties)

    def label(self, label: str) -> LiteralString:
        """Return the database's label, quoted."""
        taken = label in self.labels.values() and label not in self.labels
        return quoted(f"no {label}" if taken else self.labels.get(label, label))

    def type(self, relationship: str) -> LiteralString:
        """Return the database's type of a relationship, quoted."""
        kind = schema.RELATIONSHIPS[relationship]
        others = (name for name, theirs in self.types.items() if theirs == kind.type and name != relationship)
        taken = any(schema.RELATIONSHIPS[name].source == kind.source for name in others)
        own = f"no {kind.type}" if taken else kind.type
        return quoted(self.types.get(relationship, own))

    def property(self, owner: str, prop: Property) -> LiteralString:
        """Return the database's property of a label or relationship, quoted."""
        return quoted(self.properties.get(owner, {}).get(prop.name, prop.cypher))


#: How the types begin that are written between nodes of others.
USUAL_PREFIX: Final = "CINEWALK_"
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")


def checked_prefix(prefix: str) -> str:
    """Return a prefix of types that needs no quotes.

    Raises
    ------
    RequestError
        Where it holds anything but letters of English, digits and underscores, or begins with none of the letters.

    Examples
    --------
    >>> checked_prefix("MINE_")
    'MINE_'
    """
    if _PREFIX.fullmatch(prefix) is None:
        raise RequestError(
            f"{prefix!r} is no prefix of types: it begins with a letter from A to Z, and holds those, digits and _."
        )
    return prefix


def _check(names: object, what: str, known: Any) -> None:
    if not hasattr(names, "items"):
        raise RequestError(f"the names of each {what} must be a table.")
    for ours, theirs in names.items():
        if ours not in known:
            raise RequestError(f"there is no {what} {ours!r}; there are {', '.join(known) or 'none'}.")
        quoted(theirs)


#: The schema's own names.
DEFAULT_MAPPING: Final = SchemaMapping()


def find_mapping(mapping: SchemaMapping | str | Path | None) -> SchemaMapping:
    """Return a mapping itself, the one of a name (:data:`SHIPPED`), that of a file, or the schema's own.

    Raises
    ------
    FileFormatError
        Where the file cannot be read or is none.

    Examples
    --------
    >>> find_mapping("recommendations").label("Title")
    '`Movie`'
    """
    if mapping is None:
        return DEFAULT_MAPPING
    if isinstance(mapping, SchemaMapping):
        return mapping
    if str(mapping) in SHIPPED:
        shipped = resources.files("cinewalk.loaders.neo4j.read") / "mappings" / f"{mapping}.toml"
        return _parse(shipped.read_text(encoding="utf-8"), f"{mapping}.toml")
    try:
        text = as_path(mapping, "mapping").read_text(encoding="utf-8")
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise FileFormatError(mapping, problem, f"Check the path, or name {', '.join(SHIPPED)}") from error
    except ValueError as error:
        raise FileFormatError(mapping, f"is not UTF-8 text ({error})", _ADVICE) from error
    return _parse(text, mapping)


def _parse(text: str, path: str | Path) -> SchemaMapping:
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise FileFormatError(path, f"is not TOML ({' '.join(str(error).split())})", _ADVICE) from error
    version = table.pop("format", None)
    if version != _FORMAT:
        raise FileFormatError(
            path, f"has the mapping format {version!r}, this cinewalk reads {_FORMAT}", _ADVICE
        )
    if unknown := table.keys() - {"labels", "types", "properties"}:
        raise FileFormatError(
            path, f"has {', '.join(sorted(unknown))}, which is no part of a mapping", _ADVICE
        )
    try:
        return SchemaMapping(**table)
    except RequestError as error:
        raise FileFormatError(path, str(error).rstrip("."), _ADVICE) from error
