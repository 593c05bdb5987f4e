"""The command `demo`."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = "Example: `cinewalk demo`"


def demo(
    user: Annotated[str | None, typer.Option("--user", help="Another viewer of MovieLens-100K.")] = None,
) -> None:
    """Show a real viewer's taste, ten recommendations, and the why of the first."""
    from cinewalk.demo import run

    run(user)
