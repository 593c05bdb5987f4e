"""Relations in both directions."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.relation import Relation

pytestmark = pytest.mark.unit


def test_relations_are_frozen_and_hold_both_directions() -> None:
    relation = Relation.of(
        np.array([2, 0, 2]), np.array([1, 1, 0]), (3, 2), {"rating": np.array([1.0, 2.0, 3.0])}
    )
    assert relation.indices[relation.row(2)].tolist() == [0, 1]
    assert relation.properties["rating"].tolist() == [2.0, 3.0, 1.0]
    assert relation.reverse_indices[relation.reverse_row(1)].tolist() == [0, 2]
    backwards = relation.properties["rating"][relation.reverse_order]
    assert backwards[relation.reverse_row(1)].tolist() == [2.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        relation.indices[0] = 1
    with pytest.raises(ValueError, match="twice"):
        Relation.of(np.array([0, 0]), np.array([1, 1]), (1, 2))
