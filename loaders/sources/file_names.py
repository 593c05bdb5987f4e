"""Files of a folder by their names, whatever the case: Windows and macOS do not tell Movies.csv from movies.csv."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.errors import SourceError
from cinewalk.loaders.tables.lines import readable

if TYPE_CHECKING:
    from pathlib import Path


def file_in(folder: Path, name: str) -> Path:
    """Return the file of a folder that has a name in any case; where there is none, the path that it would have.

    Raises
    ------
    SourceError
        Where several files differ in nothing but case.

    Examples
    --------
    >>> from pathlib import Path
    >>> file_in(Path("docs/example"), "none.csv").name
    'none.csv'
    """
    with readable(folder):
        there = sorted(
            path for path in folder.iterdir() if path.name.lower() == name.lower() and path.is_file()
        )
    if len(there) > 1:
        raise SourceError(f"{folder}: holds {there[0].name} and {there[1].name}. Keep one of them.")
    return there[0] if there else folder / name
