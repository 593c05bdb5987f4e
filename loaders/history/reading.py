"""Read a viewer's own history from the export of any service that is known."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from cinewalk.errors import RequestError
from cinewalk.loaders.history import imdb, letterboxd, netflix, trakt
from cinewalk.loaders.tables.export_files import read_export

if TYPE_CHECKING:
    from cinewalk.loaders.history.dates import DateOrder
    from cinewalk.loaders.tables.history_rows import ExportedHistory

#: The services whose exports can be read.
SERVICES = ("netflix", "imdb", "letterboxd", "trakt")


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
    elif service == "imdb":
        export = read_export(path, imdb.is_wanted, imdb.FILES)
        history = imdb.read_imdb(export)
    elif service == "letterboxd":
        export = read_export(path, letterboxd.is_wanted, letterboxd.FILES)
        history = letterboxd.read_letterboxd(export)
    elif service == "trakt":
        export = read_export(path, trakt.is_wanted, trakt.FILES)
        history = trakt.read_trakt(export)
    else:
        raise RequestError(f"there is no service {service!r}; there are {', '.join(SERVICES)}.")
    return dataclasses.replace(history, notes=(*export.notes, *history.notes))
