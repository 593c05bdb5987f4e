"""What the command `import` says: what became of the rows, and which title was taken for which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

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


class Imported(NamedTuple):
    """What came of an import: events, notes, titles, users, the graph (if it has changed), and the list of the rest."""

    matched: Import
    notes: Sequence[str]
    found: Sequence[FoundTitle]
    users: Sequence[str]
    place: str | None
    listed: Path

    @property
    def events(self) -> dict[str, int]:
        """The number of events, by table."""
        return {table: len(frame) for table, frame in self.matched.frames.items()}

    def to_dict(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "graph": self.place,
            "users": list(self.users),
            "rows": self.matched.account._asdict(),
            "titles": self.matched.titles,
            "found": [title._asdict() for title in self.found],
            "events": self.events,
            "unmatched": str(self.listed),
            "notes": list(self.notes),
        }


def why_nothing(matched: Import) -> str:
    """Say why an import came to nothing."""
    account = matched.account
    if not account.read:
        return "has no rows"
    for what, count in (("unreadable", account.unreadable), ("of no use", account.ignored)):
        if count == account.read:
            first = matched.left_out[0]
            return f"every row was {what}; the first one, line {first.line}, {first.reason}"
    return "nothing of it is in this graph"


def print_import(imported: Imported, *, show: bool, as_json: bool) -> None:
    """Print the account of an import; of the titles that were found all, or the first."""
    from cinewalk.queries.words.wording import count_of

    if as_json:
        console.print_json(imported.to_dict())
        return

    matched, found = imported.matched, imported.found
    console.print_table("Rows", ["What became of them", "Number"], _rows(matched.account))
    for note in imported.notes:
        console.say(note)
    _print_found(found, len(found) if show else _SHOWN)
    counts = [
        f"1 {_ONE[table]}" if count == 1 else f"{count:,} {table}" for table, count in imported.events.items()
    ]
    console.answer(f"{count_of(matched.titles, 'title')}: {', '.join(counts) or 'no events'}.")
    if matched.left_out:
        console.answer(f"What was not imported is listed in {imported.listed}")
    if imported.place is not None:
        next_one = f"cinewalk recommend {_quoted(imported.users[0])}{_graph_option(imported.place)}"
        console.answer(f"Kept in {imported.place}\nNext: {next_one}")


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
