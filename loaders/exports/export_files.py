"""The files of an export, as it was downloaded: one file, a folder, or a zip archive that is read in memory."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError, SourceError
from cinewalk.loaders.base.archive_limits import DAMAGED_ZIP, LARGEST_RATIO, MOST_MEMBERS
from cinewalk.loaders.tables.lines import readable
from cinewalk.loaders.text.encodings import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from cinewalk.loaders.text.encodings import Decoded

#: The most that the files of one export may hold, in bytes.
LARGEST: Final = 1 << 28
_SMALL: Final = 10 << 20
_NAMED: Final = 6


@dataclass(frozen=True)
class ExportFile:
    """A file of an export: its path inside of it, with ``/``, and what it holds."""

    name: str
    data: bytes

    @property
    def base(self) -> str:
        """The name without the folders."""
        return self.name.rpartition("/")[2]

    @cached_property
    def _decoded(self) -> Decoded:
        return decoded(self.data, self.name)

    def text(self) -> str:
        """Return the text, in whichever encoding it is; see :func:`cinewalk.loaders.text.encodings.decoded`."""
        return self._decoded.text

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the file's encoding."""
        return tuple(filter(None, (self._decoded.note,)))


@dataclass(frozen=True, slots=True)
class Export:
    """The files of an export that are read, and what a person should know about the others."""

    files: tuple[ExportFile, ...]
    notes: tuple[str, ...] = ()


def read_export(path: Path, wanted: Callable[[str], bool], what: str) -> Export:
    """Read the files of an export.

    Parameters
    ----------
    path
        A file, which is taken whatever its name; or a folder or zip archive.
    wanted
        Tells by its path in the folder or archive, in lower case, whether a file is taken. A single folder
        around everything does not count.
    what
        The files that are looked for, for a person whose export has none of them.

    Raises
    ------
    SourceError
        Where there is nothing there, or none of the wanted files is in it.
    FileFormatError
        Where the archive is damaged or unpacks to too much, or the same file is in it twice.
    """
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError) as error:
        raise SourceError(f"{str(path)!r}: is no path ({error}). Give an export's file or folder.") from error
    if not (is_folder or is_file):
        raise SourceError(f"{path}: there is no such file or folder. Give the export as it was downloaded.")
    with readable(path):
        if is_file and path.suffix.lower() != ".zip":
            if path.stat().st_size > LARGEST:
                raise FileFormatError(path, f"holds over {LARGEST} bytes", "Split it")
            file = ExportFile(path.name, path.read_bytes())
            return Export((file,), file.notes)
        files, others = _read_folder(path, wanted) if is_folder else _read_archive(path, wanted)
    _check_once(path, files)
    if not files:
        raise SourceError(f"{path}: holds none of {what}. Give the export as it was downloaded.")
    encodings = [note for file in files for note in file.notes]
    return Export(tuple(files), (*encodings, *_note(path, others)))


def _inner(names: Iterable[str]) -> dict[str, str]:
    """Return each path without the one folder that is around everything, by the whole path."""
    paths = [name for name in names if not name.startswith("__MACOSX/") and "/." not in f"/{name}"]
    tops = {name.partition("/")[0] for name in paths}
    cut = len(next(iter(tops))) + 1 if len(tops) == 1 and all("/" in name for name in paths) else 0
    return {name: name[cut:] for name in sorted(paths)}


def _read_folder(path: Path, wanted: Callable[[str], bool]) -> tuple[list[ExportFile], list[str]]:
    paths = {place.relative_to(path).as_posix(): place for place in path.rglob("*") if place.is_file()}
    inner = _inner(paths)
    chosen = [name for name, short in inner.items() if wanted(short.lower())]
    if sum(paths[name].stat().st_size for name in chosen) > LARGEST:
        raise FileFormatError(path, f"holds over {LARGEST} bytes", "Give its files one by one")
    files = [ExportFile(inner[name], paths[name].read_bytes()) for name in chosen]
    return files, [short for name, short in inner.items() if name not in chosen]


def _read_archive(path: Path, wanted: Callable[[str], bool]) -> tuple[list[ExportFile], list[str]]:
    """Read the wanted members; nothing is unpacked to disk, so where their names point is of no account."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {_slashed(member): member for member in archive.infolist() if not _is_folder(member)}
            if len(members) > MOST_MEMBERS:
                raise FileFormatError(path, f"has {len(members)} members, over {MOST_MEMBERS}", _ADVICE)
            inner = _inner(members)
            chosen = [name for name, short in inner.items() if wanted(short.lower())]
            if sum(members[name].file_size for name in chosen) > LARGEST:
                raise FileFormatError(path, f"unpacks to over {LARGEST} bytes", _ADVICE)
            files = [ExportFile(inner[name], _unpacked(path, archive, members[name])) for name in chosen]
    except DAMAGED_ZIP as error:
        problem = f"is not a zip archive that can be read ({error or type(error).__name__})"
        raise FileFormatError(path, problem, "Download it again") from error
    return files, [short for name, short in inner.items() if name not in chosen]


def _slashed(member: zipfile.ZipInfo) -> str:
    """Return a member's path with ``/``, which some programs of Windows write otherwise."""
    return member.filename.replace("\\", "/")


def _is_folder(member: zipfile.ZipInfo) -> bool:
    return _slashed(member).endswith("/")


_ADVICE: Final = "Unpack it yourself if you trust it, and give the folder"


def _unpacked(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > max(_SMALL, LARGEST_RATIO * member.compress_size):
        raise FileFormatError(
            path, f"has {member.filename}, which unpacks to over {LARGEST_RATIO} times its size", _ADVICE
        )
    with archive.open(member) as packed:
        data = packed.read(member.file_size + 1)
    if len(data) > member.file_size:
        raise FileFormatError(path, f"declares a false size for {member.filename}", _ADVICE)
    return data


def _check_once(path: Path, files: list[ExportFile]) -> None:
    """Refuse an export with the same file twice: every row of it would count twice."""
    seen: dict[str, str] = {}
    for file in files:
        if file.base.lower() in seen:
            problem = f"has {seen[file.base.lower()]} and {file.name}"
            raise FileFormatError(path, problem, "Give one of the two folders")
        seen[file.base.lower()] = file.name


def _note(path: Path, others: list[str]) -> tuple[str, ...]:
    if not others:
        return ()
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return (
        f"{path.name}: not read, because cinewalk has no use for it: {', '.join(others[:_NAMED])}{more}.",
    )
