"""The command `prepare`: the rows that everybody's lists need, computed beforehand."""

from __future__ import annotations

from typing import Any

from cinewalk import console
from cinewalk.cli.options import ConfigOption, GraphOption, Json, folder_of
from cinewalk.cli.parts import (
    BlocksOption,
    Engine,
    EngineOption,
    MasterOption,
    MemoryOption,
    RegimeName,
    RegimeOption,
    ShardOption,
    WorkOption,
    bytes_of,
    check_engine,
    shard_of,
)

EPILOG = (
    "Examples: `cinewalk prepare` · `cinewalk prepare --memory 500M` · `cinewalk prepare --engine spark` · "
    "`cinewalk prepare --blocks 8 --shard 3/16 --work /shared/plan` (once for each shard, until nothing is left)"
)


def prepare(
    graph: GraphOption = None,
    config: ConfigOption = None,
    blocks: BlocksOption = None,
    memory: MemoryOption = None,
    shard: ShardOption = None,
    work: WorkOption = None,
    engine: EngineOption = Engine.HERE,
    master: MasterOption = None,
    regime: RegimeOption = RegimeName.AUTO,
    as_json: Json = False,
) -> None:
    """Compute beforehand what everybody's lists need, here or in parts on many machines, and keep it.

    In parts, what is done is kept in the folder of --work: ended at any moment, the same command goes on from there.
    """
    from cinewalk.loaders.store.settings_file import read_settings
    from cinewalk.queries.batch.prepare import prepare_folder

    is_regime = regime is not RegimeName.AUTO
    check_engine(engine, here={"shard": shard}, spark={"master": master, "regime": is_regime})
    place, settings = folder_of(graph), None if config is None else read_settings(config)
    asked: dict[str, Any] = {"work": work, "blocks": blocks, "memory": bytes_of(memory)}
    with console.progress_bar() as progress:
        asked["progress"] = progress
        if engine is Engine.SPARK:
            from cinewalk import spark

            summary = spark.prepare(spark.session(master), place, settings, regime=regime.value, **asked)
        else:
            summary = prepare_folder(place, settings, shard=shard_of(shard), **asked)
    console.print_json(summary.to_dict()) if as_json else console.answer(str(summary))
