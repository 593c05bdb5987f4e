"""Models of RePlay for :mod:`benchmarks.others`; they run on Spark, and want a Java that it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.others import Likes, Other

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.numeric.arrays import Int32Array


#: RePlay has columns of its own that are called `item` and `query`.
_NAMES = {"user": "user_idx", "item": "item_idx", "time": "timestamp"}


def _data(likes: Likes) -> Any:
    from pyspark.sql import SparkSession
    from replay.data import Dataset, FeatureHint, FeatureInfo, FeatureSchema, FeatureType

    spark = SparkSession.builder.master("local[2]").config("spark.sql.shuffle.partitions", 2).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    table = likes.table.rename(columns=_NAMES).astype({"timestamp": "int64"})
    table["rating"] = 1.0
    schema = FeatureSchema(
        [
            FeatureInfo("user_idx", FeatureType.CATEGORICAL, FeatureHint.QUERY_ID),
            FeatureInfo("item_idx", FeatureType.CATEGORICAL, FeatureHint.ITEM_ID),
            FeatureInfo("rating", FeatureType.NUMERICAL, FeatureHint.RATING),
            FeatureInfo("timestamp", FeatureType.NUMERICAL, FeatureHint.TIMESTAMP),
        ]
    )
    return Dataset(feature_schema=schema, interactions=spark.createDataFrame(table))


def _by(model_of: Callable[..., Any]) -> Callable[[Likes, dict[str, Any]], list[Int32Array]]:
    def ranked(likes: Likes, settings: dict[str, Any]) -> list[Int32Array]:
        data = _data(likes)
        model = model_of(**settings)
        model.fit(data)
        every = int(likes.table["item"].nunique())
        shown = model.predict(data, k=every, queries=likes.users.tolist()).toPandas()
        shown = shown.sort_values(["rating", "item_idx"], ascending=[False, True], kind="stable")
        rows = {user: rows["item_idx"].to_numpy(np.int32) for user, rows in shown.groupby("user_idx")}
        return [rows.get(user, np.empty(0, np.int32)) for user in likes.users.tolist()]

    return ranked


def _item_knn(**settings: Any) -> Any:
    from replay.models import ItemKNN

    return ItemKNN(**settings)


MODELS = (
    Other("RePlay, item kNN", {"num_neighbours": (50, 200), "weighting": (None, "bm25")}, _by(_item_knn)),
)
