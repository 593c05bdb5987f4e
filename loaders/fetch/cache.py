"""The cache of fetched data sets: one folder for each, there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk.errors import DownloadError, StorageError
from cinewalk.loaders.base.user_folder import of_this_user
from cinewalk.loaders.fetch.archives import unpack
from cinewalk.loaders.fetch.download import UnreachableError, fetch_archive
from cinewalk.loaders.fetch.package_copy import fetch_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.fetch.datasets import DataSet

#: The data set that is also inside a package of PyPI.
_COPIED: Final = "movielens-100k"


def cache_folder() -> Path:
    """The folder that keeps fetched data sets: ``CINEWALK_CACHE``, or the user's cache folder."""
    if named := os.environ.get("CINEWALK_CACHE"):
        return Path(named)
    import platformdirs

    return of_this_user(lambda: platformdirs.user_cache_dir("cinewalk"), "CINEWALK_CACHE")


def data_folder(
    dataset: DataSet,
    cache: Path,
    wanted: Callable[[str], bool],
    progress: Progress,
    notify: Callable[[str], None],
) -> Path:
    """Give the folder that holds the files of a data set, fetched if they are not there.

    Parameters
    ----------
    dataset
        The data set.
    cache
        The folder that keeps data sets.
    wanted
        Tells by its name whether a file of the archive is kept.
    progress
        Told how far fetching is.
    notify
        Told the licence, once for each data set and cache.

    Raises
    ------
    DownloadError
        If it cannot be fetched, or what arrives is not what was published.
    StorageError
        If the cache cannot be written.
    """
    folder, copied = cache / dataset.name, cache / f"{dataset.name}-copy"
    for ready in (folder, copied):
        if ready.is_dir():
            return ready
    notify(f"{dataset.name} is fetched once: {dataset.size / 1e6:.1f} MB from {dataset.url}.")
    try:
        archive = fetch_archive(dataset, cache, progress)
    except UnreachableError as error:
        if dataset.name != _COPIED:
            raise _cannot_fetch(dataset, str(error)) from error
        progress("Fetching the copy of movielens-100k inside recbole with pip", 0, 0)
        try:
            with _appearing(copied) as new:
                fetch_copy(new)
        except DownloadError as second:
            raise _cannot_fetch(dataset, f"{error}; {second}") from second
        folder = copied
    else:
        with _appearing(folder) as new:
            unpack(archive, new, wanted)
        archive.unlink(missing_ok=True)
    _tell_licence(dataset, cache, notify)
    return folder


def _cannot_fetch(dataset: DataSet, why: str) -> DownloadError:
    return DownloadError(
        f"{dataset.name} cannot be fetched from {dataset.url} ({why.rstrip('.')}). Try again later, or fetch "
        "it in another way, unpack it, and load the folder."
    )


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """Give a new folder that gets its name only once it is filled."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise StorageError(
            f"{folder.parent}: cannot be written ({error.strerror or error}). Name another folder in CINEWALK_CACHE."
        ) from error
    try:
        yield new
        if not folder.is_dir():  # another process may have been quicker
            new.replace(folder)
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror or error}). Remove it and try again."
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _tell_licence(dataset: DataSet, cache: Path, notify: Callable[[str], None]) -> None:
    """Say what GroupLens asks, once for each data set and cache."""
    told = cache / f".{dataset.name}.licence-told"
    if not told.exists():
        notify(dataset.licence.format(name=dataset.name))
        told.touch()
