"""Tables of the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cinewalk.queries.audit.figures import ExposureRow
from cinewalk.queries.report.tables import tables
from tests.unit.queries.report.figures import MEN, PLAIN, WOMEN, change, gap, group, shown

pytestmark = pytest.mark.unit


def test_tables_have_a_cell_for_every_column() -> None:
    rows = (
        shown("decade", "1950s", 0.05, 0.1),
        ExposureRow("decade", "1920s", 0.0, 0.1, 0.0, None, None, None, None),
    )
    few = group("gender", "X", 12, ndcg_at_10=0.1)
    changes = (change("newcomers", 0.5, 0.3),)
    audit = replace(
        PLAIN,
        groups=(WOMEN, MEN, few),
        gaps=(gap("gender", "ndcg@10", 0.0004),),
        exposure=rows,
        changes=changes,
    )
    found = tables(audit)
    assert [table.name for table in found] == [
        "Viewers by gender",
        "Gaps between groups",
        "What is shown by decade",
        "What groups do to lists",
    ]
    assert all(len(row) == len(table.columns) for table in found for row in table.rows)
    assert found[0].rows[-1][0] == "X (not compared)"
    assert found[1].rows[0][-1] == "< .001"
    assert [row[0] for row in found[2].rows] == ["1920s", "1950s"]
    assert tables(PLAIN)[0].rows[0][0] == "everybody"
