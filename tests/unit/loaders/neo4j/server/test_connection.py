"""What a server says, as one line that names the remedy."""

from __future__ import annotations

import pytest
from neo4j.exceptions import Neo4jError

from cinewalk.errors import DatabaseError
from cinewalk.loaders.neo4j.server.connection import problems_of

pytestmark = [pytest.mark.unit, pytest.mark.fault]

#: As Graph Data Science 2.13.9 words it.
NO_WEIGHTS = (
    "Failed to invoke procedure `gds.pageRank.stream`: Caused by: java.lang.IllegalArgumentException: Failed to parse "
    "`sourceNodes` as a List of node IDs. A Node, Number or collection of the same can be parsed, but this `ArrayList` "
    "cannot."
)


def test_a_graph_data_science_without_weighted_sources_is_named():
    with (
        pytest.raises(DatabaseError, match=r"takes no weights .* newer than 2\.13") as caught,
        problems_of("here", None, 1.0),
    ):
        raise Neo4jError._hydrate_neo4j(
            code="Neo.ClientError.Procedure.ProcedureCallFailed", message=NO_WEIGHTS
        )
    assert "\n" not in str(caught.value)
