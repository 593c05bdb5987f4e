"""The command `serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import ConfigOption, SourceArgument, folder_of
from cinewalk.errors import MissingPackageError
from cinewalk.loaders.neo4j.server.address import is_address

EPILOG = "Examples: `cinewalk serve` · `cinewalk serve movielens-100k --workers 2 --port 8000`"

HostOption = Annotated[
    str, typer.Option("--host", help="The address to listen on; any but this machine's own wants a token.")
]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 for a free one.")]
WorkersOption = Annotated[
    int,
    typer.Option("--workers", min=1, max=64, help="How many processes share the work, on one graph folder."),
]
TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file", help="A file that its owner alone can read, with the token; else $CINEWALK_TOKEN."
    ),
]
NameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--name", help="A name under which it is reached, such as that of a proxy; may be repeated."
    ),
]
LogOption = Annotated[
    bool, typer.Option("--log", help="Write a line for every request, without users or titles.")
]


def serve(
    graph: SourceArgument = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8765,
    workers: WorkersOption = 1,
    token_file: TokenOption = None,
    names: NameOption = None,
    log: LogOption = False,
    config: ConfigOption = None,
) -> None:
    """Serve recommendations over HTTP, with a page for people, until you stop it with Ctrl-C.

    A newer graph in the folder is put in force while it runs, at once on SIGHUP. See docs/serve.md.
    """
    try:
        from cinewalk.serve.run import Running, serve
        from cinewalk.serve.token import token_for
    except ImportError as error:
        raise MissingPackageError(error.name or "fastapi", "The service", "web") from error

    place = graph if graph is not None and is_address(graph) else str(folder_of(graph))
    token = token_for(host, token_file)
    running = Running(place, host, port, workers, token, tuple(names or ()), log, config)

    def told(address: str) -> None:
        console.answer(f"{address}#token=…" if token else address)
        console.say(f"Serving {place}. Stop it with Ctrl-C.")

    serve(running, told)
