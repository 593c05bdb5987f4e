"""A long table written in blocks: what is done stays done, however its writing ends.

Beside the file that is to be lies the folder ``FILE.partial``. Its ``manifest.json`` says what is being written;
every finished block is a file of its own, whole or not there. All blocks together become one file, which is moved
to its place whole. Only then does the folder go, the manifest last.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import RequestError, StorageError
from cinewalk.loaders.store.manifest import parse_blocks_manifest
from cinewalk.loaders.store.parquet_writing import (
    PARQUET,
    arrow,
    read_about,
    read_block,
    write_block,
    writer_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_MANIFEST: Final = "manifest.json"
_LOCK: Final = "lock"
_WHOLE: Final = "whole"
_FORMAT: Final = 1
_OURS: Final = re.compile(r"(manifest\.json|whole|\d{6,}\.parquet)(\.fresh)?|lock")


@dataclass(slots=True)
class Partial:
    """A file that is being written in blocks.

    Parameters
    ----------
    path
        The file that is to be.
    request
        What is written, as plain values: blocks of one request are never mixed with those of another.
    replace
        Whether a file that stands in that place may go.
    counts
        What is said about the file, once it stands in its place; ``None`` before.
    """

    path: Path
    request: dict[str, Any]
    replace: bool
    counts: dict[str, int] | None = None

    @property
    def folder(self) -> Path:
        """Where finished blocks are kept."""
        return self.path.with_name(f"{self.path.name}.partial")

    def has(self, block: int) -> bool:
        """Tell whether a block is finished."""
        return self._block(block).is_file()

    def read(self, block: int, schema: Any) -> Any | None:
        """Return a finished block; ``None`` where it is missing or damaged."""
        return read_block(self._block(block), schema)

    def write(self, block: int, table: Any) -> None:
        """Keep a block.

        Raises
        ------
        StorageError
            Where it cannot be written; all others stay.
        """
        with self._storing():
            _write_whole(self._block(block), lambda stream: write_block(stream, table))

    def place(self, schema: Any, tables: Iterable[Any], counted: Callable[[], dict[str, int]]) -> None:
        """Put all blocks together, and move the file to its place.

        Parameters
        ----------
        schema
            The columns.
        tables
            The blocks in their order.
        counted
            Returns what to say about the file when all tables have been taken.

        Raises
        ------
        StorageError
            Where it cannot be written; all blocks stay.
        RequestError
            Where another file has come to stand in that place.
        """
        write, whole = writer_for(self.path), self.folder / _WHOLE

        def about() -> dict[str, Any]:
            return {"request": self.request, "counts": counted()}

        with self._storing():
            _write_whole(whole, lambda stream: write(stream, schema, tables, about))
            self._check_place()
            # From here on, no file to move means that it has been moved.
            self._write_manifest(about())
            whole.replace(self.path)
        self.counts = counted()

    def clear(self) -> None:
        """Drop the blocks, and the manifest last, so that a folder without one holds nothing worth keeping."""
        with self._storing():
            names = {file.name for file in self.folder.iterdir() if _OURS.fullmatch(file.name)} - {_LOCK}
            for name in sorted(names, key=lambda name: (name == _MANIFEST, name)):
                (self.folder / name).unlink()

    def _block(self, block: int) -> Path:
        return self.folder / f"{block:06}{PARQUET}"

    def _blocks(self) -> Iterator[str]:
        return (file.name for file in self.folder.iterdir() if file.name.endswith(PARQUET))

    def _begin(self, *, restart: bool) -> None:
        """Take up what has been done, or begin."""
        manifest = self._manifest(restart=restart)
        if restart:
            self.clear()
            manifest = None
        if manifest is not None and manifest["counts"] is not None and self._moved():
            if manifest["request"] == self.request:
                self.counts = manifest["counts"]
                return
            self.clear()  # of a file that stands in its place
        elif manifest is not None and any(self._blocks()):
            self._check_request(manifest["request"])
        finished = None if self.replace or self.path.suffix != PARQUET else read_about(self.path)
        if finished is not None and finished.get("request") == self.request:
            self.counts = finished["counts"]
            return
        self._check_place()
        with self._storing():
            self._write_manifest({"request": self.request, "counts": None})

    def _moved(self) -> bool:
        return self.path.exists() and not (self.folder / _WHOLE).exists()

    def _manifest(self, *, restart: bool) -> dict[str, Any] | None:
        file = self.folder / _MANIFEST
        if not file.is_file():
            foreign = [entry.name for entry in self.folder.iterdir() if not _OURS.fullmatch(entry.name)]
            if foreign:
                raise RequestError(
                    f"{self.folder} is there already and holds something else ({foreign[0]}). Move it away."
                )
            return None
        manifest = parse_blocks_manifest(file.read_bytes(), _FORMAT)
        if manifest is not None or restart:
            return manifest
        raise RequestError(
            f"{file} is damaged or of another version. Drop what was begun with --restart (restart=True in Python)."
        )

    def _check_request(self, begun: dict[str, Any]) -> None:
        differing = sorted(name for name in self.request if begun.get(name) != self.request[name])
        if differing:
            raise RequestError(
                f"{self.folder} holds the beginning of a file that differs in its {', '.join(differing)}. "
                "Finish that one as it was begun, or drop it with --restart (restart=True in Python)."
            )

    def _tidy(self) -> None:
        """Leave no folder behind in which nothing is done."""
        names = [entry.name for entry in self.folder.iterdir()]
        if all(_OURS.fullmatch(name) for name in names) and not any(self._blocks()):
            self.clear()
            (self.folder / _LOCK).unlink()
            self.folder.rmdir()

    def _check_place(self) -> None:
        if self.path.is_dir():
            raise RequestError(f"{self.path} is a folder. Choose another name.")
        if self.path.exists() and not self.replace:
            raise RequestError(
                f"{self.path} is there already. Choose another name, or replace it with --force (force=True in Python)."
            )

    def _write_manifest(self, content: dict[str, Any]) -> None:
        text = json.dumps({"format": _FORMAT} | content, indent=1)
        _write_whole(self.folder / _MANIFEST, lambda stream: stream.write(text.encode()))

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(
                f"{self.path}: cannot be written ({error.strerror or error}). "
                "Mend that, and the same again goes on from there; or choose another place."
            ) from error


@contextmanager
def partial(
    path: Path, request: dict[str, Any], *, replace: bool = False, restart: bool = False
) -> Iterator[Partial]:
    """Begin to write a file in blocks, or go on where an earlier writing ended; one process at a time.

    Parameters
    ----------
    path
        The file.
    request
        What is written, as plain values that JSON can say.
    replace
        Whether a file that stands in that place may go once the new one is whole.
    restart
        Whether to drop the blocks that are there.

    Raises
    ------
    RequestError
        Where a file stands in that place, blocks are there of another request, or another process writes it.
    StorageError, MissingPackageError
        Where it cannot be written.
    """
    writer_for(path)
    arrow(path)
    begun = Partial(path, json.loads(json.dumps(request)), replace)
    with begun._storing():
        begun.folder.mkdir(exist_ok=True)
        lock = (begun.folder / _LOCK).open("w")
    with lock:
        _take(lock, path)
        try:
            begun._begin(restart=restart)
            yield begun
        finally:
            with suppress(OSError, StorageError):
                begun._tidy()


def _take(lock: Any, path: Path) -> None:
    """Hold a lock that ends with this process, however that ends."""
    try:
        import fcntl
    except ImportError:  # Windows: whoever starts two of them there is not told
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RequestError(f"{path} is being written by another process. Wait for it, or end it.") from None
    except OSError:  # a file system without locks
        return


def _write_whole(file: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file under another name, and give it its own when it is whole and on the disk."""
    fresh = file.with_name(f"{file.name}.fresh")
    with fresh.open("wb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
