"""A program that does a job on Spark: its session ends with it, and it can be killed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cinewalk import spark
from cinewalk.graph.model.settings import Settings, Weights


def main() -> None:
    ask = json.loads(sys.argv[1])
    session = spark.session(ask["master"])
    session.sparkContext.setLogLevel("OFF")

    def tell(what: str, done: int, of: int) -> None:
        print(what, done, of, flush=True)

    place = Path(ask["place"])
    settings = Settings(weights=Weights(**ask["weights"])) if ask["weights"] else None
    options = {"regime": ask["regime"], "blocks": ask["blocks"], "settings": settings, "progress": tell}
    if ask["out"] is None:
        spark.prepare(session, place, **options)
    else:
        summary = spark.batch(session, place, ask["out"], 5, parts=6, **options)
        print(json.dumps(summary.to_dict()), flush=True)
    session.stop()


if __name__ == "__main__":
    main()
