"""The command `export`: all that is known of a person, for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import GraphOption, Json, recommender

EPILOG = "Examples: `cinewalk export anna --out anna` · `cinewalk load anna --out anna.cinewalk`"

UserArgument = Annotated[str, typer.Argument(help="The user's id.")]
OutOption = Annotated[
    Path, typer.Option("--out", "-o", help="The folder to write: a new one, or an empty one.")
]


def export(user: UserArgument, out: OutOption, graph: GraphOption = None, as_json: Json = False) -> None:
    """Write all that is known of a person: CSV tables that `load` reads back, and JSON."""
    rows = recommender(graph, None).export(user, out)
    if as_json:
        console.print_json({"folder": str(out), "rows": rows})
        return
    console.print_table(f"All that is known of {user}", ["File", "Rows"], list(rows.items()))
    console.answer(f"Written to {out}")
