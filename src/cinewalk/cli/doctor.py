"""The command `doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it
from cinewalk.cli.parts import MasterOption  # noqa: TC001 - typer reads it

EPILOG = "Examples: `cinewalk doctor --json` · `cinewalk doctor --spark --master spark://host:7077`"

SparkOption = Annotated[bool, typer.Option("--spark", help="Check Spark and the machines of its workers.")]
SharedOption = Annotated[
    Path | None,
    typer.Option("--shared", help="With --spark: a folder that all workers see; else where graphs are kept."),
]


def doctor(
    spark: SparkOption = False,
    master: MasterOption = None,
    shared: SharedOption = None,
    as_json: Json = False,
) -> None:
    """Check what cinewalk needs of this machine, and the graphs that are kept on it; with --spark, of Spark."""
    if spark:
        from cinewalk.loaders.store.home import graphs_folder
        from cinewalk.spark_doctor import examine_spark

        findings = examine_spark(master, (shared or graphs_folder()).absolute())
    else:
        from cinewalk.doctor import examine

        findings = examine()
    if as_json:
        console.print_json([finding.to_dict() for finding in findings])
    else:
        heading = "Spark" if spark else "This machine"
        console.print_table(
            heading, ["Check", "Result", "Detail"], [finding.to_row() for finding in findings]
        )
    if any(finding.result == "fail" for finding in findings):
        raise typer.Exit(3)
