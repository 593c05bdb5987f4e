"""Lists of ids, one a line."""

from __future__ import annotations

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.base.id_list import read_ids

pytestmark = pytest.mark.integration


def test_ids_one_a_line(tmp_path):
    file = tmp_path / "ids.txt"
    file.write_bytes("\ufeff7\r\n\n  anna \nß\n7".encode())
    assert read_ids(file) == ["7", "anna", "ß", "7"]


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "cannot be read"), (b"\n \n", "holds no id"), (b"\xff\xfe7", "not UTF-8")]
)
def test_a_list_of_ids_that_is_none(tmp_path, content, problem):
    file = tmp_path / "ids.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FileFormatError, match=problem):
        read_ids(file)
