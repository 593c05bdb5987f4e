"""The command `cypher`: the ready queries, to read and to paste."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it

EPILOG = "Examples: `cinewalk cypher` · `cinewalk cypher similar_titles` · `cinewalk cypher taste --json`"


def cypher(
    name: Annotated[str | None, typer.Argument(help="A query's name; without one, all are listed.")] = None,
    as_json: Json = False,
) -> None:
    """Print a ready Cypher query, with the parameters of its example set before it.

    In Neo4j Browser run the `:param` lines first, then the query: run together they work too, but show no rows.
    """
    from cinewalk.queries.words.ready import ready_queries, ready_query

    if name is not None:
        query = ready_query(name)
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
