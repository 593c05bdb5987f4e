"""Archives that mean harm are refused before anything of them is written."""

from __future__ import annotations

import stat
import struct
import zipfile

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.fetch import archives

pytestmark = pytest.mark.integration


def pack(path, *members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def refused(path, folder, said):
    folder.mkdir(exist_ok=True)
    with pytest.raises(FileFormatError, match=said) as error:
        archives.unpack(path, folder, lambda _: True)
    assert str(path) in str(error.value)
    return list(folder.iterdir())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../ratings.csv", "reaches out"),
        ("a/../../ratings.csv", "reaches out"),
        ("/etc/ratings.csv", "absolute path"),
        ("C:/ratings.csv", "absolute path"),
        ("a\\ratings.csv", "backslash"),
    ],
)
def test_names_that_lead_elsewhere(tmp_path, name, said):
    path = pack(tmp_path / "x.zip", ("good.csv", b"x"), (name, b"x"))
    assert refused(path, tmp_path / "out", said) == []


def test_symbolic_links(tmp_path):
    link = zipfile.ZipInfo("ratings.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = pack(tmp_path / "x.zip", (link, b"/etc/passwd"))
    assert refused(path, tmp_path / "out", "symbolic link") == []


def test_bombs(tmp_path, monkeypatch):
    path = pack(tmp_path / "x.zip", ("ratings.csv", bytes(11 << 20)))
    assert refused(path, tmp_path / "out", "over 100 times its size") == []
    monkeypatch.setattr(archives, "LARGEST_TOTAL", 10)
    path = pack(tmp_path / "y.zip", ("a", b"123456"), ("b", b"123456"))
    assert refused(path, tmp_path / "out", "unpacks to 12 bytes") == []


def test_a_size_that_is_not_true(tmp_path):
    path = pack(tmp_path / "x.zip", ("ratings.csv", bytes(range(256)) * 40), compression=zipfile.ZIP_STORED)
    data = path.read_bytes()
    size, short = struct.pack("<I", 10_240), struct.pack("<I", 100)
    path.write_bytes(data.replace(size, short))
    refused(path, tmp_path / "out", "cannot be read|false size|not a zip")


def test_too_many_members(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    assert refused(pack(tmp_path / "x.zip", ("a", b""), ("b", b"")), tmp_path / "out", "2 members") == []


def test_encrypted(tmp_path):
    path = pack(tmp_path / "x.zip", ("ratings.csv", b"x"))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refused(path, tmp_path / "out", "encrypted") == []


def test_damaged(tmp_path):
    path = pack(tmp_path / "x.zip", ("ratings.csv", b"user_id,title_id\n" * 100))
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    refused(path, tmp_path / "out", "not a zip archive")
    path.write_bytes(data[:50])
    refused(path, tmp_path / "cut", "not a zip archive")


def test_two_files_of_one_name(tmp_path):
    path = pack(tmp_path / "x.zip", ("a/ratings.csv", b"x"), ("b/ratings.csv", b"y"))
    assert refused(path, tmp_path / "out", "a/ratings.csv and b/ratings.csv") == []


def test_only_what_is_wanted_is_written(tmp_path):
    path = pack(tmp_path / "x.zip", ("a/ratings.csv", b"x"), ("a/run.exe", b"y"), ("a/b/", b""))
    (tmp_path / "out").mkdir()
    archives.unpack(path, tmp_path / "out", "ratings.csv".__eq__)
    assert [(found.name, found.read_bytes()) for found in (tmp_path / "out").iterdir()] == [
        ("ratings.csv", b"x")
    ]
