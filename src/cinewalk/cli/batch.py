"""The command `batch`: everybody's list in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinewalk import console
from cinewalk.cli.options import (
    ConfigOption,
    Count,
    GraphOption,
    Json,
    KindOption,
    MaturityOption,
    OnlyGenreOption,
    OnlyPersonOption,
    RemediesOption,
    WalkOption,
    YearsOption,
    folder_of,
    only_of,
    recommender,
)
from cinewalk.cli.parts import (
    BlocksOption,
    Engine,
    EngineOption,
    MasterOption,
    MemoryOption,
    RegimeName,
    RegimeOption,
    ShardOption,
    bytes_of,
    check_engine,
    shard_of,
)
from cinewalk.errors import RequestError
from cinewalk.extras import need

if TYPE_CHECKING:
    from cinewalk.queries.batch.batch import BatchSummary

EPILOG = (
    "Examples: `cinewalk batch --out lists.parquet` · `cinewalk batch --out some.jsonl --users ids.txt -k 20` · "
    "`cinewalk batch --out lists.parquet --remedies calibrated=0.1,bubble=2` · "
    "`cinewalk batch --out lists --shard 3/16` · `cinewalk batch --engine spark --out neo4j://localhost`"
)
_EVERYBODY = "all"

OutOption = Annotated[
    str,
    typer.Option(
        "--out",
        "-o",
        help="The file: .parquet, or .jsonl for a line a row. With --engine spark a folder, or the address of a Neo4j.",
    ),
]
UsersOption = Annotated[str, typer.Option("--users", help="A file with one user's id a line; or all.")]
ReasonsOption = Annotated[int, typer.Option("--reasons", min=0, max=3, help="How many reasons to name.")]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, help="How many processors to use; else all.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file where there is one.")]
RestartOption = Annotated[
    bool, typer.Option("--restart", help="Drop what an earlier run has done, and begin anew.")
]


def batch(
    out: OutOption,
    k: Count = 10,
    users: UsersOption = _EVERYBODY,
    walk: WalkOption = None,
    remedies: RemediesOption = None,
    years: YearsOption = None,
    genres: OnlyGenreOption = None,
    kinds: KindOption = None,
    people: OnlyPersonOption = None,
    maturity: MaturityOption = None,
    reasons: ReasonsOption = 3,
    threads: ThreadsOption = None,
    shard: ShardOption = None,
    force: ForceOption = False,
    restart: RestartOption = False,
    engine: EngineOption = Engine.HERE,
    master: MasterOption = None,
    regime: RegimeOption = RegimeName.AUTO,
    blocks: BlocksOption = None,
    memory: MemoryOption = None,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Write everybody's recommendations with their reasons into a file.

    What is done is kept in FILE.partial: ended at any moment, the same command goes on from there.
    """
    here: dict[str, Any] = {"threads": threads, "force": force, "restart": restart, "shard": shard}
    on_spark: dict[str, Any] = {"blocks": blocks, "memory": memory, "master": master}
    check_engine(engine, here, on_spark | {"regime": regime is not RegimeName.AUTO})
    _check(out, engine)
    only = only_of(years, genres, kinds, people, maturity)
    asked: dict[str, Any] = {"users": _ids(users), "walk": walk, "only": only, "remedies": remedies}
    with console.progress_bar() as progress:
        asked |= {"reasons": reasons, "progress": progress}
        if engine is Engine.SPARK:
            on_spark |= {"memory": bytes_of(memory), "regime": regime.value}
            summary = _on_spark(graph, config, out, k, asked | on_spark)
        else:
            asked |= here | {"shard": shard_of(shard)}
            summary = recommender(graph, config, walk).batch(out, k, **asked)
    console.print_json(summary.to_dict()) if as_json else console.answer(str(summary))


def _check(out: str, engine: Engine) -> None:
    """Refuse the address of a Neo4j where nobody would write there, and work that needs what is not installed."""
    from cinewalk.loaders.neo4j.server.address import is_address

    if engine is Engine.HERE and is_address(out):
        raise RequestError(
            "Lists go into a Neo4j with --engine spark; without Spark `cinewalk publish --recommended 10` writes them."
        )
    need(*(("spark", "Spark") if engine is Engine.SPARK else ("parquet", "A batch")))


def _ids(users: str) -> list[str] | None:
    from cinewalk.loaders.base.id_list import read_ids

    return None if users == _EVERYBODY else read_ids(Path(users))


def _on_spark(
    graph: str | None, config: Path | None, out: str, k: int, asked: dict[str, Any]
) -> BatchSummary:
    from cinewalk import spark
    from cinewalk.loaders.store.settings_file import read_settings

    settings = None if config is None else read_settings(config)
    session = spark.session(asked.pop("master"))
    return spark.batch(session, folder_of(graph), out, k, settings=settings, **asked)
