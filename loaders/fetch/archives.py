"""Zip archives and gzipped files, with nothing in them trusted: not names, and not the sizes that they declare."""

from __future__ import annotations

import contextlib
import gzip
import lzma
import re
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError, SourceError, StorageError
from cinewalk.loaders.base.archive_limits import DAMAGED_ZIP, LARGEST_RATIO, MOST_MEMBERS
from cinewalk.loaders.tables.lines import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: The most that the members that are taken may unpack to, in bytes.
LARGEST_TOTAL: Final = 4 << 30
#: What the name of a gzipped file ends in.
GZIP_SUFFIX: Final = ".gz"

#: Up to so many bytes an archive may unpack to, whatever its own size.
_SMALL: Final = 10 << 20
#: So many bytes are unpacked at a time.
PIECE: Final = 1 << 20
_DRIVE: Final = re.compile(r"[A-Za-z]:")
ADVICE: Final = "Unpack it yourself if you trust it, and load the folder"
_ADVICE_GZIP: Final = "Unpack it yourself if you trust it, and load the file"
_CORRUPT: Final = (*DAMAGED_ZIP, lzma.LZMAError)


@contextlib.contextmanager
def unpacked(path: Path, wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Unpack the wanted members of an archive into a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="cinewalk-") as folder, named_as(folder, path):
        unpack(path, Path(folder), wanted)
        yield Path(folder)


@contextlib.contextmanager
def named_as(folder: str, path: Path) -> Iterator[None]:
    """Have errors name what a person gave, and not the folder that it was unpacked to."""
    try:
        yield
    except SourceError as error:
        error.args = (str(error).replace(folder, str(path)),)
        raise


def unpack(path: Path, folder: Path, wanted: Callable[[str], bool]) -> None:
    """Unpack the wanted members of an archive side by side into a folder.

    Parameters
    ----------
    path
        The archive.
    folder
        An empty folder.
    wanted
        Tells by a member's file name whether it is taken.

    Raises
    ------
    FileFormatError
        If it is no zip archive, is damaged or encrypted, has members that reach out of the folder, or
        unpacks to too much.
    StorageError
        If the folder cannot be written.
    """
    with readable(path), path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                for member in _members(path, archive, wanted):
                    _unpack_member(path, archive, member, folder)
        except _CORRUPT as error:
            problem = f"is not a zip archive that can be read ({error or type(error).__name__})"
            raise FileFormatError(path, problem, "Get it again") from error


def _members(path: Path, archive: zipfile.ZipFile, wanted: Callable[[str], bool]) -> list[zipfile.ZipInfo]:
    """The members to take, once all of them are seen to be harmless."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise FileFormatError(path, f"has {len(members)} members, over {MOST_MEMBERS}", ADVICE)
    for member in members:
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if problem := danger_in(member.orig_filename, is_link=is_link):
            raise FileFormatError(path, f"has the member {member.orig_filename!r}, which {problem}", ADVICE)
    taken: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        parts = PurePosixPath(member.filename).parts
        if member.is_dir() or not parts or parts[0] == "__MACOSX" or not wanted(parts[-1]):
            continue
        if parts[-1] in taken:
            problem = f"has {taken[parts[-1]].filename} and {member.filename}"
            raise FileFormatError(path, problem, "Unpack it, and load one of the folders")
        taken[parts[-1]] = member
    _check_sizes(path, list(taken.values()))
    return list(taken.values())


def danger_in(name: str, *, is_link: bool) -> str:
    """Say what is wrong with a member's name or kind; nothing if all is well.

    >>> danger_in("../x.csv", is_link=False)
    'reaches out of the archive'
    """
    if "\\" in name or "\0" in name:
        return "has a backslash or a NUL in its name"
    if name.startswith("/") or _DRIVE.match(name):
        return "has an absolute path"
    if ".." in name.split("/"):
        return "reaches out of the archive"
    if is_link:
        return "is a symbolic link"
    return ""


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        if member.flag_bits & 1:
            raise FileFormatError(path, f"is encrypted ({member.filename})", ADVICE)
        if member.file_size > _SMALL and member.file_size > LARGEST_RATIO * member.compress_size:
            problem = (
                f"has the member {member.filename}, which unpacks to over {LARGEST_RATIO} times its size"
            )
            raise FileFormatError(path, problem, ADVICE)
    total = sum(member.file_size for member in members)
    if total > LARGEST_TOTAL:
        raise FileFormatError(path, f"unpacks to {total} bytes, over {LARGEST_TOTAL}", ADVICE)


def _unpack_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    """Write one member, and stop where it is larger than it declares."""

    def pieces() -> Iterator[bytes]:
        written = 0
        while piece := packed.read(PIECE):
            written += len(piece)
            if written > member.file_size:
                raise FileFormatError(path, f"declares a false size for {member.filename}", ADVICE)
            yield piece

    with archive.open(member) as packed:
        write_pieces(folder / PurePosixPath(member.filename).name, pieces())


def write_pieces(target: Path, pieces: Iterable[bytes]) -> None:
    """Write a file of what is unpacked.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    try:
        output = target.open("xb")
    except OSError as error:
        raise unwritable(target, error) from error
    with output:
        for piece in pieces:
            try:
                output.write(piece)
            except OSError as error:
                raise unwritable(target, error) from error


def unwritable(target: Path, error: OSError) -> StorageError:
    """Say that a file of what is unpacked cannot be written."""
    problem = f"{target}: cannot be written ({error.strerror or error})"
    return StorageError(f"{problem}. Make room, or give another folder.")


@contextlib.contextmanager
def decompressed(path: Path) -> Iterator[Path]:
    """Unpack a gzipped file into a folder that goes away afterwards, under its name without ``.gz``.

    Raises
    ------
    FileFormatError
        If it is no gzip file, is damaged, or unpacks to too much.
    StorageError
        If the folder cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="cinewalk-") as folder:
        target = Path(folder) / without_gzip(path.name)
        gunzip(path, target)
        with named_as(str(target), path):
            yield target


def without_gzip(name: str) -> str:
    """Return the name of what a gzipped file holds; of any other file its own.

    >>> without_gzip("train.csv.GZ"), without_gzip("train.csv")
    ('train.csv', 'train.csv')
    """
    return name[: -len(GZIP_SUFFIX)] if name.lower().endswith(GZIP_SUFFIX) else name


def gunzip(path: Path, target: Path) -> None:
    """Unpack a gzipped file into another; raises as :func:`decompressed` does."""
    write_pieces(target, _gunzip(path, most_of(path)))


def most_of(path: Path) -> int:
    """Return how many bytes a compressed file may unpack to."""
    with readable(path):
        return min(max(_SMALL, LARGEST_RATIO * path.stat().st_size), LARGEST_TOTAL)


def _gunzip(path: Path, most: int) -> Iterator[bytes]:
    left = most
    try:
        with gzip.open(path) as packed:
            while piece := packed.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise FileFormatError(path, f"unpacks to over {most} bytes", _ADVICE_GZIP)
                yield piece
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        problem = f"is not a gzip file that can be read ({error or type(error).__name__})"
        raise FileFormatError(path, problem, "Get it again") from error
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise FileFormatError(path, problem, "Check that it is a file and that you may read it") from error
