"""The subspace in which spectral walks weigh their steps: the first right singular vectors of the likes, rounded.

References
----------
Deerwester, Dumais, Furnas, Landauer, Harshman, "Indexing by latent semantic analysis", JASIS 41(6), 1990,
doi:10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9.
Shen, Wu, Zhang, Shan, Zhang, Letaief, Li, "How powerful is graph convolution for recommendation?" (GF-CF), CIKM 2021,
doi:10.1145/3459637.3482264.
Halko, Martinsson, Tropp, "Finding structure with randomness: probabilistic algorithms for constructing approximate
matrix decompositions", SIAM Review 53(2), 2011, doi:10.1137/090771806 (algorithm 4.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.numeric.arrays import Basis, frozen
from cinewalk.graph.walks.spectral import kernels

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from cinewalk.graph.model.settings import SpectralParameters
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.spectral.kernels import Vectors

#: Products of so many rounded numbers add up to whole numbers that 32-bit floats hold exactly: ``1024 · 127² < 2²⁴``.
MOST: Final = 1024

#: Up to so many entries a matrix is taken apart whole.
_WHOLE: Final = 1 << 18

#: Passes over the likes in the iteration that finds the subspace, and vectors beyond those wanted.
_PASSES: Final = 4
_BEYOND: Final = 30

#: What is this part of the largest singular value or less may be an error of its 32-bit floats.
_SINGLE: Final = 1e-5

#: Singular values below this part of the largest are none, and so are numbers in vectors.
_NOTHING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Subspace:
    """The basis of a graph's likes, and its people in it; each is worked out when it is first needed.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        How it is fitted.
    stored
        The basis, where it has been fitted before.
    """

    likes: Likes
    parameters: SpectralParameters
    stored: Basis | None = None

    @cached_property
    def basis(self) -> Basis:
        """The basis."""
        return self.stored or fit_basis(self.likes, self.parameters)

    @property
    def known(self) -> Basis | None:
        """The basis, where it has been fitted already."""
        return self.stored or vars(self).get("basis")

    @cached_property
    def people(self) -> Vectors:
        """Everybody's likes in the subspace: ``p_u = Σ_i A_ui d_i^-ε V_i``, rounded."""
        rows, basis = self.likes.by_user, self.basis
        shape = (len(rows.indptr) - 1, basis.vectors.shape[1])
        people = kernels.Vectors(np.empty(shape, np.float32), np.empty(shape[0]))
        kernels.project(rows.indptr, rows.indices, rows.values, basis, people)
        return kernels.Vectors(frozen(people.rows), frozen(people.lengths))


def fit_basis(likes: Likes, p: SpectralParameters) -> Basis:
    """Fit the basis: the right singular vectors ``V`` of ``D_u^-η A D_i^-ε`` with the ``K`` largest singular values.

    ``V_i ≈ scales_i · vectors_i``, and ``weights_i = d_i^-ε``.

    ``K`` is :func:`dimensions`; fewer where there are fewer singular values above 0. It is worked out on one thread
    from a fixed start, so that it comes out the same on one machine; elsewhere it may differ in a last bit, and so it
    is kept with what has been prepared.

    Parameters
    ----------
    likes
        The likes.
    p
        The exponents and the number of dimensions.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.settings import SpectralParameters
    >>> from cinewalk.graph.walks.base.like_rows import Likes
    >>> fit_basis(Likes(example_graph().likes), SpectralParameters()).vectors.shape
    (7, 4)
    """
    from scipy.sparse import csr_array

    rows, weights = likes.by_user, likes.title_discount(p.title_exponent)
    values = (
        likes.user_discount(p.user_exponent)[likes.relation.sources] * rows.values * weights[rows.indices]
    )
    matrix = csr_array((values, rows.indices, rows.indptr), shape=likes.relation.shape)
    vectors = _singular_vectors(matrix, dimensions(likes, p))
    rounded, scales = np.empty(vectors.shape, np.int8), np.empty(len(vectors), np.float32)
    kernels.round_rows(vectors, rounded, scales)
    return Basis(frozen(rounded), frozen(scales), weights)


def dimensions(likes: Likes, p: SpectralParameters) -> int:
    """Return ``K``: ``p.dimensions`` times the root of the number of users or of titles, whichever is less.

    At most :data:`MOST`, and at most half as many as there are of either, rounded up: in all dimensions no two titles
    are alike.
    """
    fewest = min(likes.relation.shape)
    return min(max(round(p.dimensions * math.sqrt(fewest)), 1), -(-fewest // 2), MOST)


def _singular_vectors(matrix: csr_array, size: int) -> FloatArray:
    """Return the first right singular vectors, as columns."""
    from threadpoolctl import threadpool_limits

    fewest = min(matrix.shape)
    if not (size and matrix.nnz):
        return np.zeros((matrix.shape[1], 0))
    with threadpool_limits(1, "blas"):
        if size >= fewest - 1 or math.prod(matrix.shape) <= _WHOLE:
            _, values, vectors = np.linalg.svd(matrix.toarray(), full_matrices=False)
        else:
            values, vectors = _subspace_iteration(matrix, size)
    kept = np.flatnonzero(values[:size] > _NOTHING * values.max())
    found = np.ascontiguousarray(vectors[kept].T)
    # What rounding leaves where there is nothing would be magnified, as each row is rounded on its own scale.
    found[np.abs(found) <= _NOTHING * np.abs(found).max(initial=0.0)] = 0.0
    return found


def _subspace_iteration(matrix: csr_array, size: int) -> tuple[FloatArray, FloatArray]:
    """Return about the first singular values and right singular vectors (rows), by randomised subspace iteration.

    ``Q ← qr(M'ᵀ M' Q)``, :data:`_PASSES` times from random vectors, :data:`_BEYOND` more than are wanted, with ``M'``
    turned so that its columns are the fewer; then the singular vectors of ``M' Q``. In 32-bit floats.
    """
    from scipy.linalg import qr

    wide = matrix.shape[0] < matrix.shape[1]
    tall = (matrix.T if wide else matrix).tocsr().astype(np.float32)
    back = tall.T.tocsr()
    start = np.random.default_rng(0).standard_normal((tall.shape[1], min(size + _BEYOND, tall.shape[1])))
    columns = start.astype(np.float32)
    for _ in range(_PASSES):
        columns, _ = qr(back @ (tall @ columns), overwrite_a=True, mode="economic")
    onto, triangle = qr(tall @ columns, overwrite_a=True, mode="economic")
    left, values, right = np.linalg.svd(triangle)
    # What 32-bit floats cannot tell from nothing is nothing.
    values[values <= _SINGLE * values.max()] = 0.0
    vectors = onto @ left if wide else columns @ right.T
    return values[:size], vectors[:, :size].T.astype(np.float64)
