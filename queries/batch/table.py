"""Ranked lists as one table: one row a recommendation, in columns whose types never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.model.schema import TITLE_NODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.queries.batch.rows import ListRows, ReasonColumns
    from cinewalk.queries.words.catalogue import Catalogue
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
            field("others_count", pa.int32(), nullable=True),
            field("others_share", number, nullable=True),
            field("adjustments", pa.list_(field("element", adjustment))),
        ]
    )


def batch_table(lists: Iterable[tuple[str, Recommendations]], reasons: int, *, remedied: bool = True) -> Any:
    """Return the lists of some users as an Arrow table.

    Parameters
    ----------
    lists
        Pairs of a user's id and their list.
    reasons
        How many reasons to name; all others are counted, and their shares added up. Where it is 0, nothing is.
    remedied
        Whether remedies may have added anything; where not, nobody looks.
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
        "others_count": [
            item.others.count + len(item.because[reasons:]) if reasons else None for *_, item in rows
        ],
        "others_share": [_others(item, reasons) if reasons else None for *_, item in rows],
        "adjustments": [_adjustments(item) if remedied else [] for *_, item in rows],
    }
    return pa.table(columns, schema=batch_schema())


def _named(item: Recommendation, reasons: int) -> list[dict[str, Any]]:
    return [
        {"label": reason.label, "id": reason.id, "name": reason.name, "share": reason.share}
        for reason in (item.because[:reasons] if reasons else ())
    ]


def _others(item: Recommendation, reasons: int) -> float:
    return item.others.share + sum(reason.share for reason in item.because[reasons:])


def _adjustments(item: Recommendation) -> list[dict[str, Any]]:
    return [{"label": label, "amount": amount} for label, amount in item.adjustments.items()]


class ListTables:
    """Tables of lists that are there as numbers.

    Parameters
    ----------
    catalogue
        The names.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        import pyarrow as pa

        titles = [catalogue.show(title) for title in range(len(catalogue.graph.titles))]
        self._ids = pa.array([title.title_id for title in titles], pa.string())
        self._names = pa.array([title.title for title in titles], pa.string())
        self._labels = pa.array([title.label for title in titles], pa.string())
        self._years = pa.array([title.year for title in titles], pa.int16())

    def table(self, users: Sequence[str], walk: str, rows: ListRows) -> Any:
        """Return the lists of some users as an Arrow table.

        Parameters
        ----------
        users
            Their ids.
        walk
            The walk that ranked them.
        rows
            The lists.
        """
        import pyarrow as pa

        lists, reasons = rows
        length = int(lists.counts.sum())
        places = np.arange(lists.titles.shape[1], dtype=np.int32)
        listed = places < lists.counts[:, None]
        owners = np.repeat(np.arange(len(users), dtype=np.int32), lists.counts)
        titles = lists.titles[listed]
        none = pa.array([None] * length, pa.int32())
        columns = [
            pa.array(users, pa.string()).take(owners),
            np.broadcast_to(places + 1, listed.shape)[listed].astype(np.int32),
            self._ids.take(titles),
            self._names.take(titles),
            self._years.take(titles),
            lists.scores[listed],
            pa.array([walk], pa.string()).take(np.zeros(length, np.int32)),
            self._because(reasons, length),
            none if reasons is None else reasons.others,
            none.cast(pa.float64()) if reasons is None else reasons.others_share,
            _empty_lists("adjustments", length),
        ]
        schema = batch_schema()
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=schema)

    def _because(self, reasons: ReasonColumns | None, length: int) -> Any:
        import pyarrow as pa

        if reasons is None:
            return _empty_lists("because", length)
        kind = batch_schema().field("because").type
        labels = pa.array([TITLE_NODE.label], pa.string()).take(np.zeros(len(reasons.titles), np.int32))
        ids, names = self._ids.take(reasons.titles), self._labels.take(reasons.titles)
        values = pa.StructArray.from_arrays(
            [labels, ids, names, pa.array(reasons.shares, pa.float64())], fields=list(kind.value_type)
        )
        ends = np.concatenate([np.zeros(1, np.int32), np.cumsum(reasons.counts, dtype=np.int32)])
        return pa.ListArray.from_arrays(ends, values, type=kind)


def _empty_lists(name: str, length: int) -> Any:
    import pyarrow as pa

    return pa.array([[]] * length, batch_schema().field(name).type)
