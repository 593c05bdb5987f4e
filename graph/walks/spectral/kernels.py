"""The inner loops of the spectral walks, in the manner of :mod:`cinewalk.graph.numeric.kernels`.

Vectors are rounded to whole numbers from -127 to 127, so that their products are exact, whoever adds them up: one
person's and everybody's come to the same number on any number of threads and with any library for matrices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.numeric.intrinsics import compiled, nested
from cinewalk.graph.numeric.kernels import nearest

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import (
        AnyArray,
        Basis,
        BoolArray,
        Float32Array,
        FloatArray,
        Int8Array,
        Int32Array,
        Int64Array,
    )

#: The largest number that values are rounded to.
_LARGEST = 127.0


class Vectors(NamedTuple):
    """Rounded vectors, a row each, and the lengths of the rows."""

    rows: Float32Array
    lengths: FloatArray


class Nearness(NamedTuple):
    """How the product of two vectors becomes a value: ``(out_s · product · into_t)^sharpness``, the best ``size`` kept.

    Only of nodes that share one that they lead to: ``backward`` are the edges from those to all nodes.
    """

    backward: CSR
    into: FloatArray
    sharpness: float
    size: int


@compiled
def round_rows(vectors: FloatArray, rounded: Int8Array, scales: Float32Array) -> None:
    """Round each row to whole numbers: ``vectors ≈ scales · rounded``, the largest of each row to 127."""
    for row in range(len(vectors)):
        largest = 0.0
        for column in range(vectors.shape[1]):
            largest = max(largest, abs(vectors[row, column]))
        scales[row] = largest / _LARGEST
        for column in range(vectors.shape[1]):
            rounded[row, column] = np.rint(vectors[row, column] / largest * _LARGEST) if largest > 0.0 else 0


@compiled
def project(
    indptr: Int64Array, titles: Int32Array, preferences: Float32Array, basis: Basis, people: Vectors
) -> None:
    """Fill ``p_u = Σ_i A_ui weights_i V_i`` of people by their likes, each rounded as :func:`round_rows` does."""
    size = basis.vectors.shape[1]
    sums, rounded, scale = np.empty((1, size)), np.empty((1, size), np.int8), np.empty(1, np.float32)
    for person in range(len(indptr) - 1):
        sums[:] = 0.0
        for e in range(indptr[person], indptr[person + 1]):
            weight = preferences[e] * basis.weights[titles[e]] * np.float64(basis.scales[titles[e]])
            vector = basis.vectors[titles[e]]
            for column in range(size):
                sums[0, column] += weight * vector[column]
        round_rows(sums, rounded, scale)
        square = 0.0
        for column in range(size):
            people.rows[person, column] = rounded[0, column]
            square += np.float64(rounded[0, column]) ** 2
        people.lengths[person] = np.sqrt(square)


@nested
def _sharing(middles: Int32Array, backward: CSR, met: BoolArray, indices: Int32Array) -> int:
    """Find the nodes that lead to one of the middle nodes, each once; ``met`` is all false and is left so."""
    count = 0
    for middle in middles:
        for e in range(np.uint64(backward.indptr[middle]), np.uint64(backward.indptr[middle + 1])):
            end = backward.indices[e]
            if not met[end]:
                met[end] = True
                indices[count] = end
                count += 1
    for c in range(count):
        met[indices[c]] = False
    return count


@compiled
def nearest_rows(
    starts: Int32Array,
    outs: FloatArray,
    edges: CSR,
    products: Float32Array,
    near: Nearness,
) -> CSR:
    """Return the nearest of several starts, a row each, in 64 bits: ``edges`` are their own, a row each, too.

    ``starts`` are their positions, or -1 for who is outside, and are left out of their rows; ``outs`` weigh them.
    """
    n = len(near.into)
    room = len(starts) * min(near.size, n)
    indptr, all_indices = np.zeros(len(starts) + 1, np.int64), np.empty(room, np.int32)
    all_values: AnyArray = np.empty(room)
    met, indices, values = np.zeros(n, np.bool_), np.empty(n, np.int32), np.empty(n)
    # In 64 bits, as other walks have them: so that what chooses the nearest is compiled once for all.
    sums = np.zeros(n)
    for s in range(len(starts)):
        middles = edges.indices[edges.indptr[s] : edges.indptr[s + 1]]
        count = _sharing(middles, near.backward, met, indices)
        for c in range(count):
            sums[indices[c]] = products[s, indices[c]]
        start = np.int64(starts[s])  # not two kinds of numbers: what is called would be compiled for each
        kept = nearest(start, outs[s], near.into, near.sharpness, near.size, count, sums, indices, values)
        first = indptr[s]
        for c in range(kept):
            all_indices[first + c], all_values[first + c] = indices[c], values[c]
        indptr[s + 1] = first + kept
    filled = indptr[-1]
    return CSR(indptr, all_indices[:filled].copy(), all_values[:filled].copy())
