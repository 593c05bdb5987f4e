"""The command `browse`: Neo4j Browser at a guide or a question, with our style and scripts."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cinewalk import console
from cinewalk.errors import RequestError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.graph import Graph
    from cinewalk.loaders.neo4j.server.address import Address

EPILOG = 'Examples: `cinewalk browse` · `cinewalk browse --user 196 --title "Fargo"`'

UserOption = Annotated[
    str | None, typer.Option("--user", help="A user's id: what to watch; with --title, why.")
]
TitleOption = Annotated[
    str | None, typer.Option("--title", "-t", help="A title's id or name: which are alike.")
]
NamesOption = Annotated[
    Path | None,
    typer.Option(
        "--graph",
        "-g",
        help="The .cinewalk folder to look names up in; else the current graph, else the database.",
    ),
]
BrowserOption = Annotated[
    str | None, typer.Option("--browser", help="Where Browser is, if not http://HOST:7474/browser/.")
]
PrintOption = Annotated[bool, typer.Option("--print", help="Print the address instead of opening it.")]
SaveOption = Annotated[
    Path | None,
    typer.Option(
        "--save",
        help="Also write guide, style, saved scripts and a perspective for Explore into this folder.",
    ),
]
JsonInstead = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and open nothing.")]


def browse(
    user: UserOption = None,
    title: TitleOption = None,
    graph: NamesOption = None,
    browser: BrowserOption = None,
    print_only: PrintOption = False,
    save: SaveOption = None,
    as_json: JsonInstead = False,
) -> None:
    """Look at the graph in Neo4j Browser: a guide, or with --user and --title the walks that lead there.

    A local Neo4j (`cinewalk neo4j start`) brings guide and style along. For another one ($NEO4J_URI) this command
    serves them to this machine until you end it with Ctrl-C.
    """
    from cinewalk.loaders.neo4j.server.address import find_address
    from cinewalk.queries.neo4j.browse import browser_link

    address = find_address()
    place = _slashed(browser) if browser else _browser_of(address)
    text = _question(user, title, graph, address)
    has_pages = _has_pages(place)
    if save:
        _save(save)
    if as_json:
        answer = {"address": browser_link(place, address, text), "username": address.username, "query": text}
        console.print_json(answer | {"guide": has_pages})
        return
    with _pages_served(has_pages) as base:
        link = browser_link(place, address, text or (f":play {base}guide.html" if base else None))
        if print_only or not _opened(link):
            console.answer(link)
        console.say(f"User {address.username}; {_password_of(address)}.")
        console.say(_advice(base, text))
        if base:
            threading.Event().wait()


def _slashed(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise RequestError(f"{address!r} is no address of a Browser. Give http://host:7474/browser/.")
    return address.rstrip("/") + "/"


def _browser_of(address: Address) -> str:
    from cinewalk.loaders.neo4j.server.server import local_server
    from cinewalk.queries.neo4j.browse import browser_address

    local = local_server().status()
    is_local = local.uri is not None and local.uri.partition("://")[2] == address.uri.partition("://")[2]
    return local.browser if is_local and local.browser else browser_address(address)


def _question(user: str | None, title: str | None, folder: Path | None, address: Address) -> str | None:
    """Return the query about these, once they are known to exist and to have an answer."""
    if user is None and title is None:
        return None
    from cinewalk.queries.neo4j.browse import question
    from cinewalk.queries.recommender import Recommender

    reco = Recommender(_names(folder, address))
    users, titles = reco.graph.users.ids.ids, reco.graph.titles.ids.ids
    user_id = None if user is None else users[reco.catalogue.user(user)]
    title_id = None if title is None else titles[reco.catalogue.title(title)]
    if user_id is not None and title_id is not None:
        console.say(str(reco.explain(user_id, title_id)))
    return question(user_id, title_id)


def _names(folder: Path | None, address: Address) -> Graph:
    """Return the graph to look names up in: the one that is named, else the current one, else the database's."""
    from cinewalk.errors import GraphFolderError
    from cinewalk.loaders.load import load
    from cinewalk.loaders.store.home import current_graph
    from cinewalk.loaders.store.kept import open_kept

    if folder is not None:
        return open_kept(folder).whole()
    try:
        return open_kept(current_graph()).whole()
    except GraphFolderError:
        auth = (address.username, address.password) if address.password else None
        return load(address.uri, auth=auth, database=address.database)


def _has_pages(browser: str) -> bool:
    from cinewalk.loaders.neo4j.server.browser_pages import are_served

    return are_served(browser)


def _save(folder: Path) -> None:
    from cinewalk.queries.neo4j.browse import pages

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in pages("").items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror or error}). Name another folder."
        ) from error
    console.say(f"Guide, style, saved scripts and the perspective for Explore are in {folder}.")


@contextmanager
def _pages_served(has_pages: bool) -> Iterator[str | None]:
    """Serve our pages where the server of Browser does not, and give their address; else nothing."""
    if has_pages:
        yield None
        return
    from cinewalk.loaders.neo4j.server.page_server import serving
    from cinewalk.queries.neo4j.browse import pages

    with serving(pages) as base:
        yield base


def _opened(link: str) -> bool:
    """Open an address in the person's web browser, where there is a screen to see it on."""
    import webbrowser

    names = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names):
        return False
    return webbrowser.open(link)


def _password_of(address: Address) -> str:
    from cinewalk.loaders.neo4j.server.address import PASSWORD_VARIABLE
    from cinewalk.loaders.neo4j.server.server import local_server

    if os.environ.get(PASSWORD_VARIABLE):
        return f"the password is the one in {PASSWORD_VARIABLE}"
    if address.password is None:
        return "the password is the one of that server"
    return f"the password is in {local_server().home.password_file} (`cinewalk neo4j status --show-password`)"


def _advice(base: str | None, text: str | None) -> str:
    first = "The question waits in the editor: press the blue arrow beside it. " if text else ""
    if base is None:
        return first + "The guide opens once you have logged in."
    return (
        f"{first}In Browser, `:play {base}guide.html` opens the guide and `:style {base}style.grass` takes the "
        "style, as long as this command runs: end it with Ctrl-C."
    )
