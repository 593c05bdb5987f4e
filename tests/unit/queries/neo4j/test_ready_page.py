"""The page about the ready queries."""

from __future__ import annotations

import pytest

from cinewalk.queries.neo4j.ready_page import page
from tests.conftest import ROOT

pytestmark = pytest.mark.unit


def test_the_page_is_current():
    assert (ROOT / "docs" / "cypher.md").read_text("utf-8") == page(), "run `make docs`"
