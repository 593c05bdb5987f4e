"""How the commands `card`, `evaluate` and `explain` write the files that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.clean_text import clean
from cinewalk.errors import StorageError
from cinewalk.loaders.base.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a file anew, whole or not at all.

    Raises
    ------
    StorageError
        Where it cannot be written.
    """
    try:
        write_whole(path, clean(text, lines=True))
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror or error}). Choose another place."
        ) from error
