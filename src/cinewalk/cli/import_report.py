"""What the command `import` says: what became of the rows, and which title was taken for which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk import console
from cinewalk.loaders.neo4j.server.address import is_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.loaders.history.account import Account, FoundTitle, Import

#: How many titles are shown without being asked.
_SHOWN: Final = 20
#: How a title was found, in words.
_HOW: Final = {
    "best": "the best of several",
    "name": "name",
    "id": "id",
    "chosen": "you",
    "remembered": "you, before",
}
#: What one row of each event table is.
_ONE: Final = {"ratings": "rating", "watches": "watch", "thumbs": "thumb"}


def print_import(
    matched: Import,
    notes: Sequence[str],
    found: Sequence[FoundTitle],
    users: Sequence[str],
    place: str | None,
    listed: Path,
    *,
    show: bool,
    as_json: bool,
) -> None:
    """Print the account of an import, or all of it as JSON."""
    from cinewalk.queries.words.wording import count_of

    events = {table: len(frame) for table, frame in matched.frames.items()}
    if as_json:
        console.print_json(
            {
                "graph": place,
                "users": list(users),
                "rows": matched.account._asdict(),
                "titles": matched.titles,
                "found": [title._asdict() for title in found],
                "events": events,
                "unmatched": str(listed),
                "notes": list(notes),
            }
        )
        return
    console.print_table("Rows", ["What became of them", "Number"], _rows(matched.account))
    for note in notes:
        console.say(note)
    _print_found(found, len(found) if show else _SHOWN)
    made = (
        ", ".join(
            f"1 {_ONE[table]}" if count == 1 else f"{count:,} {table}" for table, count in events.items()
        )
        or "no events"
    )
    console.answer(f"{count_of(matched.titles, 'title')}: {made}.")
    if matched.left_out:
        console.answer(f"What was not imported is listed in {listed}")
    if place is not None:
        console.answer(f"Kept in {place}\nNext: cinewalk recommend {_quoted(users[0])}{_graph_option(place)}")


def _print_found(found: Sequence[FoundTitle], most: int) -> None:
    """Show what was taken for what, so that a wrong match is seen."""
    if not found:
        return
    rows = [(title.wanted, title.title, _HOW[title.how]) for title in found[:most]]
    console.print_table(
        "Titles that were found, the least sure first", ["In the file", "Here", "Found by"], rows
    )
    if len(found) > most:
        console.say(f"… and {len(found) - most:,} more: --show.")


def _rows(account: Account) -> list[tuple[str, int]]:
    return [
        ("read", account.read),
        ("matched", account.matched),
        ("ambiguous", account.ambiguous),
        ("not in the catalogue", account.missing),
        ("ignored", account.ignored),
        ("unreadable", account.unreadable),
    ]


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def _graph_option(place: str) -> str:
    """Return the option that names the graph, where it is not the one that commands use by themselves."""
    from cinewalk.errors import GraphFolderError
    from cinewalk.loaders.store.home import current_graph

    try:
        is_usual = not is_address(place) and current_graph().resolve() == Path(place).resolve()
    except GraphFolderError:
        is_usual = False
    return "" if is_usual else f" --graph {_quoted(place)}"
