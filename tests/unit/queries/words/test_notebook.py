"""What notebooks show is escaped, and short."""

from __future__ import annotations

import pandas as pd
import pytest

from cinewalk.queries.words.notebook import MOST_ROWS, html_of

pytestmark = pytest.mark.unit


def test_titles_of_others_are_text() -> None:
    frame = pd.DataFrame({"<title>": ["<script>alert(1)</script>" + "x" * 100]})
    shown = html_of("one <b>\ntwo & three", frame)
    assert shown.startswith("<p>one &lt;b&gt;</p><p>two &amp; three</p><table")
    assert "<script>" not in shown
    assert "x" * 100 in shown


def test_long_tables_are_cut_and_say_so() -> None:
    assert html_of("", pd.DataFrame({"a": range(MOST_ROWS + 2)})).endswith("<p>… and 2 more rows</p>")
    assert html_of("nothing", pd.DataFrame({"a": []})) == "<p>nothing</p>"
