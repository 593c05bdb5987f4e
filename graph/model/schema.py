"""The words of the graph: node labels, relationship types, their properties, and the tables they load from.

Everything else takes its names from here: table columns, array types, and later constraints and Cypher.
Names are ``snake_case`` in Python and in tables, and camelCase in Neo4j (:attr:`Property.cypher`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["id", "text", "integer", "float", "date", "time", "list"]

#: Seconds since 1970 of 1990-01-01T00:00:00Z, the earliest time that an event may carry.
EARLIEST_TIME: Final = 631_152_000

#: An event may lie this many seconds in the future: one day, for clocks and time zones.
FUTURE_TOLERANCE: Final = 86_400

#: In memory, the time of an event that has none. It sorts before every real time.
UNKNOWN_TIME: Final = 0

#: In memory, the year of a title that has none.
UNKNOWN_YEAR: Final = 0

#: In memory, the maturity of a title that has none, and the limit of a user who has none.
UNKNOWN_MATURITY: Final = -1


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a node or relationship, and the table column that it loads from.

    Parameters
    ----------
    name
        Its name in Python and in tables.
    kind
        What its values are. ``date`` is a calendar day, ``time`` an instant in UTC, ``list`` is names
        split by ``|``.
    required
        Whether every row must have a value.
    minimum, maximum
        The valid range, both ends included, where there is one.
    """

    name: str
    kind: Kind
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def cypher(self) -> str:
        """The name in Neo4j.

        >>> Property("title_id", "id").cypher
        'titleId'
        """
        head, *tail = self.name.split("_")
        return head + "".join(part.capitalize() for part in tail)


@dataclass(frozen=True, slots=True)
class NodeType:
    """A kind of node: its label, its key and its other properties."""

    label: str
    key: Property
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """A kind of relationship, directed from ``source`` to ``target`` (labels).

    ``name`` is unique in Python; ``type`` is the word in Neo4j, which two kinds may share (``IN_GROUP``).
    """

    name: str
    type: str
    source: str
    target: str
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class TableType:
    """A table that a source may hold.

    Parameters
    ----------
    name
        Its name, and the stem of its file.
    columns
        The columns that mean something.
    key
        The columns that identify a row.
    groups
        Whether every other column is an attribute to group by (``age``, ``gender``, …). Elsewhere other
        columns are left out, and named in the report.
    """

    name: str
    columns: tuple[Property, ...]
    key: tuple[str, ...]
    groups: bool = False


USER_ID: Final = Property("user_id", "id", required=True)
TITLE_ID: Final = Property("title_id", "id", required=True)
PERSON_ID: Final = Property("person_id", "id", required=True)
SAME_TITLE_ID: Final = Property("same_as", "text")
NAME: Final = Property("name", "text")
TITLE: Final = Property("title", "text")
YEAR: Final = Property("year", "integer", minimum=1870, maximum=2100)
RELEASED: Final = Property("released", "date")
TITLE_KIND: Final = Property("kind", "text")
MATURITY: Final = Property("maturity", "integer", minimum=0, maximum=21)
MATURITY_LIMIT: Final = Property("maturity_limit", "integer", minimum=0, maximum=21)
GENRES: Final = Property("genres", "list")
#: What IMDb and TMDB call a title: ``tt0114709``, ``862``.
IMDB_ID: Final = Property("imdb_id", "text")
TMDB_ID: Final = Property("tmdb_id", "text")
TIMESTAMP: Final = Property("timestamp", "time")
RATING: Final = Property("rating", "float", required=True, minimum=0.5, maximum=5.0)
#: The ratings that MovieLens uses, and where nothing else is said.
USUAL_RATINGS: Final = (RATING.minimum or 0.0, RATING.maximum or 0.0)
PROGRESS: Final = Property("progress", "float", required=True, minimum=0.0, maximum=1.0)
FINISHED: Final = Property("finished", "integer", minimum=0, maximum=10_000)
THUMB: Final = Property("value", "integer", required=True, minimum=-1, maximum=2)
ROLE: Final = Property("role", "text", required=True)
PREFERENCE: Final = Property("preference", "float", required=True, minimum=0.0)

#: In memory, what stands where a number is not known, by the name of the property.
UNKNOWN: Final = {
    YEAR.name: UNKNOWN_YEAR,
    MATURITY.name: UNKNOWN_MATURITY,
    MATURITY_LIMIT.name: UNKNOWN_MATURITY,
    FINISHED.name: 0,
    TIMESTAMP.name: UNKNOWN_TIME,
}

#: The thumbs that exist: down, up, two up. Zero lies in the range but is none of them.
THUMB_VALUES: Final = (-1, 1, 2)

USER: Final = NodeType("User", USER_ID, (MATURITY_LIMIT,))
TITLE_NODE: Final = NodeType(
    "Title", TITLE_ID, (TITLE, YEAR, RELEASED, TITLE_KIND, MATURITY, IMDB_ID, TMDB_ID)
)
GENRE: Final = NodeType("Genre", Property("name", "id", required=True))
GROUP: Final = NodeType(
    "DemographicGroup", Property("group_id", "id", required=True), (TITLE_KIND, Property("value", "text"))
)
PERSON: Final = NodeType("Person", PERSON_ID, (NAME,))

#: Every kind of node by its label, in the order in which a walk numbers them.
NODES: Final = {node.label: node for node in (USER, TITLE_NODE, GENRE, GROUP, PERSON)}

