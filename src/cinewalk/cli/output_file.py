"""How the commands `card`, `evaluate` and `explain` write the files that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a file anew.

    Raises
    ------
    StorageError
        Where it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from error
