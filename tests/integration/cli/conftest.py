"""The example graph in its folder."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph


@pytest.fixture
def example(tmp_path) -> str:
    return str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))
