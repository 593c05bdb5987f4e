"""The command `import`: a viewer's own history, from another service into the graph."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cinewalk import console
from cinewalk.cli.import_report import Imported, print_import, why_nothing
from cinewalk.cli.options import GraphOption, Json, folder_of
from cinewalk.errors import RequestError, StorageError
from cinewalk.loaders.neo4j.server.address import is_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.loaders.exports.history_rows import ExportedHistory
    from cinewalk.loaders.history.account import FoundTitle, Import
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph
    from cinewalk.loaders.titles.catalogue_names import Match

EPILOG = (
    "Examples: `cinewalk import netflix NetflixViewingHistory.csv --user anna` · "
    "`cinewalk import letterboxd letterboxd-anna.zip --user anna --yes`"
)


class Service(StrEnum):
    """The services whose exports can be read."""

    NETFLIX = "netflix"
    IMDB = "imdb"
    LETTERBOXD = "letterboxd"
    TRAKT = "trakt"
    SIMKL = "simkl"
    PLEX = "plex"
    JELLYFIN = "jellyfin"


class DateOrderName(StrEnum):
    """The orders of a date; here so that help needs no data frames."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


ServiceArgument = Annotated[Service, typer.Argument(help="Whose export it is.")]
ExportArgument = Annotated[Path, typer.Argument(help="The export: a file of it, or its folder or zip.")]
UserOption = Annotated[
    str | None, typer.Option("--user", help="The user's id; else the profile's name, else the service's.")
]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="Only this profile of the export.")]
YesOption = Annotated[
    bool, typer.Option("--yes", help="Where a title could be several, take the best without asking.")
]
ThresholdOption = Annotated[float, typer.Option(min=0, max=100, help="The lowest score that --yes takes.")]
DateOrderOption = Annotated[
    DateOrderName | None,
    typer.Option(help="Day, month and year in Netflix' dates, where they do not tell it."),
]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Drop what the graph knows of this user already.")
]
AddOption = Annotated[
    bool, typer.Option("--add", help="Keep what the graph knows of this user, and add to it.")
]
ForgetOption = Annotated[
    bool, typer.Option("--forget", help="First drop all answers that were given before.")
]
ShowOption = Annotated[bool, typer.Option("--show", help="Show every title that was found, and not only 20.")]
UnmatchedOption = Annotated[
    Path | None,
    typer.Option(help="Where to list the rows that are not imported; else in the user's data folder."),
]


def import_history(
    service: ServiceArgument,
    path: ExportArgument,
    user: UserOption = None,
    profile: ProfileOption = None,
    graph: GraphOption = None,
    yes: YesOption = False,
    threshold: ThresholdOption = 90.0,
    date_order: DateOrderOption = None,
    replace: ReplaceOption = False,
    add: AddOption = False,
    forget: ForgetOption = False,
    unmatched: UnmatchedOption = None,
    show: ShowOption = False,
    as_json: Json = False,
) -> None:
    """Bring your own history into the graph, and get recommendations next to its viewers.

    Titles are matched to the graph's by name and year. Where several could be meant you are asked, and your
    answers are remembered; without a terminal they are left out and listed. Nothing is lost without a word.
    """
    from cinewalk.loaders.history.account import only_profile, users_of
    from cinewalk.loaders.history.corrections import forget_corrections
    from cinewalk.loaders.history.dates import DateOrder
    from cinewalk.loaders.history.reading import read_history

    if replace and add:
        raise RequestError("--replace and --add cannot both be: drop what is there, or keep it.")
    if forget:
        forget_corrections()
    order = None if date_order is None else DateOrder(date_order.value)
    history = only_profile(read_history(service.value, path, date_order=order), profile)
    users = users_of(history, user, service.value)
    with _opened(graph) as target:
        _check_free(target.graph, users.values(), known=replace or add)
        matched, found = _matched(history, target.graph, users, threshold if yes else None)
        listed = _list(matched, unmatched, service)
        emptied = set(users.values()) if replace else set[str]()
        fresh = set[str]() if replace or add else set(users.values())
        place = _kept(target, matched, emptied, fresh) if matched.frames else None
    imported = Imported(matched, history.notes, found, sorted(set(users.values())), place, listed)
    print_import(imported, show=show, as_json=as_json)
    if not matched.frames:
        raise RequestError(f"{path}: {why_nothing(matched)}, so nothing was imported. See {listed}.")


