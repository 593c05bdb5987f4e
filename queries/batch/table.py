"""Ranked lists as one table: one row a recommendation, in columns whose types never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.model.schema import TITLE, TITLE_NODE, UNKNOWN_YEAR, YEAR
from cinewalk.queries.batch.arrow import empty_lists, numbers, repeated, strings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.graph.numeric.arrays import Int64Array
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
    users
        The ids of all whose lists are made.
    """

    def __init__(self, catalogue: Catalogue, users: StringArray) -> None:
        titles = catalogue.graph.titles
        years = titles.array(YEAR.name)
        self._users, self._ids, self._names = map(strings, (users, titles.ids.ids, titles.text(TITLE.name)))
        self._labels = strings(StringArray.of(catalogue.label(title) for title in range(len(titles))))
        self._years = numbers(years.astype(np.int16), years != UNKNOWN_YEAR)
        self._schema = batch_schema()

    def table(self, users: Int64Array, walk: str, rows: ListRows) -> Any:
        """Return the lists of some users as an Arrow table.

        Parameters
        ----------
        users
            Their places among all.
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
        titles = numbers(lists.titles[listed])
        columns = [
            self._users.take(numbers(np.repeat(users, lists.counts))),
            numbers(np.broadcast_to(places + 1, listed.shape)[listed].astype(np.int32)),
            self._ids.take(titles),
            self._names.take(titles),
            self._years.take(titles),
            numbers(lists.scores[listed]),
            repeated(walk, length),
            self._because(reasons, length),
            pa.nulls(length, pa.int32()) if reasons is None else numbers(reasons.others),
            pa.nulls(length, pa.float64()) if reasons is None else numbers(reasons.others_share),
            empty_lists(self._schema.field("adjustments").type, length),
        ]
        return pa.Table.from_arrays(columns, schema=self._schema)

    def _because(self, reasons: ReasonColumns | None, length: int) -> Any:
        import pyarrow as pa

        kind = self._schema.field("because").type
        if reasons is None:
            return empty_lists(kind, length)
        titles = numbers(reasons.titles)
        columns = [
            repeated(TITLE_NODE.label, len(titles)),
            self._ids.take(titles),
            self._labels.take(titles),
            numbers(reasons.shares),
        ]
        values = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
        ends = np.concatenate([np.zeros(1, np.int32), np.cumsum(reasons.counts, dtype=np.int32)])
        return pa.ListArray.from_arrays(numbers(ends), values, type=kind)
