"""What a refresh came to says so in a line, and travels."""

from __future__ import annotations

import copy
import pickle

import pytest

from cinewalk.graph.numeric.arrays import FrozenMapping
from cinewalk.loaders.base.changes import Changes

pytestmark = pytest.mark.unit


def test_changes_in_a_line() -> None:
    changes = Changes(True, FrozenMapping({"rated": 1200, "<User>": 1}), ("rated",))
    assert repr(changes) == "<Changes: another graph; read 1,200 rated, 1 <User>>"
    assert changes._repr_html_() == "<p>Changes: another graph; read 1,200 rated, 1 &lt;User&gt;</p>"
    assert repr(Changes(False, {}, ())) == "<Changes: nothing new>"
    assert pickle.loads(pickle.dumps(changes)) == copy.deepcopy(changes) == changes
