"""Rows of a later graph from those of an earlier one: only rows that can differ are computed again.

Symbols are those of :mod:`cinewalk.graph.walks.neighbours.shared`. A row ``W_i`` follows from the title's own
viewers, from what those like, from its own ``out_i`` and from ``into_j`` of the titles that it may name. So it is the
row that it was, to the last bit, unless

- a viewer whose likes or whose ``via`` have changed likes ``i``, or did; for the sequence-aware walk also one whose
  likes have other times;
- ``out_i`` has changed, or ``i`` is new;
- it names a title whose ``into`` has changed, or that has gone;
- a title shares a viewer with ``i`` whose ``into`` has risen: it may come into the row.

All of that is compared, not concluded from the parameters. A title that the row does not name and whose ``into`` has
fallen stays out of it: values fall with ``into``, and ties go by position, which keeps its order (record 1).

Learned rows are fitted under a penalty that is a mean over the whole graph, and spectral ones follow from a subspace of
all likes: any other like changes all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.settings import SequenceParameters, TitleParameters
from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.numeric.parallel import rows_of_all
from cinewalk.graph.walks import refresh_kernels
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood
from cinewalk.graph.walks.neighbours.sequence import row_by_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.ids import IdMap
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import Basis, BoolArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.kernels import Neighbourhood
    from cinewalk.graph.numeric.progress import RowProgress

#: The walks of titles whose rows follow from what is near, and how much longer a row takes by itself than with all
#: others: then each pair of titles that share viewers counts once for both.
_ALONE: Final = {"shared_viewers": 2.0, "sequence": 2.0}
_NO_TIMES: Final = frozen(np.empty(0, np.int64))


class Moved(NamedTuple):
    """Where nodes are in two graphs.

    ``now[b]`` is where the node at ``b`` is in the later graph, -1 where it has gone; ``origin[a]`` where the node at
    ``a`` was in the earlier one, -1 where it is new.
    """

    now: Int32Array
    origin: Int32Array

    @classmethod
    def between(cls, before: IdMap, after: IdMap) -> Moved:
        """Find every node of one graph in another.

        >>> from cinewalk.graph.model.ids import IdMap
        >>> moved = Moved.between(IdMap.of("ace"), IdMap.of("bce"))
        >>> moved.now.tolist(), moved.origin.tolist()
        ([-1, 1, 2], [-1, 1, 2])
        """
        now = np.arange(len(before), dtype=np.int32)
        if not _same_text(before, after):
            places = {name: place for place, name in enumerate(after.ids[:])}
            now = np.fromiter((places.get(name, -1) for name in before.ids[:]), np.int32, len(before))
        origin = np.full(len(after), -1, np.int32)
        kept = np.flatnonzero(now >= 0)
        origin[now[kept]] = kept
        return cls(frozen(now), frozen(origin))


@dataclass(frozen=True, eq=False)
class RowRefresh:
    """What has changed from one graph to a later one, and what of its rows that concerns.

    Parameters
    ----------
    before, after
        The two graphs.
    settings
        The parameters of the walks, in both.
    """

    before: Graph
    after: Graph
    settings: Settings

    def rows(self, name: str, known: CSR | None, progress: RowProgress = None) -> CSR | None:
        """Return the rows of a walk on the later graph, as computing all of them would give them.

        Cost: one look at every like and at every entry of the rows, and ``Σ_v d_v`` over the viewers of each title
        whose row is computed again.

        Parameters
        ----------
        name
            The name of the walk's settings.
        known
            Its rows on the earlier graph, if they are known.
        progress
            Told how many of how many rows are done.

        Returns
        -------
        Rows or None
            ``None`` where nothing is known, or computing all of them is quicker.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> from cinewalk.graph.model.apply_events import folded
        >>> from cinewalk.graph.model.user_events import UserEvents
        >>> from cinewalk.graph.walks.neighbours.shared import SharedViewers
        >>> from cinewalk.graph.walks.registry import Registry
        >>> from cinewalk.graph.model.settings import Settings
        >>> graph, settings = example_graph(), Settings()
        >>> known = Registry(graph, settings).get(SharedViewers).rows
        >>> later = folded(graph, {"zoe": UserEvents()})
        >>> rows = RowRefresh(graph, later, settings).rows("shared_viewers", known)
        >>> rows.values.tolist() == Registry(later, settings).get(SharedViewers).prepare().values.tolist()
        True
        """
        if known is None:
            return None
        if name not in _ALONE:
            return known if self._same_preferences else None
        parameters = getattr(self.settings, name)
        walk = _neighbourhood(self._likes_after, parameters)
        affected = self._affected(known, walk, parameters)
        steps = refresh_kernels.steps(walk)
        if steps[affected].sum() * _ALONE[name] > steps.sum():
            return None
        chosen = np.flatnonzero(affected).astype(np.int32)
        kernel = self._kernel(walk, parameters)
        fresh = rows_of_all(lambda some: kernel(frozen(chosen[some])), len(chosen), progress)
        places = np.full(len(affected), -1, np.int32)
        places[chosen] = np.arange(len(chosen), dtype=np.int32)
        titles = self._titles
        built = refresh_kernels.joined(known, titles.origin, titles.now, fresh, frozen(places))
        return CSR(frozen(built.indptr), frozen(built.indices), frozen(built.values))

    def basis(self, known: Basis | None) -> Basis | None:
        """Return the subspace of the earlier graph where it is that of the later one, too."""
        return known if known is not None and self._same_preferences else None

    def affected(self, name: str, known: CSR) -> Int32Array:
        """Return the titles, by their positions in the later graph, whose rows :meth:`rows` computes again."""
        parameters = getattr(self.settings, name)
        walk = _neighbourhood(self._likes_after, parameters)
        return np.flatnonzero(self._affected(known, walk, parameters)).astype(np.int32)

    def _affected(
        self, known: CSR, walk: Neighbourhood, parameters: TitleParameters | SequenceParameters
    ) -> BoolArray:
        """Tell of each title of the later graph whether its row can differ."""
        users, titles = self._users, self._titles
        earlier = _neighbourhood(self._likes_before, parameters)
        viewers = self._changed_viewers(earlier, walk, timed=isinstance(parameters, SequenceParameters))
        gone = np.ones(len(users.now), np.bool_)  # as they were: they have changed, or are there no more
        gone[users.origin[~viewers & (users.origin >= 0)]] = False
        affected = titles.origin < 0
        refresh_kernels.mark_ends(walk.backward, viewers, _positions(len(affected)), affected)
        refresh_kernels.mark_ends(earlier.backward, gone, titles.now, affected)
        old = titles.origin[titles.origin >= 0]
        here = titles.now[old]
        changed = np.ones(len(titles.now), np.bool_)
        changed[old] = walk.into[here] != earlier.into[old]
        affected[here] |= (walk.out[here] != earlier.out[old]) | refresh_kernels.naming(known, changed)[old]
        # Sharpened, and so rounded, what has fallen by less may be no smaller than it was.
        close = 1.0 - kernels.CLOSE / min(parameters.sharpness, 1.0)
        risen = np.zeros(len(affected), np.bool_)
        risen[here] = changed[old] & (walk.into[here] > earlier.into[old] * close)
        _mark_sharing(walk, risen, affected)
        return affected

    def _changed_viewers(self, earlier: Neighbourhood, later: Neighbourhood, *, timed: bool) -> BoolArray:
        before, after = (_times(graph.likes) if timed else _NO_TIMES for graph in (self.before, self.after))
        origin = self._users.origin
        changed = refresh_kernels.differing(
            earlier.backward, later.backward, before, after, origin, self._titles.now
        )
        known = origin >= 0
        changed[known] |= later.via[known] != earlier.via[origin[known]]
        return changed

    def _kernel(
        self, walk: Neighbourhood, p: TitleParameters | SequenceParameters
    ) -> Callable[[Int32Array], CSR]:
        if isinstance(p, TitleParameters):
            return partial(kernels.neighbour_rows, walk=walk, row_exponent=p.row_exponent)
        return row_by_row(self._likes_after, walk, p)

    @cached_property
    def _same_preferences(self) -> bool:
        """Whether nobody likes anything else, or more or less; fitted rows are then what they were."""
        before, after = self.before.likes, self.after.likes
        return (
            before.shape == after.shape
            and np.array_equal(before.indptr, after.indptr)
            and np.array_equal(before.indices, after.indices)
            and np.array_equal(before.properties["preference"], after.properties["preference"])
        )

    @cached_property
    def _users(self) -> Moved:
        return Moved.between(self.before.users.ids, self.after.users.ids)

    @cached_property
    def _titles(self) -> Moved:
        return Moved.between(self.before.titles.ids, self.after.titles.ids)

    @cached_property
    def _likes_before(self) -> Likes:
        return Likes(self.before.likes)

    @cached_property
    def _likes_after(self) -> Likes:
        return Likes(self.after.likes)


def _neighbourhood(likes: Likes, parameters: TitleParameters | SequenceParameters) -> Neighbourhood:
    shared = {part.name: getattr(parameters, part.name) for part in fields(TitleParameters)}
    return title_neighbourhood(likes, TitleParameters(**shared))


def _mark_sharing(walk: Neighbourhood, titles: BoolArray, marked: BoolArray) -> None:
    """Mark every title that shares a viewer with one of ``titles``."""
    viewers = np.zeros(len(walk.via), np.bool_)
    refresh_kernels.mark_ends(walk.forward, titles, _positions(len(viewers)), viewers)
    refresh_kernels.mark_ends(walk.backward, viewers, _positions(len(marked)), marked)


def _positions(size: int) -> Int32Array:
    return frozen(np.arange(size, dtype=np.int32))


def _times(likes: Relation) -> Int64Array:
    return frozen(likes.properties[schema.TIMESTAMP.name])


def _same_text(before: IdMap, after: IdMap) -> bool:
    return np.array_equal(before.ids.offsets, after.ids.offsets) and np.array_equal(
        before.ids.data, after.ids.data
    )
