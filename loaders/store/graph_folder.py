"""A graph on disk: a ``.cinewalk`` folder of ``.npy`` files that are memory-mapped when it is opened.

``manifest.json`` names the format and its version, the folder of arrays in force, and for every array its type, shape,
size in bytes and checksum; for a relationship property that is the same everywhere also its value, so that nobody has
to look. How another graph takes its place: ``generations.py``.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from cinewalk.errors import GraphFolderError, RequestError, StorageError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import completed
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.graph_checks import rows_are_sound
from cinewalk.graph.model.preference import Preference
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import Prepared
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.loaders.store.generations import (
    MANIFEST,
    arrays_of,
    put_in_force,
    recover,
    synced,
    tidy,
)
from cinewalk.loaders.store.manifest import GRAPH_FORMAT, parse_manifest
from cinewalk.loaders.store.settings_file import settings_of, values_of
from cinewalk.loaders.titles.same_titles import with_same_titles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cinewalk.graph.numeric.arrays import AnyArray

_Read = TypeVar("_Read")
SUFFIX: Final = ".cinewalk"
_VERSION: Final = 5
#: In folders of these versions the arrays lie beside the manifest.
_OLDER: Final = (3, 4)
#: What this version did not know of titles, the same films, is found where such a folder is opened.
_WITHOUT_SAME_TITLES: Final = 3
#: Arrays of up to this many bytes are compared with their checksum whenever they are opened; larger ones stay
#: on disk, and only what compiled code follows is looked through.
_SMALL: Final = 1 << 24
_PREPARED: Final = "prepared."
_ROWS: Final = ("indptr", "indices", "values")


def is_graph_folder(path: Path) -> bool:
    """Tell whether a graph has been written there, whole or not."""
    return (path / MANIFEST).is_file()


def save(graph: Graph, path: str | Path) -> Path:
    """Write a graph to a folder, replacing an older graph of that name.

    Parameters
    ----------
    graph
        The graph.
    path
        The folder; by convention its name ends in ``.cinewalk``.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StorageError
        Where it cannot be written. What was there before is then still there.
    GraphFolderError
        Where something else than a graph stands in that place.

    Examples
    --------
    >>> import tempfile
    >>> from cinewalk.graph.model.example import example_graph
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = save(example_graph(), Path(folder) / "example.cinewalk")
    ...     open_graph(place).equals(example_graph())
    True
    """
    path, graph = Path(path), completed(graph)
    try:
        put_in_force(path, lambda folder: _written(graph, folder), lambda manifest: _opened(path, manifest))
    except OSError as error:
        reason = error.strerror or error
        raise StorageError(f"{path}: cannot be written ({reason}). Choose another place.") from error
    return path


def _written(graph: Graph, folder: Path) -> dict[str, Any]:
    arrays, constants = {}, graph.constants()
    for name, array in {**graph.arrays(), **_prepared_arrays(graph)}.items():
        file = folder / f"{name}.npy"
        with synced(file) as stream:
            np.save(stream, array)
        arrays[name] = {
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "bytes": file.stat().st_size,
            "crc32": _crc32(file),
        }
        if math.isfinite(constants.get(name, math.inf)):
            arrays[name]["same"] = constants[name]
    settings = None if graph.prepared is None else values_of(graph.prepared.settings)
    preference = None if graph.preference is None else asdict(graph.preference)
    facts = {"format": GRAPH_FORMAT, "version": _VERSION, "preference": preference, "settings": settings}
    return facts | {"arrays": arrays}


def _prepared_arrays(graph: Graph) -> dict[str, AnyArray]:
    rows = {} if graph.prepared is None else graph.prepared.rows
    return {f"{_PREPARED}{name}.{part}": getattr(r, part) for name, r in rows.items() for part in _ROWS}


def open_graph(path: str | Path) -> Graph:
    """Open a graph folder; its arrays stay on disk until they are used.

    Parameters
    ----------
    path
        The folder.

    Raises
    ------
    GraphFolderError
        Where it is missing, foreign, truncated, inconsistent or of another version.
    """
    path = Path(path)
    manifest = _manifest(path)
    graph = _while_in_force(path, manifest, lambda manifest: _opened(path, manifest))
    tidy(path)
    return graph


def _while_in_force(path: Path, manifest: dict[str, Any], read: Callable[[dict[str, Any]], _Read]) -> _Read:
    """Read what a manifest names; where another one has come into force meanwhile, what that one names."""
    while True:
        try:
            return read(manifest)
        except GraphFolderError:
            newer = _manifest(path)
            if newer == manifest:
                raise
            manifest = newer


def _opened(path: Path, manifest: dict[str, Any]) -> Graph:
    folder, arrays = arrays_of(path, manifest), {}
    for name, facts in manifest["arrays"].items():
        arrays[name] = _open_array(folder, name, facts)
    same = {name: facts["same"] for name, facts in manifest["arrays"].items() if "same" in facts}
    is_older = manifest["version"] == _WITHOUT_SAME_TITLES
    if is_older:
        arrays |= _no_same_titles(arrays)
    try:
        graph = Graph.from_arrays(arrays, same)
    except RequestError as error:
        raise GraphFolderError(path, f"does not hold a whole graph ({str(error).rstrip('.')})") from error
    graph = with_same_titles(graph) if is_older else graph
    prepared = _prepared(graph, arrays, manifest, path)
    return replace(graph, prepared=prepared, preference=_preference(manifest, path))


def _no_same_titles(arrays: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Return the arrays of ``SAME_AS`` for a folder that lacks them."""
    size = max(len(arrays.get(f"{schema.TITLE_NODE.label}.ids.offsets", ())) - 1, 0)
    nothing = np.empty(0, np.int64)
    none = Relation.of(nothing, nothing, (size, size))
    parts = ("indptr", "indices", "reverse_indptr", "reverse_indices", "reverse_order")
    return {f"{schema.SAME_AS.name}.{part}": getattr(none, part) for part in parts}


