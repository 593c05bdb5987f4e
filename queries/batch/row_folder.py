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
from cinewalk.graph.numeric.parallel import stacked
from cinewalk.graph.plan.node_block import Ends, RowShape
from cinewalk.graph.plan.plan import GroupPlan, WalkPlan
from cinewalk.loaders.store.manifest import parse_plan_manifest
from cinewalk.loaders.store.parquet_writing import PARQUET, arrow, read_groups, write_block
from cinewalk.loaders.store.settings_file import settings_of, values_of
from cinewalk.queries.batch.arrow import rows_table, table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import AnyArray

_PLAN: Final = "plan.json"
_FORMAT: Final = 1
_BASIS: Final = "subspace"
#: The rows of so many nodes are read at a time, where not of fewer.
_NODES: Final = 1 << 13


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

    def write(self, name: str, rows: CSR, stretch: int = _NODES) -> None:
        """Keep rows under a name, to be read by so many nodes at a time.

        Raises
        ------
        StorageError
            Where they cannot be written.
        """
        self._put(f"{name}{PARQUET}", lambda stream: write_block(stream, rows_table(rows), stretch))

    def read(self, name: str) -> CSR:
        """Return the rows under a name.

        Raises
        ------
        StorageError
            Where they are missing or damaged; then they are made again by the next run.
        """
        return stacked([rows for (rows,) in self.by_stretch([name])])

    def by_stretch(self, names: Sequence[str]) -> Iterator[list[CSR]]:
        """Yield the rows under some names for as many nodes at a time as they were written for, the same of each.

        Raises
        ------
        StorageError
            Where some are missing or damaged; then they are made again by the next run.
        """
        files = [self.place / f"{name}{PARQUET}" for name in names]
        for tables in zip(*map(read_groups, files), strict=True):
            for file, table in zip(files, tables, strict=True):
                if table is None:
                    file.unlink(missing_ok=True)
                    raise StorageError(f"{file}: is missing or damaged. Run the same again: it is made anew.")
            yield [table_rows(table) for table in tables]

    def together(self, name: str, parts: Sequence[str]) -> CSR:
        """Put the rows under some names below each other; they stay on disk until they are used.

        Raises
        ------
        StorageError
            Where one is missing or damaged, or they cannot be written.
        """
        lengths, kinds = [np.zeros(1, np.int64)], [np.dtype(np.int32), np.dtype(np.float32)]
        files = [self.place / f"{name}.{part}" for part in CSR._fields[1:]]
        try:
            with files[0].open("wb") as indices, files[1].open("wb") as values:
                for rows in (rows for part in parts for (rows,) in self.by_stretch([part])):
                    lengths.append(np.diff(rows.indptr))
                    kinds = [rows.indices.dtype, rows.values.dtype]
                    indices.write(rows.indices.data)
                    values.write(rows.values.data)
        except OSError as error:
            raise StorageError(f"{files[0]}: cannot be written ({error.strerror or error}).") from error
        indptr = np.cumsum(np.concatenate(lengths))
        return CSR(frozen(indptr), *(_mapped(file, kind) for file, kind in zip(files, kinds, strict=True)))

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


def _mapped(file: Path, kind: np.dtype[Any]) -> AnyArray:
    """Return the numbers in a file, which stay there until they are used."""
    return frozen(np.memmap(file, kind, "r") if file.stat().st_size else np.empty(0, kind))


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
