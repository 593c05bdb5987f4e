"""The tasks that a graph's rows are cut into, as anybody may run them: each reads files and leaves one or two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from cinewalk.graph.model.settings import Prepared
from cinewalk.graph.numeric.parallel import stacked
from cinewalk.graph.plan.tasks import block_fits, block_rows, pair_offers
from cinewalk.graph.walks.neighbours.learned import LearnedTitles
from cinewalk.graph.walks.registry import Registry
from cinewalk.graph.walks.spectral.spectral import SpectralTitles
from cinewalk.loaders.store.graph_folder import open_graph
from cinewalk.queries.batch.row_folder import RowFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import CSR
    from cinewalk.graph.plan.plan import GroupPlan

_OFFERS: Final = "offers"
_NEAREST: Final = "nearest"
_ROWS: Final = "rows"
_SPECTRAL: Final = "spectral_titles"
#: What all blocks offer to so many nodes is merged at a time: of 13 blocks and 300 kept that takes 53 MiB.
_MERGED: Final = 1 << 11


class RowTask(NamedTuple):
    """One task.

    Parameters
    ----------
    kind
        ``pair``: what two blocks offer to each other. ``rows``: what is nearest to the nodes of a block. ``fit``: their
        weights. ``basis``: the subspace of the spectral walks. ``spectral``: rows in it.
    name
        The group of walks, or the walk, that it is for.
    first, second
        The blocks.
    """

    kind: Literal["pair", "rows", "fit", "basis", "spectral"]
    name: str
    first: int = 0
    second: int = 0

    def __str__(self) -> str:
        blocks = f" {self.first}" + (f"-{self.second}" if self.kind == "pair" else "")
        return f"{self.kind} {self.name}{'' if self.kind == 'basis' else blocks}"


@dataclass(frozen=True)
class RowWork:
    """The work that a plan comes to.

    Parameters
    ----------
    place
        The graph folder, without signals laid over it.
    folder
        Where tasks find their weights and leave their rows.
    """

    place: Path
    folder: RowFolder

    @cached_property
    def graph(self) -> Graph:
        """The graph; its arrays stay on disk until they are used."""
        return replace(open_graph(self.place), prepared=None)

    @cached_property
    def stages(self) -> tuple[tuple[RowTask, ...], ...]:
        """All tasks, those that need others behind these."""
        return tuple(
            stage for stage in (tuple(self._pairs()), tuple(self._rows()), tuple(self._fits())) if stage
        )

    def _pairs(self) -> Iterator[RowTask]:
        if self._is_spectral:
            yield RowTask("basis", "spectral")
        for group in self.folder.groups:
            yield from (RowTask("pair", group.key, first, second) for first, second in group.pairs())

    def _rows(self) -> Iterator[RowTask]:
        for group in self.folder.groups:
            for walk in group.walks:
                yield from (RowTask("rows", walk.name, block) for block in range(group.blocks))
        if _SPECTRAL in self.folder.about["names"]:
            yield from (RowTask("spectral", _SPECTRAL, block) for block in range(len(self._title_bounds) - 1))

    def _fits(self) -> Iterator[RowTask]:
        for group in self.folder.groups:
            for walk in group.walks:
                if walk.penalty is not None:
                    yield from (RowTask("fit", walk.name, block) for block in range(group.blocks))

    @property
    def _is_spectral(self) -> bool:
        return any(name.startswith("spectral") for name in self.folder.about["names"])

    @property
    def _title_bounds(self) -> list[int]:
        titles, blocks = self.folder.about["titles"], max(group.blocks for group in self.folder.groups)
        bounds: list[int] = np.unique(np.linspace(0, titles, blocks + 1).astype(int)).tolist()
        return bounds

    def done(self, task: RowTask) -> bool:
        """Tell whether a task has been done."""
        if task.kind == "basis":
            return self.folder.has_basis
        return all(self.folder.has(name) for name in self._left_by(task))

    def _left_by(self, task: RowTask) -> list[str]:
        """Return the names of the rows that a task leaves."""
        if task.kind == "pair":
            ways = {(task.first, task.second), (task.second, task.first)}
            return [_offer(walk.name, *way) for walk in self._by_key[task.name].walks for way in ways]
        folder = _ROWS
        if task.kind == "rows":
            group, place = self._walk(task.name)
            folder = _ROWS if group.walks[place].penalty is None else _NEAREST
        return [f"{folder}/{task.name}.{task.first:05}"]

    @cached_property
    def _by_key(self) -> dict[str, GroupPlan]:
        return {group.key: group for group in self.folder.groups}

    def _walk(self, name: str) -> tuple[GroupPlan, int]:
        """Return the group of a walk, and its place in there."""
        return next(
            (group, place)
            for group in self.folder.groups
            for place, walk in enumerate(group.walks)
            if walk.name == name
        )

    def run(self, task: RowTask) -> None:
        """Do a task, unless it has been done.

        Raises
        ------
        StorageError
            Where something that it needs is missing or damaged, or its rows cannot be written.
        GraphFolderError
            Where the graph cannot be read.
        """
        if not self.done(task):
            getattr(self, f"_run_{task.kind}")(task)

    def _run_pair(self, task: RowTask) -> None:
        group = self._by_key[task.name]
        offered = pair_offers(self.graph.likes, group, task.first, task.second)
        stretch = max(_MERGED // group.blocks, 1)
        for walk, (there, back) in zip(group.walks, offered, strict=True):
            self.folder.write(_offer(walk.name, task.first, task.second), there, stretch)
            if task.first != task.second:
                self.folder.write(_offer(walk.name, task.second, task.first), back, stretch)

    def _run_rows(self, task: RowTask) -> None:
        group, place = self._walk(task.name)
        names = [_offer(task.name, task.first, other) for other in range(group.blocks)]
        rows = [block_rows(group, place, offered) for offered in self.folder.by_stretch(names)]
        self.folder.write(self._left_by(task)[0], stacked(rows))

    def _run_fit(self, task: RowTask) -> None:
        group, place = self._walk(task.name)
        nearest = self.folder.read(f"{_NEAREST}/{task.name}.{task.first:05}")
        members = self.folder.about["members"]
        rows = block_fits(self.graph.likes, group, group.walks[place], task.first, nearest, members)
        self.folder.write(self._left_by(task)[0], rows)

    def _run_basis(self, task: RowTask) -> None:  # noqa: ARG002 - there is one
        self.folder.write_basis(Registry(self.graph, self.folder.settings).subspace.basis)

    def _run_spectral(self, task: RowTask) -> None:
        settings = self.folder.settings
        prepared = Prepared(settings, {}, self.folder.read_basis())
        walk = Registry(replace(self.graph, prepared=prepared), settings).walk("spectral-titles")
        assert isinstance(walk, SpectralTitles)
        first, last = self._title_bounds[task.first : task.first + 2]
        self.folder.write(self._left_by(task)[0], walk.rows_between(first, last))

    def prepared(self) -> Prepared:
        """Return all rows, once every task has been done."""
        settings = self.folder.settings
        rows = {
            name: self._together(name) for name in self.folder.about["names"] if name != "spectral_viewers"
        }
        walk = Registry(self.graph, settings).walk("learned-titles")
        assert isinstance(walk, LearnedTitles)
        if "learned_titles" in rows:
            rows["learned_titles"] = walk.rows_of(rows["learned_titles"])
        return Prepared(settings, rows, self.folder.read_basis() if self._is_spectral else None)

    def _together(self, name: str) -> CSR:
        blocks = len(self._title_bounds) - 1 if name == _SPECTRAL else self._walk(name)[0].blocks
        return self.folder.together(name, [f"{_ROWS}/{name}.{block:05}" for block in range(blocks)])


def _offer(walk: str, to_block: int, of_block: int) -> str:
    """Return under what name it is kept what one block offers to another."""
    return f"{_OFFERS}/{walk}.{to_block:05}.{of_block:05}"


@lru_cache(maxsize=1)
def row_work(place: str, folder: str, stamp: int) -> RowWork:  # noqa: ARG001 - another plan is opened anew
    """Return the work of a plan; a worker that does one task after the other opens the graph once.

    Parameters
    ----------
    place, folder
        The graph folder, and the folder of the plan.
    stamp
        When the plan was written.
    """
    return RowWork(Path(place), RowFolder(Path(folder)))
