"""Read a viewer's own history from the export of any service that is known."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk.errors import RequestError
from cinewalk.loaders.exports.export_files import read_export
from cinewalk.loaders.history import imdb, jellyfin, letterboxd, netflix, plex, simkl, trakt

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.loaders.exports.export_files import Export
    from cinewalk.loaders.exports.history_rows import ExportedHistory
    from cinewalk.loaders.history.dates import DateOrder

#: The services whose exports can be read.
SERVICES = ("netflix", "imdb", "letterboxd", "trakt", "simkl", "plex", "jellyfin")

#: Those that need nothing but the files: which are wanted, what they are called, and how they are read.
_READERS: Final[dict[str, tuple[Callable[[str], bool], str, Callable[[Export], ExportedHistory]]]] = {
    "imdb": (imdb.is_wanted, imdb.FILES, imdb.read_imdb),
    "letterboxd": (letterboxd.is_wanted, letterboxd.FILES, letterboxd.read_letterboxd),
    "trakt": (trakt.is_wanted, trakt.FILES, trakt.read_trakt),
    "simkl": (simkl.is_wanted, simkl.FILES, simkl.read_simkl),
    "plex": (plex.is_wanted, plex.FILES, plex.read_plex),
    "jellyfin": (jellyfin.is_wanted, jellyfin.FILES, jellyfin.read_jellyfin),
}


def read_history(service: str, path: str | Path, *, date_order: DateOrder | None = None) -> ExportedHistory:
    """Read an export as it was downloaded.

    Parameters
    ----------
    service
        Whose it is, one of :data:`SERVICES`.
    path
        A file of it, or its folder or zip archive.
    date_order
        For Netflix' viewing history: the order of the numbers in its dates, where they do not tell it.

    Raises
    ------
    SourceError
        Where the path or its content is not what it should be.
    RequestError
        Where the order of dates cannot be told, or there is no such service.
    """
    path = Path(path)
    if service == "netflix":
        export = read_export(path, netflix.is_wanted, netflix.FILES)
        history = netflix.read_netflix(export, date_order)
    elif date_order is not None:
        raise RequestError(f"the dates of {service} need no order; leave --date-order out.")
    elif service in _READERS:
        is_wanted, files, read = _READERS[service]
        export = read_export(path, is_wanted, files)
        history = read(export)
    else:
        raise RequestError(f"there is no service {service!r}; there are {', '.join(SERVICES)}.")
    return dataclasses.replace(history, notes=(*export.notes, *history.notes))
