"""The subspace: how many dimensions it has, that it is exact once it is rounded, and where there is hardly anything."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.settings import SpectralParameters
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.spectral import basis as basis_module
from cinewalk.graph.walks.spectral.basis import MOST, Subspace, dimensions, fit_basis
from tests.graphs import from_ratings, random_graph


def likes_of(graph):
    return Likes(graph.likes)


@pytest.mark.parametrize(
    ("users", "titles", "factor", "wanted"),
    [
        (943, 1682, 1.5, 46),
        (29858, 40981, 1.5, 259),
        (3, 9, 1.5, 2),
        (1, 9, 1.5, 1),
        (0, 9, 1.5, 0),
        (10**7, 10**7, 1.5, MOST),
        (100, 100, 100.0, 50),
        (100, 100, 0.001, 1),
    ],
)
def test_dimensions_grow_with_the_root_of_the_data(users, titles, factor, wanted):
    class Shape:
        shape = (users, titles)

    assert dimensions(Likes(Shape()), SpectralParameters(dimensions=factor)) == wanted


def test_it_comes_out_the_same_twice_and_numbers_are_whole():
    likes = likes_of(random_graph(3, 60, 40, 0.3))
    one, other = (fit_basis(likes, SpectralParameters()) for _ in range(2))
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))
    assert one.vectors.dtype == np.int8
    assert (np.abs(one.vectors).max(axis=1)[np.diff(likes.by_title.indptr) > 0] == 127).all()
    assert (one.vectors[np.diff(likes.by_title.indptr) == 0] == 0).all()


def test_sparse_and_dense_decompositions_agree(monkeypatch):
    likes = likes_of(random_graph(5, 60, 50, 0.2))
    dense = fit_basis(likes, SpectralParameters())
    monkeypatch.setattr(basis_module, "_WHOLE", 0)
    sparse = fit_basis(likes, SpectralParameters())
    of_dense, of_sparse = (b.vectors * b.scales[:, None] for b in (dense, sparse))
    np.testing.assert_allclose(of_dense @ of_dense.T, of_sparse @ of_sparse.T, atol=0.02)


def test_products_are_exact_whichever_way_they_are_added_up():
    space = Subspace(likes_of(random_graph(7, 80, 60, 0.3)), SpectralParameters(dimensions=9.0))
    rows = space.people.rows
    exact = rows.astype(np.int64) @ rows.astype(np.int64).T
    assert np.array_equal(rows @ rows.T, exact)
    backwards = rows[:, ::-1]
    assert np.array_equal(np.array([[float(np.dot(a, b)) for a in backwards] for b in backwards]), exact)
    assert MOST * 127**2 < 2**24


def test_where_few_like_anything_the_subspace_has_what_there_is():
    nobody = Subspace(likes_of(from_ratings([], ["a"], ["x"])), SpectralParameters())
    assert nobody.basis.vectors.shape == (1, 0)
    assert nobody.people.lengths.tolist() == [0.0]
    one = Subspace(likes_of(from_ratings([("a", "x", 5, 1)], ["b"], ["y"])), SpectralParameters())
    assert one.basis.vectors.tolist() in ([[127], [0]], [[-127], [0]])
    assert one.people.lengths.tolist() == [127.0, 0.0]


def test_what_lies_outside_of_the_subspace_is_nothing_and_no_noise():
    """Two people apart from all others: the first singular vectors know nothing of them."""
    many = [(f"u{i}", f"t{j}", 5, 1) for i in range(12) for j in range(8) if (i * j) % 3]
    graph = from_ratings([*many, ("x", "y1", 5, 1), ("x", "y2", 5, 1)])
    found = fit_basis(likes_of(graph), SpectralParameters(dimensions=0.3))
    apart = [graph.titles.ids.position(title) for title in ("y1", "y2")]
    assert found.vectors.shape[1] == 1
    assert (found.vectors[apart] == 0).all()
