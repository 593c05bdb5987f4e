"""The command `mcp`."""

from __future__ import annotations

from importlib import import_module
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
from cinewalk.errors import MissingPackageError

EPILOG = "Examples: `cinewalk mcp movielens-100k` · `cinewalk mcp --http --port 8766`"

HttpOption = Annotated[
    bool, typer.Option("--http", help="Over HTTP at /mcp, instead of standard input and output.")
]


def mcp(
    graph: SourceArgument = None,
    http: HttpOption = False,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8766,
    token_file: TokenOption = None,
    names: NameOption = None,
    log: LogOption = False,
    config: ConfigOption = None,
) -> None:
    """Offer the recommender to an assistant as tools of the Model Context Protocol.

    An assistant starts this command by itself and talks to it over standard input and output; with --http it asks
    over the network. See docs/serve.md.
    """
    try:
        from cinewalk.serve.run import Running, serve_tools
        from cinewalk.serve.token import token_for

        import_module("mcp")
    except ImportError as error:
        raise MissingPackageError(error.name or "mcp", "Tools for assistants", "mcp") from error

    place = str(place_of(graph))
    token = token_for(host, token_file) if http else ""
    running = Running(place, host, port, 1, token, tuple(names or ()), log, config)
    serve_tools(running, console.answer if http else None)
