"""The command `doctor`."""

from __future__ import annotations

import typer

from cinewalk import console
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it

EPILOG = "Example: `cinewalk doctor --json`"


def doctor(as_json: Json = False) -> None:
    """Check what cinewalk needs of this machine, and the graphs that are kept on it."""
    from cinewalk.doctor import examine

    findings = examine()
    if as_json:
        console.print_json([finding.to_dict() for finding in findings])
    else:
        console.print_table(
            "This machine", ["Check", "Result", "Detail"], [finding.to_row() for finding in findings]
        )
    if any(finding.result == "fail" for finding in findings):
        raise typer.Exit(3)