class _Target(NamedTuple):
    """A graph, where it is kept, and the connection to it where that is a Neo4j."""

    place: str
    graph: Graph
    live: LiveGraph | None = None


@contextmanager
def _opened(graph: str | None) -> Iterator[_Target]:
    from cinewalk.loaders.load import open_live
    from cinewalk.loaders.store.kept import open_kept

    if graph is not None and is_address(graph):
        with console.progress_bar() as progress:
            live = open_live(graph, progress=progress)
        with live:
            yield _Target(graph, live.graph, live)
    else:
        place = folder_of(graph)
        yield _Target(str(place), open_kept(place).whole())


def _check_free(graph: Graph, users: Iterable[str], *, known: bool) -> None:
    from cinewalk.loaders.history.keep import taken

    for user in users:
        if user in graph.users.ids and not known:
            raise taken(user)


def _matched(
    history: ExportedHistory, graph: Graph, users: Mapping[str, str], threshold: float | None
) -> tuple[Import, list[FoundTitle]]:
    """Match, have choices made, remember them, and make events."""
    from cinewalk.loaders.history.account import (
        ask_for,
        bring_together,
        found_titles,
        match_titles,
        take_best,
    )
    from cinewalk.loaders.history.corrections import read_corrections, write_corrections
    from cinewalk.loaders.history.names import with_known_series
    from cinewalk.loaders.titles.catalogue_names import CatalogueNames

    names, answers = CatalogueNames.of(graph), read_corrections()
    history = with_known_series(history, names)
    with console.working("Matching titles …"):
        matches = match_titles(history, names, answers)
    if threshold is not None:
        matches = take_best(matches, threshold)
    elif _is_asked():
        matches, fresh = ask_for(history, matches, _ask)
        if fresh:
            write_corrections(answers | fresh)
    return bring_together(history, matches, users), found_titles(matches, names)


def _is_asked() -> bool:
    """Tell whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(match: Match, count: int) -> str | None:
    from cinewalk.graph.model.schema import SERIES
    from cinewalk.loaders.history.account import StopAsking
    from cinewalk.queries.words.wording import count_of

    series = ", a series" if match.wanted.kind == SERIES else ""
    console.say(f"\n{match.wanted.label}{series} ({count_of(count, 'row')}) could be")
    for number, candidate in enumerate(match.candidates, 1):
        console.say(f"  {number}  {candidate.label}  {candidate.score:.0f}")
    while True:
        said = console.ask("Number, s for none of them, q to stop asking").strip().lower()
        if said == "q":
            raise StopAsking
        if said == "s":
            return None
        if said.isascii() and said.isdecimal() and 1 <= int(said) <= len(match.candidates):
            return match.candidates[int(said) - 1].title_id


def _list(matched: Import, unmatched: Path | None, service: Service) -> Path:
    """List the rows that are not imported."""
    from cinewalk.loaders.base.user_folder import user_folder
    from cinewalk.loaders.tables.tables import write_rejects

    place = user_folder() / f"not-imported-{service.value}.csv" if unmatched is None else unmatched
    try:
        if unmatched is None:
            place.parent.mkdir(parents=True, exist_ok=True)
        write_rejects(place, matched.left_out)
    except OSError as error:
        problem = f"{place}: cannot be written ({error.strerror or error})"
        raise StorageError(f"{problem}. Name another place with --unmatched.") from error
    return place


def _kept(target: _Target, matched: Import, emptied: set[str], fresh: set[str]) -> str:
    """Keep the events, and return where."""
    from cinewalk.loaders.history.keep import keep_in_database, keep_in_folder, with_history

    if target.live is None:
        keep_in_folder(Path(target.place), matched.frames, emptied, fresh)
        return target.place
    after = with_history(target.graph, matched.frames, emptied)
    with console.progress_bar() as progress:
        keep_in_database(target.live, after, matched.frames, emptied, progress)
    return target.place
