"""A list of ids in a text file, one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path


def read_ids(path: Path) -> list[str]:
    """Read the ids of a text file, one a line; empty lines and blanks around an id do not count.

    Raises
    ------
    FileFormatError
        Where it cannot be read, is not UTF-8, or holds no id.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileFormatError(
            path, f"cannot be read ({error.strerror or error})", "Check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise FileFormatError(path, "is not UTF-8 text", "Save it as UTF-8, one id a line") from error
    ids = [line.strip() for line in text.splitlines() if line.strip()]
    if not ids:
        raise FileFormatError(path, "holds no id", "Write one id a line")
    return ids
