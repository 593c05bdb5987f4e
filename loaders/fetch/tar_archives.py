"""Tar archives, compressed or not, with nothing in them trusted; the limits are those of zip archives."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
import zlib
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.loaders.base.archive_limits import MOST_MEMBERS
from cinewalk.loaders.fetch.archives import ADVICE, PIECE, danger_in, most_of, named_as, write_pieces
from cinewalk.loaders.tables.lines import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: What the name of such an archive ends in.
TAR_SUFFIXES: Final = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")
_CORRUPT: Final = (tarfile.TarError, zlib.error, LZMAError, EOFError, ValueError, OverflowError)


@contextlib.contextmanager
def tar_unpacked(path: Path, wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Unpack the wanted members of an archive, side by side, into a folder that goes away afterwards.

    Raises
    ------
    FileFormatError
        If it is no tar archive, is damaged, has members that reach out of the folder, or unpacks to too much.
    StorageError
        If the folder cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="cinewalk-") as folder, named_as(folder, path):
        most = most_of(path)
        with readable(path):
            try:
                _unpack(path, Path(folder), wanted, most)
            except _CORRUPT as error:
                problem = f"is not a tar archive that can be read ({error or type(error).__name__})"
                raise FileFormatError(path, problem, "Get it again") from error
        yield Path(folder)


def _unpack(path: Path, folder: Path, wanted: Callable[[str], bool], most: int) -> None:
    taken: dict[str, str] = {}
    left = most
    with tarfile.open(path, "r|*") as archive:
        for count, member in enumerate(archive):
            if count >= MOST_MEMBERS:
                raise FileFormatError(path, f"has over {MOST_MEMBERS} members", ADVICE)
            if problem := danger_in(member.name, is_link=member.issym() or member.islnk()):
                raise FileFormatError(path, f"has the member {member.name!r}, which {problem}", ADVICE)
            left -= member.size
            if left < 0:
                raise FileFormatError(path, f"unpacks to over {most} bytes", ADVICE)
            name = PurePosixPath(member.name).name
            if not member.isfile() or name.startswith("._") or not wanted(name):
                continue
            if name in taken:
                problem = f"has {taken[name]} and {member.name}"
                raise FileFormatError(path, problem, "Unpack it, and load one of the folders")
            taken[name] = member.name
            packed = archive.extractfile(member)
            assert packed is not None, "a file has content"
            write_pieces(folder / name, iter(lambda: packed.read(PIECE), b""))  # noqa: B023 - used up here