RATED: Final = RelationshipType("rated", "RATED", "User", "Title", (RATING, TIMESTAMP))
WATCHED: Final = RelationshipType("watched", "WATCHED", "User", "Title", (PROGRESS, FINISHED, TIMESTAMP))
THUMBED: Final = RelationshipType("thumbed", "THUMBED", "User", "Title", (THUMB, TIMESTAMP))
BLOCKED: Final = RelationshipType("blocked", "BLOCKED", "User", "Title", (TIMESTAMP,))
IN_GENRE: Final = RelationshipType("in_genre", "IN_GENRE", "Title", "Genre")
USER_IN_GROUP: Final = RelationshipType("user_in_group", "IN_GROUP", "User", "DemographicGroup")
PERSON_IN_GROUP: Final = RelationshipType("person_in_group", "IN_GROUP", "Person", "DemographicGroup")
DIRECTED: Final = RelationshipType("directed", "DIRECTED", "Person", "Title")
ACTED_IN: Final = RelationshipType("acted_in", "ACTED_IN", "Person", "Title")
LIKES: Final = RelationshipType("likes", "LIKES", "User", "Title", (PREFERENCE, TIMESTAMP))
#: From a title to the one that is the same film, and is shown in its place.
SAME_AS: Final = RelationshipType("same_as", "SAME_AS", "Title", "Title")

#: What people did with titles, the least deliberate first: the relationships after which a title is not shown again.
EVENTS: Final = (WATCHED, RATED, THUMBED, BLOCKED)

#: By the name of a kind of event, what such an event says beside its time; a block says nothing else.
EVENT_VALUES: Final = {WATCHED.name: PROGRESS, RATED.name: RATING, THUMBED.name: THUMB}

#: Every relationship that a graph holds, by its Python name. ``likes`` is derived from the events.
RELATIONSHIPS: Final = {
    relationship.name: relationship
    for relationship in (
        *EVENTS,
        IN_GENRE,
        USER_IN_GROUP,
        PERSON_IN_GROUP,
        DIRECTED,
        ACTED_IN,
        SAME_AS,
        LIKES,
    )
}

_SCORE: Final = Property("score", "float", minimum=0.0)
_LEARNED_SCORE: Final = Property("learned_score", "float", minimum=0.0)
_SPECTRAL_SCORE: Final = Property("spectral_score", "float", minimum=0.0)

#: What follows from the likes and is published beside them: steps that a walk can take at once.
SIMILAR: Final = RelationshipType(
    "similar",
    "SIMILAR",
    "Title",
    "Title",
    (
        _SCORE,
        _LEARNED_SCORE,
        _SPECTRAL_SCORE,
        Property("sequence_score", "float", minimum=0.0),
        Property("close_score", "float", minimum=0.0),
        Property("viewers", "integer", required=True, minimum=0),
    ),
)
SHARES_TASTE: Final = RelationshipType(
    "shares_taste",
    "SHARES_TASTE",
    "User",
    "User",
    (_SCORE, _LEARNED_SCORE, _SPECTRAL_SCORE, Property("titles", "integer", required=True, minimum=0)),
)
#: From a later part of a story to its first; see :func:`cinewalk.graph.attributes.series.series`.
PART_OF: Final = RelationshipType(
    "part_of", "PART_OF", "Title", "Title", (Property("part", "integer", required=True, minimum=2),)
)
RECOMMENDED: Final = RelationshipType(
    "recommended",
    "RECOMMENDED",
    "User",
    "Title",
    (
        Property("rank", "integer", required=True, minimum=1),
        Property("score", "float", required=True, minimum=0.0),
        Property("because", "list"),
    ),
)

#: The relationships that ``publish`` derives, by their Python name.
DERIVED: Final = {kind.name: kind for kind in (SIMILAR, SHARES_TASTE, PART_OF, RECOMMENDED)}

#: The roles that ``people.csv`` may name, and the relationship that each becomes.
ROLES: Final = {DIRECTED.name: DIRECTED, ACTED_IN.name: ACTED_IN}

TABLES: Final = {
    table.name: table
    for table in (
        TableType("users", (USER_ID, MATURITY_LIMIT), ("user_id",), groups=True),
        TableType(
            "titles",
            (TITLE_ID, TITLE, YEAR, RELEASED, TITLE_KIND, MATURITY, GENRES, IMDB_ID, TMDB_ID),
            ("title_id",),
        ),
        TableType("ratings", (USER_ID, TITLE_ID, RATING, TIMESTAMP), ("user_id", "title_id")),
        TableType("watches", (USER_ID, TITLE_ID, PROGRESS, FINISHED, TIMESTAMP), ("user_id", "title_id")),
        TableType("thumbs", (USER_ID, TITLE_ID, THUMB, TIMESTAMP), ("user_id", "title_id")),
        TableType("blocks", (USER_ID, TITLE_ID, TIMESTAMP), ("user_id", "title_id")),
        TableType(
            "people", (PERSON_ID, NAME, TITLE_ID, ROLE), ("person_id", "title_id", "role"), groups=True
        ),
        TableType("same_titles", (TITLE_ID, SAME_TITLE_ID), ("title_id", "same_as")),
        TableType("links", (TITLE_ID, IMDB_ID, TMDB_ID), ("title_id",)),
    )
}

#: Which events each event table becomes.
EVENT_TABLES: Final = {"ratings": RATED, "watches": WATCHED, "thumbs": THUMBED, "blocks": BLOCKED}

FILM: Final = "film"

SERIES: Final = "series"
