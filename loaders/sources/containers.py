"""Where a source is: a data set by its name, a folder, an archive, or a single file, packed or not."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.clean_text import meant
from cinewalk.errors import FileFormatError, SourceError
from cinewalk.loaders.fetch.archives import (
    GZIP_SUFFIX,
    decompressed,
    gunzip,
    named_as,
    unpacked,
    without_gzip,
)
from cinewalk.loaders.fetch.cache import cache_folder, data_folder
from cinewalk.loaders.fetch.datasets import DATASETS
from cinewalk.loaders.fetch.tar_archives import TAR_SUFFIXES, tar_unpacked
from cinewalk.loaders.sources.folders import UNDERSTOOD, is_data_file
from cinewalk.loaders.sources.interactions import SUFFIXES, is_interactions
from cinewalk.loaders.sources.json_tables import JSON_SUFFIX, tables_unpacked
from cinewalk.loaders.tables.lines import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cinewalk.graph.numeric.progress import Progress

_ZIP_SUFFIX: Final = ".zip"
_NAMED: Final = 6
#: What people give that cannot be read, by how its name ends, and what to do about it.
_OTHERS: Final = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), ("is a spreadsheet", "Save its sheet as CSV")),
    **dict.fromkeys(
        (".7z", ".rar"), ("is an archive of a kind that is not read", "Unpack it, and load the folder")
    ),
    **dict.fromkeys((".jsonl", ".sql", ".sqlite", ".db"), ("is no table", "Save it as CSV")),
}


class Located(NamedTuple):
    """The folder or the single file of a source, and where its bad rows are listed."""

    place: Path
    rejects: Path


def plain_name(name: str) -> str:
    """Return a file's name without what tells its format.

    >>> plain_name("train.csv.gz"), plain_name("films.zip"), plain_name("films.csv.zip")
    ('train', 'films', 'films')
    """
    for endings in ((_ZIP_SUFFIX,), (*TAR_SUFFIXES, *SUFFIXES)):
        suffix = next((end for end in endings if name.lower().endswith(end)), "")
        name = name[: len(name) - len(suffix)] or name
    return name.rpartition(".")[0] or name if not suffix and "." in name else name


@contextlib.contextmanager
def located(
    source: str | Path, cache: Path | None, progress: Progress, notify: Callable[[str], None]
) -> Iterator[Located]:
    """Find a source; what has to be unpacked for that goes away afterwards.

    Raises
    ------
    SourceError
        If it does not exist or is not understood.
    """
    if isinstance(source, str) and source in DATASETS:
        where = cache or cache_folder()
        folder = data_folder(DATASETS[source], where, is_data_file, progress, notify)
        yield Located(folder, where / f"{source}.rejects.csv")
        return
    path = Path(source)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
        rejects = Path(f"{plain_name(path.resolve().name) or 'source'}.rejects.csv")
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name, a loop of links
        raise SourceError(f"{str(source)!r}: is no path ({error}). {_known()}") from error
    if is_folder:
        with _files_unpacked(path) as place:
            yield Located(place, rejects)
    elif is_file:
        with _unpacked(path) as place:
            yield Located(place, rejects)
    else:
        near = meant(str(source).lower(), DATASETS)
        raise SourceError(f"{str(source)!r}: there is no such data set, folder or archive.{near} {_known()}")


@contextlib.contextmanager
def _files_unpacked(folder: Path) -> Iterator[Path]:
    """Give a folder itself, or, where files of it are gzipped one by one, a folder that holds them unpacked."""
    with readable(folder):
        entries = {entry: without_gzip(entry.name) for entry in folder.iterdir()}
    is_wanted = is_data_file if any(map(is_data_file, entries.values())) else is_interactions
    packed = {entry: name for entry, name in entries.items() if name != entry.name and is_wanted(name)}
    if not packed:
        yield folder
        return
    plain = {entry.name.lower(): entry for entry in entries if entry not in packed}
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cinewalk-")))
        stack.enter_context(named_as(str(place), folder))
        for file, name in packed.items():
            if same := plain.get(name.lower()):
                raise SourceError(f"{folder}: holds {same.name} and {file.name}. Keep one of them.")
            gunzip(file, place / name)
        for entry in plain.values():
            (place / entry.name).symlink_to(entry.resolve())
        yield place


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Give a file itself, or what an archive holds."""
    name = path.name.lower()
    if name.endswith((_ZIP_SUFFIX, *TAR_SUFFIXES)):
        unpack = unpacked if name.endswith(_ZIP_SUFFIX) else tar_unpacked
        with unpack(path, is_data_file) as folder:
            if any(folder.iterdir()):
                yield folder
                return
        names: list[str] = []

        def is_wanted(member: str) -> bool:
            names.append(member)
            return is_interactions(member)

        with unpack(path, is_wanted) as folder:  # a single file under a name of its own
            if not any(folder.iterdir()):
                raise _nothing_in(path, names)
            yield folder
    elif name.endswith(JSON_SUFFIX):
        with tables_unpacked(path) as folder:
            yield folder
    elif is_interactions(name):
        with decompressed(path) if name.endswith(GZIP_SUFFIX) else contextlib.nullcontext(path) as file:
            yield file
    else:
        problem, advice = _OTHERS.get(
            path.suffix.lower(), ("is a single file of another kind", _known().rstrip("."))
        )
        raise FileFormatError(path, problem, f"{advice}. What can be loaded: {UNDERSTOOD}")


def _nothing_in(path: Path, names: list[str]) -> FileFormatError:
    """Say that an archive holds nothing that can be loaded, and what it holds instead."""
    packed = [name for name in names if name.lower().endswith((_ZIP_SUFFIX, *TAR_SUFFIXES, GZIP_SUFFIX))]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    advice = f"Unpack it, and load {packed[0]} itself. " if packed else ""
    return FileFormatError(
        path,
        f"holds {', '.join(names[:_NAMED]) or 'nothing'}{more}",
        f"{advice}What can be loaded: {UNDERSTOOD}",
    )


def _known() -> str:
    return f"Data sets known by name: {', '.join(DATASETS)}."
