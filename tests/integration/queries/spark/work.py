"""A program that does a job on Spark: its session ends with it, and it can be killed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cinewalk import spark
from cinewalk.graph.model.settings import Settings, Weights


def tables(session, place: Path):
    """Give a folder of tables as Spark knows it: one as a frame, one as a table with a name."""
    session.read.parquet(str(place / "titles.parquet")).createOrReplaceTempView("films")
    return {"ratings": session.read.parquet(str(place / "ratings.parquet")), "titles": "films"}


def session_of(master: str):
    """Return a session of the master; a remote one where its name begins so."""
    if not master.startswith("remote "):
        session = spark.session(master)
        session.sparkContext.setLogLevel("OFF")
        return session
    from pyspark.sql import SparkSession

    return SparkSession.builder.remote(master.removeprefix("remote ")).getOrCreate()


def main() -> None:
    ask = json.loads(sys.argv[1])
    session = session_of(ask["master"])

    def tell(what: str, done: int, of: int) -> None:
        print(what, done, of, flush=True)

    place = Path(ask["place"])
    settings = Settings(weights=Weights(**ask["weights"])) if ask["weights"] else None
    options = {"regime": ask["regime"], "blocks": ask["blocks"], "settings": settings, "progress": tell}
    if ask["out"] is None:
        spark.prepare(session, place, **options)
    else:
        source = tables(session, place) if ask["tables"] else place
        summary = spark.batch(session, source, ask["out"], 5, parts=6, **options)
        print(json.dumps(summary.to_dict()), flush=True)
    session.stop()


if __name__ == "__main__":
    main()
