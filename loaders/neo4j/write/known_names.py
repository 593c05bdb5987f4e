"""Names that a database knows before anything is called so: ready queries are warned of none."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, LiteralString

from cinewalk.errors import DatabaseError
from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.write.statements import LIKE_RANK, MARK

if TYPE_CHECKING:
    from cinewalk.loaders.neo4j.server.connection import Connection

_LABELS: Final[LiteralString] = "UNWIND $names AS name CALL db.createLabel(name) RETURN count(*)"
_TYPES: Final[LiteralString] = "UNWIND $names AS name CALL db.createRelationshipType(name) RETURN count(*)"
_PROPERTIES: Final[LiteralString] = "UNWIND $names AS name CALL db.createProperty(name) RETURN count(*)"


def make_names_known(connection: Connection) -> None:
    """Make the schema's labels, types and properties known; who has no right to has them when something is called so.

    Parameters
    ----------
    connection
        The database.
    """
    kinds = (*schema.RELATIONSHIPS.values(), *schema.DERIVED.values())
    properties = [kind.properties for kind in kinds] + [node.properties for node in schema.NODES.values()]
    names = {prop.cypher for some in properties for prop in some}
    names |= {node.key.cypher for node in schema.NODES.values()} | {LIKE_RANK.cypher, MARK, "run"}
    with suppress(DatabaseError):
        connection.write(_LABELS, names=[*schema.NODES, "CinewalkRun"])
        connection.write(_TYPES, names=sorted({kind.type for kind in kinds}))
        connection.write(_PROPERTIES, names=sorted(names))
