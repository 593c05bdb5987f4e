"""The command `cypher`: the ready queries, to read and to paste."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cinewalk import console
from cinewalk.cli.load_options import MappingOption  # noqa: TC001 - typer reads it
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from cinewalk.queries.words.ready import ReadyQuery

EPILOG = (
    "Examples: `cinewalk cypher` · `cinewalk cypher similar_titles` · `cinewalk cypher taste --json` · "
    "`cinewalk cypher recommend --mapping recommendations`"
)


def cypher(
    name: Annotated[str | None, typer.Argument(help="A query's name; without one, all are listed.")] = None,
    mapping: MappingOption = None,
    prefix: Annotated[
        str | None,
        typer.Option("--prefix", help="How the types begin that were published there. [default: CINEWALK_]"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a ready Cypher query, with the parameters of its example set before it.

    In Neo4j Browser run the `:param` lines first, then the query: run together they work too, but show no rows.
    """
    from cinewalk.queries.words.ready import ready_queries, ready_query

    if prefix is not None and mapping is None:
        raise RequestError("--prefix goes with --mapping, which says what a database calls everything else.")
    if name is not None:
        query = ready_query(name)
        if mapping is not None:
            query = _in_names(query, mapping, prefix)
        if as_json:
            console.print_json(query.to_dict())
            return
        if query.parameters and sys.stderr.isatty():
            console.say("In Browser run the :param lines first, then the query.")
        console.answer(query.with_params(), end="")
    elif as_json:
        console.print_json([query.to_dict() for query in ready_queries()])
    else:
        rows = [(query.name, query.title) for query in ready_queries()]
        console.print_table("Ready queries", ["Name", "What it answers"], rows)


def _in_names(query: ReadyQuery, mapping: str, prefix: str | None) -> ReadyQuery:
    from cinewalk.loaders.neo4j.read.mapping import USUAL_PREFIX, find_mapping
    from cinewalk.queries.words.mapped_query import in_names

    return in_names(query, find_mapping(mapping), USUAL_PREFIX if prefix is None else prefix)
