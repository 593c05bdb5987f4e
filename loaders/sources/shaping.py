"""How files become the tables of a graph: what their columns are, facts joined in, groups chosen and banded."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cinewalk.errors import RequestError
from cinewalk.graph.model.schema import TABLES
from cinewalk.loaders.base.paths import as_path
from cinewalk.loaders.tables.maturity_labels import check_board
from cinewalk.loaders.text.column_names import read_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from cinewalk.loaders.tables.tables import Tables

ALL: Final = "all"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Shape:
    """How tables are to be shaped.

    Parameters
    ----------
    facts
        A CSV file with more about the titles; see :mod:`cinewalk.loaders.sources.facts`.
    groups
        Which columns of users become demographic groups: ``"all"``, ``"none"``, or their names.
    bands
        By the name of a column of users or people that holds numbers: where each band but the first begins,
        ascending. ``{"income": (20_000, 50_000)}`` makes the groups ``income=Under 20000``, ``income=20000-49999`` and
        ``income=50000+``. Ages are banded without being asked.
    columns
        What columns of the files are, where their names do not say it: ``{"film_nr": "title_id"}``; ``""`` leaves
        one out.
    maturity_board
        Whose labels the facts' column ``maturity`` has, one of
        :data:`~cinewalk.loaders.tables.maturity_labels.BOARDS`; not given, labels are taken as they are usually meant.

    Raises
    ------
    RequestError
        Where the numbers of a band make no sense, a column is said to be what no table has, facts are no path, or a
        board is not known or has no facts.

    Examples
    --------
    >>> Shape(bands={"income": (20_000, 50_000)}).band("income", "31000")
    '20000-49999'
    >>> heights = Shape(bands={"height": (1.5, 1.8)})
    >>> heights.band("height", "1.9"), heights.band("height", "1.5")
    ('1.8+', '1.5 to under 1.8')
    """

    facts: str | Path | None = None
    groups: str | Sequence[str] = ALL
    bands: Mapping[str, Sequence[float]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    maturity_board: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", read_mapping(self.columns))
        if self.facts is not None:
            as_path(self.facts, "facts")
        if self.maturity_board is not None:
            check_board(self.maturity_board)
            if self.facts is None:
                raise RequestError("a board of maturity labels goes with facts; name their file, too.")
        for column, starts in self.bands.items():
            numbers = list(starts)
            rising = all(lower < upper for lower, upper in pairwise(numbers))
            if not numbers or not rising or not all(map(math.isfinite, numbers)):
                raise RequestError(f"the bands of {column} begin at {numbers}; give ascending numbers.")

    @property
    def is_plain(self) -> bool:
        """Whether tables stay as they are."""
        return self == Shape()

    def apply(self, tables: Tables, *, max_rejects: int = 0) -> Tables:
        """Return the tables, shaped.

        Raises
        ------
        SourceError
            Where facts cannot be joined.
        RequestError
            Where there is no such column, or a banded one holds something else than numbers.
        """
        if self.facts is not None:
            from cinewalk.loaders.sources.facts import with_facts

            tables, _ = with_facts(
                tables, self.facts, board=self.maturity_board or "", max_rejects=max_rejects
            )
        for column in self.bands:
            tables = self._banded(tables, column)
        return tables if self.groups == ALL else replace(tables, users=self._chosen(tables.users))

    def band(self, column: str, text: str) -> str:
        """Return the name of the band that a number lies in; nothing stays nothing.

        Raises
        ------
        RequestError
            Where it is no number.
        """
        if not text:
            return ""
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isnan(number):
            raise RequestError(
                f"the column {column} is to be banded, and holds {text!r}, which is no number."
            )
        starts = list(self.bands[column])
        place = bisect.bisect_right(starts, number)
        if not place:
            return f"Under {starts[0]:.12g}"
        if place == len(starts):
            return f"{starts[-1]:.12g}+"
        first, after = starts[place - 1], starts[place]
        if float(first).is_integer() and float(after).is_integer():
            return f"{first:.12g}-{after - 1:.12g}"
        return f"{first:.12g} to under {after:.12g}"

    def _banded(self, tables: Tables, column: str) -> Tables:
        is_there = False
        for name in ("users", "people"):
            frame: pd.DataFrame = getattr(tables, name)
            if column in _group_columns(frame, name):
                is_there = True
                texts = frame[column].astype(str)
                bands = {text: self.band(column, text) for text in texts.unique()}
                shaped = frame.assign(**{column: texts.map(bands).astype("str")})
                tables = replace(tables, users=shaped) if name == "users" else replace(tables, people=shaped)
        if not is_there:
            raise _no_column(
                column, [*_group_columns(tables.users, "users"), *_group_columns(tables.people, "people")]
            )
        return tables

    def _chosen(self, users: pd.DataFrame) -> pd.DataFrame:
        there = _group_columns(users, "users")
        wanted = (
            []
            if self.groups == NONE
            else [self.groups]
            if isinstance(self.groups, str)
            else list(self.groups)
        )
        for column in wanted:
            if column not in there:
                raise _no_column(column, there)
        return users.drop(columns=[column for column in there if column not in wanted])


def _group_columns(frame: pd.DataFrame, table: str) -> list[str]:
    known = {column.name for column in TABLES[table].columns}
    return [str(column) for column in frame.columns if column not in known]


def _no_column(column: str, there: list[str]) -> RequestError:
    names = f"there are {', '.join(dict.fromkeys(there))}" if there else "there are none"
    return RequestError(f"no column {column!r} makes groups; {names}.")
