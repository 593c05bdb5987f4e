"""Lists of JSON become tables."""

from __future__ import annotations

import json

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.exports.export_files import ExportFile
from cinewalk.loaders.exports.json_table import read_json, table_of_entries

pytestmark = pytest.mark.unit


def file_of(held: object) -> ExportFile:
    return ExportFile("folder/x.json", json.dumps(held).encode())


def test_entries_with_other_keys_share_their_columns():
    entries = [{"mediaType": "movie", "title": "Heat", "ids": {"imdb": "tt1"}}, {"title": None, "Year": 1995}]
    file = file_of(entries)
    table = table_of_entries(file, read_json(file))
    assert table.names == ("media_type", "title", "year")
    assert [record.cells for record in table.records] == [("movie", "Heat", ""), ("", "", "1995")]
    assert [record.line for record in table.records] == [1, 2]


def test_what_is_no_entry_is_bad_and_spoils_no_other():
    file = file_of([7, {"title": "A\u0000B"}, {"title": "Half \ud800"}, None])
    table = table_of_entries(file, read_json(file))
    assert [(reject.line, reject.reason) for reject in table.bad] == [
        (1, "is not an entry"),
        (2, "holds the control character U+0000"),
        (4, "is not an entry"),
    ]
    assert [record.cells for record in table.records] == [("Half ?",)]


def test_no_entries_are_no_columns():
    file = file_of([])
    assert table_of_entries(file, read_json(file)).names == ()


@pytest.mark.parametrize("text", ["", "{", "[" * 200_000])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(FileFormatError, match=r"x\.json: is not JSON"):
        read_json(ExportFile("folder/x.json", text.encode()))
