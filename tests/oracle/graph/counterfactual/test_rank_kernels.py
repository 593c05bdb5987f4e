"""The inner loops of removals tried on PageRank against products of matrices."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.counterfactual import rank_kernels

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("places", [1, 3, 4, 5, 18])
@pytest.mark.parametrize("columns", [1, 511, 512, 1300])
def test_sums_are_products_of_matrices(places, columns):
    rng = np.random.default_rng(places + columns)
    weights, rows = rng.normal(size=(7, places)), rng.normal(size=(places, columns))
    expected = weights @ rows
    np.testing.assert_allclose(rank_kernels.weighted_sums(weights, rows), expected, rtol=1e-12, atol=1e-13)
    chosen = rng.integers(0, columns, (7, 3))
    entries = rank_kernels.weighted_entries(weights, rows, chosen)
    np.testing.assert_allclose(entries, np.take_along_axis(expected, chosen, 1), rtol=1e-12, atol=1e-13)