def _open_array(folder: Path, name: str, facts: dict[str, Any]) -> AnyArray:
    file = folder / f"{name}.npy"
    if not file.is_file() or file.stat().st_size != facts["bytes"]:
        raise GraphFolderError(folder, f"{file.name} is missing or truncated")
    if facts["bytes"] <= _SMALL:
        _check_content(folder, name, facts)
    try:
        array: AnyArray = np.load(file, mmap_mode=None if 0 in facts["shape"] else "r", allow_pickle=False)
    except Exception as error:  # numpy reads the header as Python, and a damaged one fails in many ways
        raise GraphFolderError(folder, f"{file.name} is not an array") from error
    whole = facts["bytes"] <= _SMALL
    if (
        array.dtype.str != facts["dtype"]
        or list(array.shape) != facts["shape"]
        or ("same" in facts and not _is_same(array, facts["same"], whole))
    ):
        raise GraphFolderError(folder, f"{file.name} does not match the manifest")
    return array


def _is_same(array: AnyArray, value: object, whole: bool) -> bool:
    """Tell whether an array has one value everywhere; or at its ends, which costs nothing however long it is."""
    if array.ndim != 1 or not len(array) or type(value) not in {int, float}:
        return False
    return bool(array[0].item() == array[-1].item() == value and (not whole or (array == array[0]).all()))


def _check_content(folder: Path, name: str, facts: dict[str, Any]) -> None:
    if _crc32(folder / f"{name}.npy") != facts["crc32"]:
        raise GraphFolderError(folder, f"{name}.npy has changed since it was written")


def verify(path: str | Path) -> None:
    """Read a whole graph folder and compare every file with its checksum.

    Raises
    ------
    GraphFolderError
        Where :func:`open_graph` would refuse it, or a file has changed since it was written.
    """
    path = Path(path)
    open_graph(path)
    _while_in_force(path, _manifest(path), lambda manifest: _check_every_array(path, manifest))


def _check_every_array(path: Path, manifest: dict[str, Any]) -> None:
    folder = arrays_of(path, manifest)
    for name, facts in manifest["arrays"].items():
        _check_content(folder, name, facts)
        if "same" in facts and not _is_same(
            np.load(folder / f"{name}.npy", mmap_mode="r"), facts["same"], True
        ):
            raise GraphFolderError(path, f"{name}.npy does not match the manifest")


def _manifest(path: Path) -> dict[str, Any]:
    if not path.exists() and not recover(path):
        raise GraphFolderError(path, "there is no such graph folder", "Check the path, or load the source")
    try:
        text = (path / MANIFEST).read_bytes()
    except OSError as error:
        raise GraphFolderError(path, f"is not a graph folder (no readable {MANIFEST})") from error
    return parse_manifest(text, path, (*_OLDER, _VERSION))


def _preference(manifest: dict[str, Any], path: Path) -> Preference | None:
    facts = manifest.get("preference")
    try:
        return None if facts is None else Preference(**{name: float(value) for name, value in facts.items()})
    except (TypeError, RequestError) as error:
        raise GraphFolderError(path, f"its preference function is damaged ({error})") from error


def _prepared(
    graph: Graph, arrays: dict[str, AnyArray], manifest: dict[str, Any], path: Path
) -> Prepared | None:
    if manifest.get("settings") is None:
        return None
    try:
        settings = settings_of(manifest["settings"])
        names = {
            name.removeprefix(_PREPARED).rpartition(".")[0] for name in arrays if name.startswith(_PREPARED)
        }
        rows = {name: CSR(*(frozen(arrays[f"{_PREPARED}{name}.{part}"]) for part in _ROWS)) for name in names}
    except (RequestError, KeyError) as error:
        raise GraphFolderError(path, f"what is prepared in it is damaged ({error})") from error
    for name, row in rows.items():
        size = len(graph.users) if name == "learned_viewers" else len(graph.titles)
        if not rows_are_sound(row, size):
            raise GraphFolderError(path, f"the prepared rows of {name} are damaged")
    return Prepared(settings, rows)


def _crc32(file: Path) -> int:
    checksum = 0
    with file.open("rb") as stream:
        while block := stream.read(1 << 24):
            checksum = zlib.crc32(block, checksum)
    return checksum
