"""The command `graphs`: which graphs are kept here, and which of them commands use."""

from __future__ import annotations

from cinewalk import console
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it

EPILOG = "Examples: `cinewalk graphs` · `cinewalk graphs --json`"


def graphs(as_json: Json = False) -> None:
    """List the graphs that are kept on this machine, and which of them is the current one."""
    from cinewalk.loaders.store.listing import kept_graphs

    summaries = kept_graphs()
    if as_json:
        console.print_json([summary.to_dict() for summary in summaries])
        return
    if not summaries:
        console.say(
            "No graph is kept here yet. Run `cinewalk load movielens-100k`, or load a folder of your own."
        )
        return
    columns = ["", "Name", "Source", "People", "Titles", "Signals", "MB"]
    rows = [
        (
            "*" if one.is_current else "",
            one.name,
            one.source,
            one.people,
            one.titles,
            one.signals,
            _mb(one.size),
        )
        for one in summaries
    ]
    console.print_table("Graphs; * is the current one", columns, rows)
    for summary in summaries:
        if summary.problem:
            console.say(summary.problem)


def _mb(size: int) -> int:
    return -(-size // 1_000_000)
