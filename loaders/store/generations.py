"""How another graph takes the place of one on disk: wholly or not at all, whatever interrupts it.

The arrays of a graph lie in a folder of their own, ``arrays-TOKEN``, inside the graph's; the manifest names it. Saving
writes a new one beside it, and has all of it on the disk before one replacement of the manifest puts it in force. Then
the old one goes. One process at a time writes; readers never wait. What an interruption leaves is no part of the graph,
and is swept by whoever saves or opens it next.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cinewalk.errors import GraphFolderError
from cinewalk.loaders.store.manifest import GRAPH_FORMAT, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

MANIFEST: Final = "manifest.json"
LOCK: Final = "lock"
_FRESH: Final = f"{MANIFEST}.fresh"
_ARRAYS: Final = re.compile(r"arrays-[0-9a-f]{16}")
#: Everything that lies in a graph folder; in older ones the arrays as well.
_OURS: Final = re.compile(rf"{LOCK}|manifest\.json(\.fresh)?|arrays-[0-9a-f]{{16}}|journal\.sqlite(-\w+)?")
#: What only its owner reads: a graph says who watched what.
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
#: Scratch folders of older versions that are older than this, in seconds, belong to no process any more.
_LONG_AGO: Final = 3600.0


def arrays_of(path: Path, manifest: dict[str, Any]) -> Path:
    """Return the folder of the arrays that a manifest puts in force.

    Raises
    ------
    GraphFolderError
        Where the manifest names a place of another kind.
    """
    name = manifest.get("folder")
    if name is None:
        return path
    if not isinstance(name, str) or not _ARRAYS.fullmatch(name):
        raise GraphFolderError(path, f"{MANIFEST} is damaged")
    return path / name


class Provenance(NamedTuple):
    """Where the arrays of a folder come from.

    Parameters
    ----------
    source
        What was loaded; empty where somebody saved a graph of their own.
    journal
        The id of the journal that has been folded into them.
    entries
        Up to which of its entries.
    erased
        Up to which of the people whom it knows to be erased they are without.
    """

    source: str = ""
    journal: str = ""
    entries: int = 0
    erased: int = 0


def provenance_of(manifest: dict[str, Any], path: Path) -> Provenance:
    """Return where the arrays come from that a manifest puts in force.

    Raises
    ------
    GraphFolderError
        Where the manifest says something else.
    """
    try:
        provenance = Provenance(**manifest.get("provenance", {}))
    except TypeError:
        provenance = Provenance(entries=-1)
    texts, numbers = provenance[:2], provenance[2:]
    if all(type(text) is str for text in texts) and all(type(n) is int and 0 <= n < 2**63 for n in numbers):
        return provenance
    raise GraphFolderError(path, f"{MANIFEST} is damaged")


def put_in_force(
    path: Path,
    write: Callable[[Path], dict[str, Any]],
    check: Callable[[dict[str, Any]], object],
    *,
    held: bool = False,
) -> None:
    """Put other arrays in force in a graph folder, which is made where there is none.

    Parameters
    ----------
    path
        The graph folder.
    write
        Writes the arrays into a folder, and returns the manifest.
    check
        Raises where the graph that a manifest names cannot be opened. Then nothing has changed.
    held
        Whether the caller is :func:`writing` already.

    Raises
    ------
    GraphFolderError
        Where something else than a graph stands in that place.
    OSError
        Where it cannot be written. What was there before is then still there.
    """
    is_new = _made(path)
    with nullcontext() if held else writing(path):
        fresh = path / f"arrays-{secrets.token_hex(8)}"
        try:
            fresh.mkdir(_PRIVATE_FOLDER)
            manifest = write(fresh) | {"folder": fresh.name}
            _sync(fresh)
            with synced(path / _FRESH) as stream:
                stream.write(json.dumps(manifest, indent=1).encode())
            check(manifest)
            (path / _FRESH).replace(path / MANIFEST)
        except BaseException:
            if _in_force(path) != fresh.name:
                _remove(path / _FRESH, fresh)
            raise
        _sync(path)
        if is_new:
            _sync(path.parent)
        _sweep(path)


def _made(path: Path) -> bool:
    """Make a graph folder where there is none, and tell whether it was; refuse what is something else."""
    if path.exists():
        if not (path.is_dir() and _is_ours(path)):
            raise GraphFolderError(path, "is there already and is not a graph folder", "Choose another name")
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(_PRIVATE_FOLDER, exist_ok=True)
    return True


def _is_ours(path: Path) -> bool:
    """Tell whether a folder holds a graph, or what is left of one: then nothing of anybody else's is lost."""
    try:
        if parsed((path / MANIFEST).read_bytes())["format"] == GRAPH_FORMAT:
            return True
    except (OSError, ValueError, TypeError, KeyError):
        pass
    others = [entry.name for entry in path.iterdir() if entry.name != MANIFEST]
    is_known = bool(others) or not (path / MANIFEST).exists()
    return is_known and all(_OURS.fullmatch(name) or name.endswith(".npy") for name in others)


