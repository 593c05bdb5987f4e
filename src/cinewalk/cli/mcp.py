"""The command `mcp`."""

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
    need("mcp", "Tools for assistants")
    from cinewalk.serve.run import Running, serve_tools
    from cinewalk.serve.token import token_for

    place = str(place_of(graph))
    token = token_for(host, token_file) if http else ""
    running = Running(place, host, port, 1, token, tuple(names or ()), log, config)
    serve_tools(running, console.answer if http else None)
