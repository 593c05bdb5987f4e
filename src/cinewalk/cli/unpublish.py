"""The command `unpublish`: what cinewalk has written into a Neo4j, taken out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from cinewalk.loaders.neo4j.write.unpublish import Unpublished

EPILOG = "Examples: `cinewalk unpublish --dry-run` · `cinewalk unpublish --uri neo4j://localhost --yes`"

UriOption = Annotated[
    str | None, typer.Option("--uri", help="The Neo4j; else $NEO4J_URI, else the local server.")
]
DatabaseOption = Annotated[str | None, typer.Option("--database", help="Its database; else $NEO4J_DATABASE.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only tell what would be removed.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Remove it without asking.")]
TimeoutOption = Annotated[float, typer.Option("--timeout", help="Seconds that one transaction may take.")]


def unpublish(
    uri: UriOption = None,
    database: DatabaseOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    timeout: TimeoutOption = 60.0,
    as_json: Json = False,
) -> None:
    """Take out of a Neo4j what cinewalk has written, and nothing else.

    That is the nodes that it has made, its relationships, the run, constraints and indexes. Nodes that others have
    made stay as they are, and what leads from one of them to another.
    """
    from cinewalk.loaders.neo4j.server.connection import connect
    from cinewalk.loaders.neo4j.write.unpublish import unpublish as take_out

    if as_json and not (yes or dry_run):
        raise RequestError("--json asks nothing: say --yes, or --dry-run.")
    with connect(uri, database=database, timeout=timeout) as to:
        if not (yes or dry_run):
            with console.working("Counting …"):
                found = take_out(to, dry_run=True)
            _print(found, to.place)
            typer.confirm("Remove this?", abort=True, err=True)
        with console.progress_bar() as progress:
            found = take_out(to, dry_run=dry_run, progress=progress)
    if as_json:
        console.print_json(found.to_dict())
    else:
        _print(found, to.place)


def _print(found: Unpublished, place: str) -> None:
    """Print what was taken out, or would be."""
    counts = {**found.nodes, **found.relationships}
    rows = [(what, f"{count:,}") for what, count in counts.items()]
    rows += [("constraints and indexes", f"{len(found.indexes):,}")]
    heading = "To be removed from" if found.dry_run else "Removed from"
    console.print_table(f"{heading} {place}", ["What", "Number"], rows)
    if found.others:
        others = ", ".join(f"{count:,} {name}" for name, count in found.others.items())
        console.say(f"Relationships of others that lead to these nodes go with them: {others}.")
