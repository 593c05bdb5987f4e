"""The folder in which a plan's tasks find their weights and leave their rows: a shared path that every worker sees.

``plan.json`` says of which graph and settings it is, and how nodes are cut; arrays lie beside it. Each task's rows
are one Parquet file, whole or not there, so whatever is done stays done, whoever is killed.
"""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import RequestError, StorageError
from cinewalk.graph.model.settings import SequenceParameters
from cinewalk.graph.numeric.arrays import CSR, Basis, frozen
from cinewalk.graph.plan.node_block import Ends, RowShape
from cinewalk.graph.plan.plan import GroupPlan, WalkPlan
from cinewalk.loaders.store.manifest import parse_plan_manifest
from cinewalk.loaders.store.parquet_writing import PARQUET, arrow, read_block, write_block
from cinewalk.loaders.store.settings_file import settings_of, values_of
from cinewalk.queries.batch.arrow import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import AnyArray

_PLAN: Final = "plan.json"
_FORMAT: Final = 1
_BASIS: Final = "subspace"


@dataclass(frozen=True)
class RowFolder:
    """The folder of one plan.

    Parameters
    ----------
    place
        The folder.
    """

    place: Path

    @property
    def exists(self) -> bool:
        """Whether a plan has been written there."""
        return (self.place / _PLAN).is_file()

    @property
    def stamp(self) -> int:
        """When the plan was written, in nanoseconds."""
        return (self.place / _PLAN).stat().st_mtime_ns

    def begin(self, about: dict[str, Any], settings: Settings, groups: tuple[GroupPlan, ...]) -> None:
        """Write a plan; the last file says that it is whole.

        Raises
        ------
        StorageError
            Where it cannot be written.
        MissingPackageError
            Without pyarrow.
        """
        arrow(self.place)
        self.place.mkdir(parents=True, exist_ok=True)
        for group in groups:
            for name, array in _arrays(group).items():
                self._put(f"{group.key}.{name}.npy", lambda stream, array=array: np.save(stream, array))
        said = {
            "format": _FORMAT,
            "about": about,
            "settings": values_of(settings),
            "groups": [_facts(group) for group in groups],
        }
        text = json.dumps(said, indent=1).encode()
        self._put(_PLAN, lambda stream: stream.write(text))

    @cached_property
    def about(self) -> dict[str, Any]:
        """What the plan is of."""
        return dict(self._said["about"])

    @cached_property
    def settings(self) -> Settings:
        """The settings of the walks."""
        return settings_of(self._said["settings"])

    @cached_property
    def groups(self) -> tuple[GroupPlan, ...]:
        """Whose pairs are summed up, and how; arrays stay on disk until they are used."""
        return tuple(self._group(facts) for facts in self._said["groups"])

    @cached_property
    def _said(self) -> dict[str, Any]:
        file = self.place / _PLAN
        try:
            text = file.read_bytes()
        except OSError as error:
            raise StorageError(
                f"{file}: cannot be read ({error.strerror or error}). Workers must see the folder at that path."
            ) from error
        said = parse_plan_manifest(text, _FORMAT)
        if said is None:
            raise RequestError(f"{file} is damaged or of another version. Remove the folder, and begin anew.")
        return said

    def _group(self, facts: Mapping[str, Any]) -> GroupPlan:
        def array(name: str) -> AnyArray:
            return self._array(f"{facts['key']}.{name}.npy")

        walks = tuple(
            WalkPlan(
                walk["name"],
                RowShape(walk["sharpness"], walk["size"]),
                walk["row_exponent"],
                walk["wide"],
                Ends(array(f"{walk['name']}.out"), array(f"{walk['name']}.into")),
                walk["penalty"],
            )
            for walk in facts["walks"]
        )
        order = None if facts["order"] is None else SequenceParameters(**facts["order"])
        return GroupPlan(
            facts["key"],
            facts["of_titles"],
            array("bounds"),
            array("via"),
            facts["even"],
            walks,
            array("times"),
            order,
            facts["longest"],
        )

    def _array(self, name: str) -> AnyArray:
        try:
            array: AnyArray = np.load(self.place / name, mmap_mode="r", allow_pickle=False)
        except ValueError:  # nothing can be mapped of an empty array
            array = np.load(self.place / name, allow_pickle=False)
        return frozen(array) if array.flags.writeable else array

    def has(self, name: str) -> bool:
        """Tell whether a task has left rows under a name."""
        return (self.place / f"{name}{PARQUET}").is_file()

    def write(self, name: str, rows: CSR) -> None:
        """Keep rows under a name.

        Raises
        ------
        StorageError
            Where they cannot be written.
        """
        self._put(f"{name}{PARQUET}", lambda stream: write_block(stream, rows_table(rows)))

    def read(self, name: str) -> CSR:
        """Return the rows under a name.

        Raises
        ------
        StorageError
            Where they are missing or damaged; then they are made again by the next run.
        """
        file = self.place / f"{name}{PARQUET}"
        table = read_block(file, None)
        if table is None:
            file.unlink(missing_ok=True)
            raise StorageError(f"{file}: is missing or damaged. Run the same again: it is made anew.")
        return table_rows(table)

    def drop(self, folder: str) -> None:
        """Remove the rows in one folder, which nobody needs any more."""
        for file in (self.place / folder).glob(f"*{PARQUET}"):
            file.unlink(missing_ok=True)

    @property
    def has_basis(self) -> bool:
        """Whether the subspace of the spectral walks has been left."""
        return (self.place / f"{_BASIS}.npz").is_file()

    def write_basis(self, basis: Basis) -> None:
        """Keep the subspace of the spectral walks."""
        self._put(f"{_BASIS}.npz", lambda stream: np.savez(stream, **basis._asdict()))

    def read_basis(self) -> Basis:
        """Return the subspace of the spectral walks."""
        with np.load(self.place / f"{_BASIS}.npz", allow_pickle=False) as arrays:
            return Basis(*(frozen(arrays[part]) for part in Basis._fields))

    def _put(self, name: str, write: Any) -> None:
        """Write a file whole; two attempts at the same, on any machines, write the same, and the last stays."""
        file = self.place / name
        fresh = file.with_name(f"{file.name}.{uuid.uuid4().hex[:12]}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as stream:
                write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(file)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise StorageError(f"{file}: cannot be written ({error.strerror or error}).") from error


def _arrays(group: GroupPlan) -> dict[str, AnyArray]:
    arrays: dict[str, AnyArray] = {"bounds": group.bounds, "via": group.via, "times": group.times}
    for walk in group.walks:
        arrays |= {f"{walk.name}.out": walk.ends.out, f"{walk.name}.into": walk.ends.into}
    return arrays


def _facts(group: GroupPlan) -> dict[str, Any]:
    return {
        "key": group.key,
        "of_titles": group.of_titles,
        "even": group.even,
        "order": None if group.order is None else asdict(group.order),
        "longest": group.longest,
        "walks": [
            {
                "name": walk.name,
                **walk.shape._asdict(),
                "row_exponent": walk.row_exponent,
                "wide": walk.wide,
                "penalty": walk.penalty,
            }
            for walk in group.walks
        ],
    }


def rows_table(rows: CSR) -> Any:
    """Return rows as an Arrow table: a row a node, in lists of other nodes and of values.

    >>> rows = CSR(np.array([0, 1, 1]), np.array([4], np.int32), np.array([0.5]))
    >>> rows_table(rows).to_pylist()
    [{'others': [4], 'values': [0.5]}, {'others': [], 'values': []}]
    """
    import pyarrow as pa  # type: ignore[import-untyped]

    ends = numbers(rows.indptr.astype(np.int64))
    columns = [pa.LargeListArray.from_arrays(ends, numbers(part)) for part in (rows.indices, rows.values)]
    return pa.table(columns, names=["others", "values"])


def table_rows(table: Any) -> CSR:
    """Return the rows of an Arrow table.

    >>> rows = CSR(np.array([0, 1, 1]), np.array([4], np.int32), np.array([0.5]))
    >>> table_rows(rows_table(rows)).indices.tolist()
    [4]
    """
    others, values = (table[name].combine_chunks() for name in ("others", "values"))
    if not len(table):
        nothing = np.zeros(1, np.int64)
        kind = values.type.value_type.to_pandas_dtype()
        return CSR(frozen(nothing), frozen(np.empty(0, np.int32)), frozen(np.empty(0, kind)))
    indptr = others.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    parts = (others.flatten(), values.flatten())
    indices, numbers_ = (part.to_numpy(zero_copy_only=False) for part in parts)
    return CSR(frozen(indptr - indptr[0]), frozen(indices.astype(np.int32)), frozen(np.array(numbers_)))
