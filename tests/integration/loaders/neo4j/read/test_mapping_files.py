"""Mappings from files."""

from __future__ import annotations

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.mapping import find_mapping

pytestmark = pytest.mark.integration


def test_a_mapping_file(tmp_path):
    file = tmp_path / "names.toml"
    file.write_text('format = 1\n[labels]\nTitle = "Film"\n[properties.rated]\nrating = "stars"\n')
    mapping = find_mapping(file)
    assert mapping.label("Title") == "`Film`"
    assert mapping.property("rated", schema.RATING) == "`stars`"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("format = 2", "format 2"),
        ("", "format None"),
        ("format = ", "is not TOML"),
        ("format = 1\nlabel = 1", "no part of a mapping"),
        ('format = 1\n[labels]\nTitle = "a`b"', "holds"),
        ("format = 1\n[labels]\nTitle = 3", "is no name"),
        ('format = 1\n[labels]\nFilm = "a"', "no label 'Film'"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_what_is_no_mapping_is_said_in_one_line(tmp_path, text, why):
    file = tmp_path / "names.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileFormatError, match=why) as caught:
        find_mapping(file)
    assert "\n" not in str(caught.value)


def test_a_mapping_file_that_is_not_there(tmp_path):
    with pytest.raises(FileFormatError, match="recommendations"):
        find_mapping(tmp_path / "none.toml")
