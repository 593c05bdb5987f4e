"""Text files that are there whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: str | Path, text: str, *, private: bool = False) -> None:
    """Write a file anew: what was there before stays until the new one is on the disk.

    Parameters
    ----------
    path
        The file. A link is followed; what is no file, such as ``/dev/stdout``, is written as it is.
    text
        What it is to hold.
    private
        Whether only its owner may read it; else its rights are what the person's mask leaves.

    Raises
    ------
    OSError
        Where it cannot be written; no temporary file stays.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "card.md", "# Card")
    ...     [file.name for file in Path(folder).iterdir()]
    ['card.md']
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        path.write_text(text, encoding="utf-8", newline="")
        return
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        if not private:
            Path(fresh).chmod(0o666 & ~_mask())
        Path(fresh).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(fresh).unlink()
        raise


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
