"""How many faults and bad inputs are tried."""

from __future__ import annotations

import pytest

from ..conftest import FAULTS

pytestmark = pytest.mark.integration

FEWEST = 300


def test_hundreds_of_distinct_faults_are_tried(pytestconfig):
    if pytestconfig.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        pytest.skip("counts what the whole suite collects; it was asked for a part")
    cases = pytestconfig.stash[FAULTS]
    assert len(cases) >= FEWEST
    assert len({case.partition("::")[0] for case in cases}) >= 4
