"""The commands `neo4j start`, `stop`, `status` and `logs`: a Neo4j on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinewalk import console
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it
from cinewalk.errors import LocalServerError, RequestError

if TYPE_CHECKING:
    from cinewalk.loaders.neo4j.server.server import LocalServer

app = typer.Typer(
    name="neo4j",
    help="Run a Neo4j with Graph Data Science on this machine: no Docker, no root, no Java to install.",
    epilog="Example: `cinewalk neo4j start`",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _server() -> LocalServer:
    from cinewalk.loaders.neo4j.server.server import local_server
    from cinewalk.queries.neo4j.browse import pages

    return local_server(pages)


def _server_of(version: str | None) -> LocalServer:
    """Return the server of a version; without one the server that runs, else the latest."""
    if version is None:
        return _server()
    from cinewalk.loaders.neo4j.server.releases import release_of
    from cinewalk.loaders.neo4j.server.server import LocalServer
    from cinewalk.queries.neo4j.browse import pages

    asked, running = LocalServer(release=release_of(version), pages=pages), _server()
    if running.address() is not None and running.home != asked.home:
        raise LocalServerError(
            f"Neo4j {running.home.release.version} runs already. Run `cinewalk neo4j stop` first: two would need "
            "ports of their own."
        )
    return asked


@app.command(epilog="Examples: `cinewalk neo4j start` · `cinewalk neo4j start --version 5.26`")
def start(
    version: Annotated[
        str | None,
        typer.Option("--version", help="Which Neo4j: 2026.08, or 5.26 (LTS), which wants a Java 21 or 17."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Start the local Neo4j, and wait until it answers; the first time it is fetched (about 200 MB).

    It goes on when the command ends, and only this machine can reach it. $CINEWALK_BOLT_PORT and
    $CINEWALK_HTTP_PORT say where it listens, else 7687 and 7474.
    """
    server = _server_of(version)
    with console.progress_bar() as progress:
        server.start(progress, console.say)
    _print_status(server, as_json=as_json)


@app.command(epilog="Example: `cinewalk neo4j stop`")
def stop(as_json: Json = False) -> None:
    """Stop the local Neo4j; its data stays."""
    server = _server()
    with console.working("Stopping Neo4j …"):
        has_run = server.stop(console.say)
    if as_json:
        console.print_json({"stopped": has_run})
    else:
        console.answer("Neo4j has stopped." if has_run else "No local Neo4j runs.")


@app.command(epilog="Example: `cinewalk neo4j status --show-password`")
def status(
    show_password: Annotated[bool, typer.Option("--show-password", help="Print the password, too.")] = False,
    as_json: Json = False,
) -> None:
    """Say whether the local Neo4j runs, and how to connect to it."""
    _print_status(_server(), show_password=show_password, as_json=as_json)


@app.command(epilog="Example: `cinewalk neo4j logs --follow`")
def logs(
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with those to come.")] = False,
    as_json: Json = False,
) -> None:
    """Print what the local Neo4j has said last."""
    if as_json:
        if follow:
            raise RequestError(
                "--json prints what has been said, --follow what is to come: give one of them."
            )
        console.print_json({"lines": list(_server().logs(lines))})
        return
    for line in _server().logs(lines, follow=follow):
        console.answer(line)


def _print_status(server: LocalServer, *, show_password: bool = False, as_json: bool = False) -> None:
    state = server.status()
    home = server.home
    login: dict[str, Any] = {"username": "neo4j", "password_file": str(home.password_file)}
    if show_password:
        login["password"] = home.password()
    publisher = _publisher(server) if state.running else None
    if as_json:
        console.print_json(state.to_dict() | login | {"publisher": publisher})
        return
    if state.running:
        console.answer(
            f"Neo4j {state.version} runs (process {state.pid}, since {state.since:%Y-%m-%d %H:%M} UTC)."
        )
        rows = {"Browser": state.browser, "Drivers": state.uri, "User": "neo4j"}
        rows |= {"Publisher": publisher} if publisher else {}
    else:
        console.answer("No local Neo4j runs. Start it with `cinewalk neo4j start`.")
        rows = {}
    rows |= {"Password": login.get("password") or f"in {home.password_file}"} if home.password() else {}
    for name, value in rows.items():
        console.answer(f"  {name:<10}{value}")


def _publisher(server: LocalServer) -> str | None:
    """Return who publishes into the server at the moment, in words; ``None`` where nobody does."""
    from cinewalk.errors import DatabaseError
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.loaders.neo4j.write.lock import publisher_of

    address = server.address()
    if address is None:
        return None
    try:
        with Connection.to(address) as connection:
            publisher = publisher_of(connection)
    except DatabaseError:
        return None
    return None if publisher is None else str(publisher)
