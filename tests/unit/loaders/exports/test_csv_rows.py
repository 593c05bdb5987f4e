"""Text becomes rows of cells."""

from __future__ import annotations

import pytest

from cinewalk.loaders.exports.csv_rows import split_records

pytestmark = pytest.mark.unit


def test_a_quoted_cell_may_hold_commas_quotes_and_line_breaks():
    text = '"Good Night, and ""Good Luck""",1\r\n"Two\r\nlines",2\n\n\t \nthree,3'
    records = list(split_records(text, ","))
    assert [record.cells for record in records] == [
        ('Good Night, and "Good Luck"', "1"),
        ("Two\r\nlines", "2"),
        ("three", "3"),
    ]
    assert [record.line for record in records] == [1, 2, 6]


def test_an_open_quote_spoils_one_row_only():
    text = 'a,1\n"b,2\nc,3\n' + "\n".join(f"x{i},{i}" for i in range(40)) + '\n5" pipe,9\nd,4\n6" pipe,9\n'
    records = list(split_records(text, ","))
    bad = [record for record in records if record.problem]
    assert [record.text for record in bad] == ['"b,2', '5" pipe,9', '6" pipe,9']
    assert len(records) == text.count("\n")
