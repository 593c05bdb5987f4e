"""Spectral walks: the edges of the shared-neighbour walks, weighed by how alike two nodes are in a subspace.

Every weight is at least 0 and sits on a pair that shares a viewer (a title), so a score is a sum over real walks.

References
----------
Shen, Wu, Zhang, Shan, Zhang, Letaief, Li, "How powerful is graph convolution for recommendation?" (GF-CF), CIKM 2021,
doi:10.1145/3459637.3482264.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model.settings import SpectralTitleParameters, SpectralViewerParameters
from cinewalk.graph.numeric.arrays import CSR, frozen, places_of
from cinewalk.graph.numeric.parallel import rows_of_all
from cinewalk.graph.walks.base import people_kernels
from cinewalk.graph.walks.neighbours.title_walk import Passing, TitleWalk
from cinewalk.graph.walks.neighbours.viewer_walk import ViewerOutcomes, ViewerWalk
from cinewalk.graph.walks.spectral import kernels

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int32Array
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.people import Outcomes, Several
    from cinewalk.graph.walks.base.result import Ground
    from cinewalk.graph.walks.spectral.basis import Subspace

#: So many products are worked out at a time.
_PRODUCTS = 1 << 22


class SpectralTitles(TitleWalk):
    """Titles that share viewers, by how alike they are in the subspace.

    ``W_ij = d_i^-a · max(0, V_i · V_j)`` where ``i ≠ j`` share a viewer, the best ``k`` per title, with ``V`` of
    :func:`~cinewalk.graph.walks.spectral.basis.fit_basis`; ``score_j = Σ_i x_u(i) W_ij``.

    A step is divided over the viewers who like both in proportion to ``A_vi A_vj d_v^-2η``, their terms of
    ``Σ_v A_vi A_vj d_v^-2η ≈ d_i^ε d_j^ε V_i Σ² V_j``: a stated convention that keeps sums exact.

    Parameters
    ----------
    likes
        The graph's likes.
    subspace
        The subspace of the graph.
    parameters
        The exponent and the number of titles.
    stored
        ``W``, where it has been computed before.
    """

    name = "spectral-titles"

    def __init__(
        self,
        likes: Likes,
        subspace: Subspace,
        parameters: SpectralTitleParameters = SpectralTitleParameters(),
        stored: CSR | None = None,
    ) -> None:
        super().__init__(likes, stored)
        self.subspace, self.parameters = subspace, parameters

    @classmethod
    def of(cls, ground: Ground) -> SpectralTitles:
        """Make the walk on what is given."""
        rows = ground.stored("spectral_titles")
        return cls(ground.likes, ground.subspace, ground.settings.spectral_titles, rows)

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Compute ``W``, each row best first. Cost: ``K · n²`` multiplications for ``n`` titles."""
        return self.rows_between(0, len(self.likes.by_title.indptr) - 1, progress)

    def rows_between(self, first: int, last: int, progress: RowProgress = None) -> CSR:
        """Compute the rows of the titles from ``first`` to before ``last``."""
        basis, rows = self.subspace.basis, self.likes.by_title
        vectors, scales = basis.vectors.astype(np.float32), basis.scales.astype(np.float64)
        out = self.likes.title_discount(self.parameters.source_exponent) * scales
        near = kernels.Nearness(self.likes.by_user, frozen(scales), 1.0, self.parameters.size)

        def some_rows(some: Int32Array) -> CSR:
            some = frozen(some + np.int32(first))
            edges = rows._replace(indptr=rows.indptr[some[0] : some[-1] + 2]) if len(some) else rows
            return kernels.nearest_rows(some, out[some], edges, vectors[some] @ vectors.T, near)

        size = max(1, _PRODUCTS // max(len(vectors), 1))
        found = rows_of_all(some_rows, last - first, progress, size)
        return found._replace(values=frozen(found.values.astype(np.float32)))

    def _passing(self) -> Passing:
        return Passing(self.likes.user_discount(2.0 * self.subspace.parameters.user_exponent))


class SpectralViewers(ViewerWalk):
    """Viewers who share titles with you, by how alike your likes are in the subspace.

    ``S_uv = max(0, p_u · p_v / (|p_u| |p_v|))^q`` where ``v ≠ u`` shares a title with ``u``, the best ``k`` kept, with
    ``p_u = Σ_i A_ui d_i^-ε V_i`` of :class:`~cinewalk.graph.walks.spectral.basis.Subspace`;
    ``score_j = d_j^-b Σ_v S_uv A_vj``. Somebody new is projected; nothing is fitted again.

    Parameters
    ----------
    likes
        The graph's likes.
    subspace
        The subspace of the graph.
    parameters
        The exponents and the number of viewers.
    """

    name = "spectral-viewers"

    def __init__(
        self,
        likes: Likes,
        subspace: Subspace,
        parameters: SpectralViewerParameters = SpectralViewerParameters(),
    ) -> None:
        # Each shared title is a term of p_u · p_v, as much as both have of it.
        super().__init__(likes, 2.0 * subspace.parameters.title_exponent, parameters.target_exponent)
        self.subspace, self.parameters = subspace, parameters

    @classmethod
    def of(cls, ground: Ground) -> SpectralViewers:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.subspace, ground.settings.spectral_viewers)

    def without(self, likes: Likes, user: int, titles: Int32Array) -> SpectralViewers:  # noqa: ARG002 - what is left says it
        """Return the walk over what is left, in the same subspace."""
        return SpectralViewers(likes, self.subspace, self.parameters)

    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the most alike viewers, best first, and their ``S_uv``. Cost: ``K`` multiplications a user."""
        start = np.array([-1 if profile.user is None else profile.user], np.int32)
        indptr = np.array([0, len(profile.titles)])
        found = self.nearest(frozen(start), CSR(indptr, profile.titles, profile.preferences))
        values: AnyArray = found.values
        return found.indices, values

    def nearest(self, starts: Int32Array, likes: CSR) -> CSR:
        """Return the viewers of several people, a row each, best first.

        Parameters
        ----------
        starts
            Their positions, -1 for somebody outside of the graph.
        likes
            What they like, a row each.
        """
        space, size = self.subspace, len(starts)
        own = kernels.Vectors(np.empty((size, space.people.rows.shape[1]), np.float32), np.empty(size))
        kernels.project(likes.indptr, likes.indices, likes.values, space.basis, own)
        products = own.rows @ space.people.rows.T
        found = kernels.nearest_rows(starts, _inverse(own.lengths), likes, products, self._near)
        return CSR(frozen(found.indptr), frozen(found.indices), frozen(found.values))

    @property
    def _near(self) -> kernels.Nearness:
        into = _inverse(self.subspace.people.lengths)
        p = self.parameters
        return kernels.Nearness(self.subspace.likes.by_title, into, p.sharpness, p.size)

    @property
    def rows(self) -> CSR:
        """Everybody's viewers, found when they are first needed."""
        if self.stored is None:
            self.stored = self.prepare()
        return self.stored

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Find everybody's viewers at once. Cost: ``K · n²`` multiplications for ``n`` users."""
        count = self.likes.relation.shape[0]
        return rows_of_all(self._of_users, count, progress, max(1, _PRODUCTS // max(count, 1)))

    def _of_users(self, users: Int32Array) -> CSR:
        likes = self.likes.by_user
        indptr, places = places_of(likes.indptr, users)
        own = CSR(indptr, frozen(likes.indices[places]), frozen(likes.values[places]))
        return self.nearest(frozen(users), own)

    def run_many(self, several: Several) -> Outcomes:
        """Walk from the likes of several people: their products with all others are one of matrices."""
        viewers = self.stored or self._spread(several.users)
        scores = np.zeros((len(several), several.titles))
        people_kernels.walk_viewers(several.users, viewers, self.likes.steps_to_titles, self.into, scores)
        return ViewerOutcomes(several, scores, self, viewers)

    def _spread(self, users: Int32Array) -> CSR:
        """Return the rows of some users, ascending or not, where they belong among those of all."""
        order = np.unique(users).astype(np.int32)
        found = self._of_users(order)
        lengths = np.zeros(self.likes.relation.shape[0] + 1, np.int64)
        lengths[order + 1] = np.diff(found.indptr)
        return found._replace(indptr=frozen(np.cumsum(lengths)))


def _inverse(lengths: FloatArray) -> FloatArray:
    """Return ``1 / length``, 0 for who has none."""
    return frozen(np.divide(1.0, lengths, where=lengths > 0, out=np.zeros(len(lengths))))
