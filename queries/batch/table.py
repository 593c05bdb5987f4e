"""Ranked lists as one table: one row a recommendation, in columns whose types never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.queries.words.results import Recommendation, Recommendations


def batch_schema() -> Any:
    """Return the columns of a batch, as an Arrow schema.

    Examples
    --------
    >>> batch_schema().names[:7]
    ['user_id', 'rank', 'title_id', 'title', 'year', 'score', 'walk']
    >>> batch_schema().names[7:]
    ['because', 'others_count', 'others_share', 'adjustments']
    """
    import pyarrow as pa  # type: ignore[import-untyped]

    def field(name: str, kind: Any, *, nullable: bool = False) -> Any:
        return pa.field(name, kind, nullable=nullable)

    text, number = pa.string(), pa.float64()
    reason = pa.struct([field("label", text), field("id", text), field("name", text), field("share", number)])
    adjustment = pa.struct([field("label", text), field("amount", number)])
    return pa.schema(
        [
            field("user_id", text),
            field("rank", pa.int32()),
            field("title_id", text),
            field("title", text),
            field("year", pa.int16(), nullable=True),
            field("score", number),
            field("walk", text),
            field("because", pa.list_(field("element", reason))),
            field("others_count", pa.int32()),
            field("others_share", number),
            field("adjustments", pa.list_(field("element", adjustment))),
        ]
    )


def batch_table(lists: Iterable[tuple[str, Recommendations]], reasons: int) -> Any:
    """Return the lists of some users as an Arrow table.

    Parameters
    ----------
    lists
        Pairs of a user's id and their list.
    reasons
        How many reasons to name; all others are counted, and their shares added up.
    """
    import pyarrow as pa

    rows = [
        (user_id, recommendations.walk, item)
        for user_id, recommendations in lists
        for item in recommendations
    ]
    columns = {
        "user_id": [user_id for user_id, _, _ in rows],
        "rank": [item.rank for *_, item in rows],
        "title_id": [item.title_id for *_, item in rows],
        "title": [item.title for *_, item in rows],
        "year": [item.year for *_, item in rows],
        "score": [item.score for *_, item in rows],
        "walk": [walk for _, walk, _ in rows],
        "because": [_named(item, reasons) for *_, item in rows],
        "others_count": [item.others.count + len(item.because[reasons:]) for *_, item in rows],
        "others_share": [_others(item, reasons) for *_, item in rows],
        "adjustments": [_adjustments(item) for *_, item in rows],
    }
    return pa.table(columns, schema=batch_schema())


def _named(item: Recommendation, reasons: int) -> list[dict[str, Any]]:
    return [
        {"label": reason.label, "id": reason.id, "name": reason.name, "share": reason.share}
        for reason in item.because[:reasons]
    ]


def _others(item: Recommendation, reasons: int) -> float:
    return item.others.share + sum(reason.share for reason in item.because[reasons:])


def _adjustments(item: Recommendation) -> list[dict[str, Any]]:
    return [{"label": label, "amount": amount} for label, amount in item.adjustments.items()]
