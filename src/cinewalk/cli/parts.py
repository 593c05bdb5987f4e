"""Options of work that is cut into parts: shards, blocks, memory."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What the letter behind a size means.
_SIZES: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

BlocksOption = Annotated[
    int | None,
    typer.Option("--blocks", min=1, help="Into how many blocks nodes are cut; each task takes two of them."),
]
MemoryOption = Annotated[
    str | None,
    typer.Option("--memory", help="What a task may take, such as 500M or 2G, instead of --blocks."),
]
ShardOption = Annotated[
    str | None,
    typer.Option("--shard", help="Which part of how many this is, such as 3/16: for jobs side by side."),
]
WorkOption = Annotated[
    Path | None,
    typer.Option("--work", help="Where parts are kept until all are there; a path that all jobs see."),
]


class Engine(StrEnum):
    """What does the work."""

    HERE = "here"
    SPARK = "spark"


class RegimeName(StrEnum):
    """In which way Spark computes rows."""

    AUTO = "auto"
    BROADCAST = "broadcast"
    PARTITIONED = "partitioned"


EngineOption = Annotated[Engine, typer.Option("--engine", help="What does the work.")]
MasterOption = Annotated[
    str | None,
    typer.Option("--master", help="Spark's master, such as spark://host:7077; else what Spark is set to."),
]
RegimeOption = Annotated[
    RegimeName,
    typer.Option("--regime", help="On Spark: rows by one process, in parts, or by what memory allows."),
]


def check_engine(engine: Engine, here: Mapping[str, object], spark: Mapping[str, object]) -> None:
    """Refuse options that what does the work would not heed.

    Parameters
    ----------
    engine
        What does the work.
    here, spark
        What was given of the options of this machine alone, and of those of Spark alone, by their names.

    Raises
    ------
    RequestError
        Where an option of the other is given.

    Examples
    --------
    >>> check_engine(Engine.SPARK, here={"threads": None}, spark={"master": "local[2]"})
    >>> check_engine(Engine.HERE, here={"threads": None}, spark={"master": "local[2]"})
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: --master: only Spark heeds it. Add --engine spark, or leave it out.
    """
    if engine is Engine.SPARK:
        others, why = here, "Spark does not heed it. Leave it out, or leave out --engine spark."
    else:
        others, why = spark, "only Spark heeds it. Add --engine spark, or leave it out."
    for option, value in others.items():
        if value:
            raise RequestError(f"--{option}: {why}")


def shard_of(text: str | None) -> tuple[int, int]:
    """Return which part of how many is meant.

    Raises
    ------
    RequestError
        Where it is none.

    Examples
    --------
    >>> shard_of("3/16"), shard_of(None)
    ((3, 16), (1, 1))
    >>> shard_of("0/4")
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: --shard: '0/4' is no part; give which of how many, such as 1/4 to 4/4.
    """
    if text is None:
        return 1, 1
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text.strip())
    part, parts = (int(number) for number in match.groups()) if match else (0, 0)
    if not 1 <= part <= parts:
        raise RequestError(f"--shard: {text!r} is no part; give which of how many, such as 1/4 to 4/4.")
    return part, parts


def bytes_of(text: str | None) -> int | None:
    """Return a size in bytes.

    Raises
    ------
    RequestError
        Where it is none.

    Examples
    --------
    >>> bytes_of("1.5G"), bytes_of("800 MB"), bytes_of(None)
    (1610612736, 838860800, None)
    >>> bytes_of("much")
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: --memory: 'much' is no size; give a number with K, M or G, such as 500M.
    """
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]{1,9}(?:[.][0-9]{1,6})?) *([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    size = int(float(match[1]) * _SIZES[match[2].upper()]) if match else 0
    if size < 1:
        raise RequestError(f"--memory: {text!r} is no size; give a number with K, M or G, such as 500M.")
    return size
