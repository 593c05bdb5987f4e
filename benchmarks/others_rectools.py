"""Models of RecTools for :mod:`benchmarks.others`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.others import Likes, Other

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.numeric.arrays import Int32Array


def _by(model_of: Callable[..., Any]) -> Callable[[Likes, dict[str, Any]], list[Int32Array]]:
    def ranked(likes: Likes, settings: dict[str, Any]) -> list[Int32Array]:
        import pandas as pd
        from rectools.dataset import Dataset

        table = likes.table.rename(columns={"user": "user_id", "item": "item_id"})
        table["datetime"] = pd.to_datetime(table.pop("time"), unit="s")
        table["weight"] = 1.0
        data = Dataset.construct(table)
        model = model_of(**settings).fit(data)
        known = likes.users[np.isin(likes.users, table["user_id"].unique())]
        every = int(table["item_id"].nunique())
        shown = model.recommend(
            known.tolist(), data, k=every, filter_viewed=True, on_unsupported_targets="ignore"
        )
        rows = {user: rows["item_id"].to_numpy(np.int32) for user, rows in shown.groupby("user_id")}
        return [rows.get(user, np.empty(0, np.int32)) for user in likes.users.tolist()]

    return ranked


def _sasrec(**settings: Any) -> Any:
    from rectools.models import SASRecModel

    return SASRecModel(loss="softmax", session_max_len=50, deterministic=True, verbose=0, **settings)


def _ease(**settings: Any) -> Any:
    from rectools.models import EASEModel

    return EASEModel(**settings)


MODELS = (
    Other("RecTools, EASE", {"regularization": (50.0, 150.0, 500.0, 1500.0)}, _by(_ease)),
    Other(
        "RecTools, SASRec (transformer)",
        {
            "n_factors": (64,),
            "n_blocks": (1, 2),
            "n_heads": (1,),
            "dropout_rate": (0.2, 0.5),
            "epochs": (50,),
        },
        _by(_sasrec),
    ),
)
