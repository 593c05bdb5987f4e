"""Values of arrays can be pickled and copied, and stay read-only."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from cinewalk.graph.numeric.arrays import CSR, FrozenMapping, frozen

pytestmark = pytest.mark.unit

#: Every way in which a value gets a second self.
WAYS = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value, 4)),
    "pickle-5": lambda value: pickle.loads(pickle.dumps(value, 5)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)
def test_a_mapping_and_its_arrays_stay_frozen(again) -> None:
    mapping = FrozenMapping({"years": frozen(np.arange(3)), "inner": FrozenMapping({1: "a"})})
    travelled = again(mapping)
    assert list(travelled) == ["years", "inner"]
    assert travelled["inner"] == {1: "a"}
    assert travelled["years"].tolist() == [0, 1, 2]
    assert not travelled["years"].flags.writeable
    with pytest.raises(TypeError):
        travelled["years"] = 1


@pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)
def test_rows_stay_frozen(again) -> None:
    rows = CSR(frozen(np.array([0, 1])), frozen(np.zeros(1, np.int32)), frozen(np.ones(1, np.float32)))
    travelled = again(rows)
    assert type(travelled) is CSR
    for before, after in zip(rows, travelled, strict=True):
        assert (after.dtype, after.tolist()) == (before.dtype, before.tolist())
        assert not after.flags.writeable


def test_what_a_mapping_is_made_of_may_change_without_it() -> None:
    items = {"a": 1}
    mapping = FrozenMapping(items)
    items["a"] = 2
    assert (mapping, len(FrozenMapping()), repr(mapping)) == ({"a": 1}, 0, "FrozenMapping({'a': 1})")
