"""An audit says in a line what it is, and shows its parts in a notebook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.queries.report.figures import PLAIN, shown

pytestmark = pytest.mark.unit


def test_a_notebook_shows_a_line_and_every_part() -> None:
    rows = (shown("genre", "<script>", 0.1, 0.3),)
    audit = replace(PLAIN, exposure=rows, remedies="bubble=2", notes=("a <b> note",))
    counts = f"{len(audit.groups)} groups, {len(audit.gaps)} gaps, 1 exposure, {len(audit.changes)} changes"
    assert repr(audit) == f"<Audit of {audit.walk} with bubble=2: 100 viewers; rows: {counts}>"
    html = audit._repr_html_()
    assert html.startswith(f"<p>Audit of {audit.walk} with bubble=2: 100 viewers")
    assert "<p>a &lt;b&gt; note</p>" in html
    assert "<td>&lt;script&gt;</td>" in html
    assert "<script>" not in html
