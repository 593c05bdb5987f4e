"""The command `serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import (
    ConfigOption,
    HostOption,
    LogOption,
    NameOption,
    PortOption,
    SourceArgument,
    TokenOption,
    place_of,
)
from cinewalk.extras import need

EPILOG = "Examples: `cinewalk serve` · `cinewalk serve movielens-100k --workers 2 --port 8000`"

WorkersOption = Annotated[
    int,
    typer.Option("--workers", min=1, max=64, help="How many processes share the work, on one graph folder."),
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
    need("web", "The service")
    from cinewalk.serve.run import Running, serve
    from cinewalk.serve.token import token_for

    place = str(place_of(graph))
    token = token_for(host, token_file)
    running = Running(place, host, port, workers, token, tuple(names or ()), log, config)

    def told(address: str) -> None:
        console.answer(f"{address}#token=…" if token else address)
        console.say(f"Serving {place}. Stop it with Ctrl-C.")

    serve(running, told)
