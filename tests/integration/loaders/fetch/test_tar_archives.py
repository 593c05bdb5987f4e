"""Tar archives: what is in them is read, and nothing in them is trusted."""

from __future__ import annotations

import io
import tarfile

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.fetch import archives, tar_archives
from cinewalk.loaders.fetch.tar_archives import TAR_SUFFIXES, tar_unpacked
from cinewalk.loaders.sources.sources import read_tables

pytestmark = pytest.mark.integration

RATINGS = b"user_id,title_id,rating\n1,10,4\n2,10,5\n"
MODES = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}


def pack(path, members, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for member, data in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("suffix", TAR_SUFFIXES)
def test_an_archive_is_its_folder(tmp_path, suffix):
    members = [("set/ratings.csv", RATINGS), ("set/._ratings.csv", b"\0"), ("set/README", b"x")]
    path = pack(tmp_path / f"set{suffix}", members, MODES[suffix])
    assert read_tables(path).ratings.rating.tolist() == [4.0, 5.0]


def link(name):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/hostname"
    return info


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("../ratings.csv", RATINGS)], "reaches out of the archive"),
        ([("/ratings.csv", RATINGS)], "has an absolute path"),
        ([(link("ratings.csv"), b"")], "is a symbolic link"),
        ([("a/ratings.csv", RATINGS), ("b/ratings.csv", RATINGS)], "has a/ratings.csv and b/ratings.csv"),
    ],
)
def test_what_an_archive_may_not_hold(tmp_path, members, said):
    path = pack(tmp_path / "set.tar.gz", members)
    with pytest.raises(FileFormatError, match=said):
        read_tables(path)


def test_an_archive_that_is_cut_or_none(tmp_path):
    path = pack(tmp_path / "set.tar.gz", [("ratings.csv", RATINGS * 1000)])
    path.write_bytes(path.read_bytes()[:-40])
    for data in (path.read_bytes(), b"", b"no archive"):
        path.write_bytes(data)
        with pytest.raises(FileFormatError, match=r"set\.tar\.gz: is not a tar archive that can be read"):
            read_tables(path)


def test_limits_of_size_and_number(tmp_path, monkeypatch):
    path = pack(tmp_path / "set.tar.gz", [(f"{number}.csv", RATINGS) for number in range(4)])
    monkeypatch.setattr(tar_archives, "MOST_MEMBERS", 3)
    with pytest.raises(FileFormatError, match="has over 3 members"), tar_unpacked(path, bool):
        pytest.fail("it was unpacked")
    monkeypatch.setattr(tar_archives, "MOST_MEMBERS", 4)
    with tar_unpacked(path, bool) as folder:
        assert len(list(folder.iterdir())) == 4
    assert not folder.exists()
    monkeypatch.setattr(archives, "_SMALL", 100)
    monkeypatch.setattr(archives, "LARGEST_RATIO", 0)
    with pytest.raises(FileFormatError, match="unpacks to over 100 bytes"), tar_unpacked(path, bool):
        pytest.fail("it was unpacked")
