"""One array of a graph folder: a ``.npy`` file that is memory-mapped, and looked at before anything follows it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import GraphFolderError, of_memory
from cinewalk.graph.model import schema
from cinewalk.graph.model.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cinewalk.graph.numeric.arrays import AnyArray

#: Arrays of up to this many bytes are compared with their checksum whenever they are opened; larger ones stay
#: on disk, and only what compiled code follows is looked through.
_SMALL: Final = 1 << 24


def open_array(folder: Path, name: str, facts: dict[str, Any]) -> AnyArray:
    """Open an array that a manifest tells of; it stays on disk until it is used.

    Raises
    ------
    GraphFolderError
        Where it is missing, truncated, or another one.
    """
    file = folder / f"{name}.npy"
    if _size(file) != facts["bytes"]:
        raise GraphFolderError(folder, f"{file.name} is missing or truncated")
    if facts["bytes"] <= _SMALL:
        check_content(folder, name, facts)
    try:
        array: AnyArray = np.load(file, mmap_mode=None if 0 in facts["shape"] else "r", allow_pickle=False)
    except Exception as error:  # numpy reads the header as Python, and a damaged one fails in many ways
        if of_memory(error):  # the file is as it was
            raise
        raise GraphFolderError(folder, f"{file.name} is not an array") from error
    whole = facts["bytes"] <= _SMALL
    if (
        array.dtype.str != facts["dtype"]
        or list(array.shape) != facts["shape"]
        or ("same" in facts and not is_same(array, facts["same"], whole))
    ):
        raise GraphFolderError(folder, f"{file.name} does not match the manifest")
    return array


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def is_same(array: AnyArray, value: object, whole: bool) -> bool:
    """Tell whether an array has one value everywhere; or at its ends, which costs nothing however long it is."""
    if array.ndim != 1 or not len(array) or type(value) not in {int, float}:
        return False
    return bool(array[0].item() == array[-1].item() == value and (not whole or (array == array[0]).all()))


def check_content(folder: Path, name: str, facts: dict[str, Any]) -> None:
    """Refuse an array that has changed since it was written."""
    try:
        checksum = crc32(folder / f"{name}.npy")
    except OSError as error:
        raise GraphFolderError(folder, f"{name}.npy cannot be read ({error.strerror or error})") from error
    if checksum != facts["crc32"]:
        raise GraphFolderError(folder, f"{name}.npy has changed since it was written")


def crc32(file: Path) -> int:
    """Return the checksum of a file."""
    checksum = 0
    with file.open("rb") as stream:
        while block := stream.read(1 << 24):
            checksum = zlib.crc32(block, checksum)
    return checksum


def no_external_ids(arrays: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Return arrays that give no title an id of IMDb or TMDB, for a folder that was written without them."""
    label, nothing = schema.TITLE_NODE.label, np.empty(0, np.uint8)
    offsets = np.zeros_like(arrays.get(f"{label}.ids.offsets", np.zeros(1, np.int64)))
    empty: dict[str, AnyArray] = {}
    for prop in (schema.IMDB_ID, schema.TMDB_ID):
        names = (f"{label}.{prop.name}.data", f"{label}.{prop.name}.offsets")
        if not any(name in arrays for name in names):
            empty |= dict(zip(names, (nothing, offsets), strict=True))
    return empty


def no_same_titles(arrays: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Return the arrays of ``SAME_AS`` for a folder that lacks them."""
    size = max(len(arrays.get(f"{schema.TITLE_NODE.label}.ids.offsets", ())) - 1, 0)
    nothing = np.empty(0, np.int64)
    none = Relation.of(nothing, nothing, (size, size))
    parts = ("indptr", "indices", "reverse_indptr", "reverse_indices", "reverse_order")
    return {f"{schema.SAME_AS.name}.{part}": getattr(none, part) for part in parts}
