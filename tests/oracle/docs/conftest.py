"""What the tests of several pages share."""

from __future__ import annotations

import pytest

from .formulas import names, source


@pytest.fixture(scope="session")
def movielens_walks(movielens):
    """The formulas of docs/walks.md on MovieLens-100K: what they have fitted once stays."""
    return names(source("walks"), {"graph": movielens})
