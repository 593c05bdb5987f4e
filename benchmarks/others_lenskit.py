"""Models of LensKit for :mod:`benchmarks.others`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.others import Likes, Other

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.numeric.arrays import Int32Array


def _by(scorer: Callable[..., Any]) -> Callable[[Likes, dict[str, Any]], list[Int32Array]]:
    def ranked(likes: Likes, settings: dict[str, Any]) -> list[Int32Array]:
        from lenskit.batch import recommend
        from lenskit.data import from_interactions_df
        from lenskit.pipeline import topn_pipeline

        table = likes.table.rename(columns={"user": "user_id", "item": "item_id", "time": "timestamp"})
        pipeline = topn_pipeline(scorer(**settings))
        pipeline.train(from_interactions_df(table))
        lists = recommend(pipeline, likes.users.tolist(), n=int(table["item_id"].nunique()), n_jobs=1)
        none = np.empty(0, np.int32)
        found = [lists.lookup(user_id=user) for user in likes.users.tolist()]
        return [none if each is None else np.asarray(each.ids(), np.int32) for each in found]

    return ranked


def _item_knn(**settings: Any) -> Any:
    from lenskit.knn import ItemKNNScorer

    return ItemKNNScorer(feedback="implicit", **settings)


def _user_knn(**settings: Any) -> Any:
    from lenskit.knn import UserKNNScorer

    return UserKNNScorer(feedback="implicit", **settings)


def _slim(**settings: Any) -> Any:
    from lenskit.knn.slim import SLIMScorer

    return SLIMScorer(**settings)


def _mf(**settings: Any) -> Any:
    from lenskit.als import ImplicitMFScorer

    return ImplicitMFScorer(**settings)


MODELS = (
    Other("LensKit, item kNN", {"max_nbrs": (50, 200, 500), "save_nbrs": (200, None)}, _by(_item_knn)),
    Other("LensKit, user kNN", {"max_nbrs": (20, 50, 100, 200)}, _by(_user_knn)),
    Other("LensKit, SLIM", {"l1_reg": (0.01, 0.1, 1.0), "l2_reg": (20.0, 50.0, 200.0, 500.0)}, _by(_slim)),
    Other(
        "LensKit, implicit MF (ALS)",
        {"embedding_size": (16, 32, 64), "regularization": (1.0, 10.0, 30.0), "weight": (1.0, 2.0, 5.0)},
        _by(_mf),
    ),
)