@contextmanager
def writing(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Be the one process that changes the arrays of a graph folder; tell whether that is so.

    Parameters
    ----------
    path
        The graph folder.
    wait
        Whether to wait for another one. Where locks do not exist nobody can wait, and nobody is told.
    """
    descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE)
    try:
        yield _locked(descriptor, wait)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, wait: bool) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # another process has it, or a file system without locks
        return False
    return True


@contextmanager
def synced(file: Path) -> Iterator[BinaryIO]:
    """Write a file that only its owner reads, and have it on the disk at the end."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk, where a folder can be."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _in_force(path: Path) -> str | None:
    """Return the name of the folder of arrays in force; ``None`` where they lie beside the manifest, or nowhere."""
    try:
        name = parsed((path / MANIFEST).read_bytes())["folder"]
        return None if name is None else str(name)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def leftovers(path: Path) -> list[Path]:
    """Return what lies in a graph folder and is no part of the graph: what an interruption has left."""
    if not (path / MANIFEST).is_file():
        return []
    current = _in_force(path)
    return [
        entry
        for entry in path.iterdir()
        if (_ARRAYS.fullmatch(entry.name) and entry.name != current)
        or entry.name == _FRESH
        or (current is not None and entry.suffix == ".npy")
    ]


def _sweep(path: Path) -> None:
    """Remove what is no part of a graph; only while nobody else writes it."""
    _remove(*leftovers(path))
    for scratch in _scratch(path):
        if time.time() - scratch.stat().st_mtime > _LONG_AGO:
            shutil.rmtree(scratch, ignore_errors=True)


def _remove(*entries: Path) -> None:
    for entry in entries:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with suppress(OSError):
                entry.unlink()


def tidy(path: Path) -> bool:
    """Sweep what an interruption has left in a graph folder, unless somebody is writing it; tell whether there was any.

    Where the folder is not ours to write nothing happens.
    """
    if not leftovers(path):
        return False
    with suppress(OSError), writing(path, wait=False) as is_ours:
        if is_ours:
            _sweep(path)
            return True
    return False


def _scratch(path: Path) -> list[Path]:
    """Return the folders beside a graph in which versions before format 5 wrote, and left what they could not end."""
    with suppress(OSError):
        return [folder for folder in path.parent.glob(f".{path.name}.*") if folder.is_dir()]
    return []


def recover(path: Path) -> bool:
    """Put back a graph that a version before format 5 was interrupted at replacing; tell whether there was one.

    Those moved the old folder aside before the new one took its name. The new one was whole by then, and is preferred.
    """
    for name in ("fresh", "old"):
        for scratch in _scratch(path):
            if (scratch / name / MANIFEST).is_file():
                with suppress(OSError):
                    (scratch / name).rename(path)
                    shutil.rmtree(scratch, ignore_errors=True)
                    return True
    return False


def mended(folder: Path) -> list[str]:
    """Recover and sweep every graph of a folder, and return the names of those of which there was something left."""
    scratch = folder.glob(".*.cinewalk.*/") if folder.is_dir() else iter(())
    lost = {folder / entry.name[1:].rpartition(".")[0] for entry in scratch}
    put_back = [path.name for path in sorted(lost) if not path.exists() and recover(path)]
    return put_back + [path.name for path in sorted(folder.glob("*.cinewalk")) if tidy(path)]
