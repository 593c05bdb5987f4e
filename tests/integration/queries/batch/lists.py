"""What a batch has written, and what it should have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import cinewalk

if TYPE_CHECKING:
    from pathlib import Path

pq = pytest.importorskip("pyarrow.parquet")


def rows_of(path: Path) -> list[dict]:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return pq.read_table(path).to_pylist()


def expected(reco: cinewalk.Recommender, k: int = 10, users=None, walk=None, remedies=None) -> list[dict]:
    lists = reco.recommend_many(users, k, walk=walk, remedies=remedies)
    return [
        {
            "user_id": user,
            "rank": item.rank,
            "title_id": item.title_id,
            "title": item.title,
            "year": item.year,
            "score": item.score,
            "walk": lists[user].walk,
            "because": [
                {"label": r.label, "id": r.id, "name": r.name, "share": r.share} for r in item.because
            ],
            "others_count": item.others.count,
            "others_share": item.others.share,
            "adjustments": [{"label": label, "amount": amount} for label, amount in item.adjustments.items()],
        }
        for user in sorted(lists)
        for item in lists[user]
    ]


def left_over(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if "partial" in entry.name)
