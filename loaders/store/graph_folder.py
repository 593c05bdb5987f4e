"""A graph on disk: a ``.cinewalk`` folder of ``.npy`` files that are memory-mapped when it is opened.

``manifest.json`` names the format and its version, the folder of arrays in force, and for every array its type, shape,
size in bytes and checksum; for a relationship property that is the same everywhere also its value, so that nobody has
to look. How another graph takes its place: ``generations.py``.
"""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from cinewalk.errors import GraphFolderError, RequestError, StorageError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import completed
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.graph_checks import basis_is_sound, rows_are_sound
from cinewalk.graph.model.preference import Preference
from cinewalk.graph.model.settings import Prepared
from cinewalk.graph.numeric.arrays import CSR, Basis, frozen, let_go
from cinewalk.loaders.base.paths import as_path
from cinewalk.loaders.store.array_files import (
    check_content,
    crc32,
    is_same,
    no_external_ids,
    no_same_titles,
    open_array,
)
from cinewalk.loaders.store.generations import (
    MANIFEST,
    Provenance,
    arrays_of,
    provenance_of,
    put_in_force,
    recover,
    synced,
    tidy,
)
from cinewalk.loaders.store.manifest import GRAPH_FORMAT, parse_manifest
from cinewalk.loaders.store.settings_file import settings_of, values_of
from cinewalk.loaders.titles.same_titles import with_same_titles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cinewalk.graph.numeric.arrays import AnyArray

_Read = TypeVar("_Read")
SUFFIX: Final = ".cinewalk"
_VERSION: Final = 5
#: In folders of these versions the arrays lie beside the manifest.
_OLDER: Final = (3, 4)
#: What this version did not know of titles, the same films, is found where such a folder is opened.
_WITHOUT_SAME_TITLES: Final = 3
_PREPARED: Final = "prepared."
#: Prepared rows of users; all others are of titles.
_OF_USERS: Final = ("learned_viewers", "shared_titles")
_ROWS: Final = ("indptr", "indices", "values")
_BASIS: Final = "subspace."


def is_graph_folder(path: Path) -> bool:
    """Tell whether a graph has been written there, whole or not."""
    return (path / MANIFEST).is_file()


def check_folder(path: Path) -> None:
    """Refuse a path at which there is no graph folder that can be read; :func:`open_graph` tells of what is in it."""
    _manifest(path)


def node_counts(path: Path) -> dict[str, int]:
    """Return how many nodes of each label a graph folder says that it holds."""
    arrays = _manifest(path)["arrays"]
    shapes = {label: arrays.get(f"{label}.ids.offsets", {}).get("shape", [1]) for label in schema.NODES}
    return {label: max(sum(shape[:1]) - 1, 0) for label, shape in shapes.items()}


def provenance(path: Path) -> Provenance:
    """Return where the arrays of a graph folder come from."""
    return provenance_of(_manifest(path), path)


def is_current(path: Path) -> bool:
    """Tell whether a graph folder has the format of today."""
    return bool(_manifest(path)["version"] == _VERSION)


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
    ...     place = save(example_graph(), f"{folder}/example.cinewalk")
    ...     open_graph(place).equals(example_graph())
    True
    """
    return save_arrays(graph, as_path(path, "the place to save to"), Provenance())


def save_arrays(graph: Graph, path: Path, origin: Provenance, *, held: bool = False) -> Path:
    """Write a graph as :func:`save` does, and where it comes from.

    Parameters
    ----------
    graph, path
        As for :func:`save`.
    origin
        Where it comes from.
    held
        Whether the caller is :func:`cinewalk.loaders.store.generations.writing` already.
    """
    graph = completed(graph)

    def write(folder: Path) -> dict[str, Any]:
        return _written(graph, folder) | {"provenance": origin._asdict()}

    try:
        put_in_force(path, write, lambda manifest: _opened(path, manifest), held=held)
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
        let_go(array)
        arrays[name] = {
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "bytes": file.stat().st_size,
            "crc32": crc32(file),
        }
        if math.isfinite(constants.get(name, math.inf)):
            arrays[name]["same"] = constants[name]
    settings = None if graph.prepared is None else values_of(graph.prepared.settings)
    preference = None if graph.preference is None else asdict(graph.preference)
    facts = {"format": GRAPH_FORMAT, "version": _VERSION, "preference": preference, "settings": settings}
    return facts | {"arrays": arrays}


def _prepared_arrays(graph: Graph) -> dict[str, AnyArray]:
    if graph.prepared is None:
        return {}
    rows, basis = graph.prepared.rows, graph.prepared.basis
    arrays = {f"{_PREPARED}{name}.{part}": getattr(r, part) for name, r in rows.items() for part in _ROWS}
    if basis is not None:
        arrays |= {f"{_BASIS}{part}": getattr(basis, part) for part in Basis._fields}
    return arrays


def open_graph(path: str | Path) -> Graph:
    """Open a graph folder without its journal; its arrays stay on disk until they are used.

    Parameters
    ----------
    path
        The folder.

    Raises
    ------
    GraphFolderError
        Where it is missing, foreign, truncated, inconsistent or of another version.
    """
    return open_arrays(as_path(path, "the graph folder"))[0]


def open_arrays(path: Path) -> tuple[Graph, Provenance]:
    """Open a graph folder as :func:`open_graph` does, and tell where its arrays come from."""
    opened = _while_in_force(
        path, _manifest(path), lambda manifest: (_opened(path, manifest), provenance_of(manifest, path))
    )
    tidy(path)
    return opened


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
    folder = arrays_of(path, manifest)
    arrays = {name: open_array(folder, name, facts) for name, facts in manifest["arrays"].items()}
    same = {name: facts["same"] for name, facts in manifest["arrays"].items() if "same" in facts}
    is_older = manifest["version"] == _WITHOUT_SAME_TITLES
    arrays |= no_external_ids(arrays)
    if is_older:
        arrays |= no_same_titles(arrays)
    try:
        graph = Graph.from_arrays(arrays, same)
    except RequestError as error:
        raise GraphFolderError(path, f"does not hold a whole graph ({str(error).rstrip('.')})") from error
    graph = with_same_titles(graph) if is_older else graph
    prepared = _prepared(graph, arrays, manifest, path)
    return replace(graph, prepared=prepared, preference=_preference(manifest, path))


def verify(path: str | Path) -> None:
    """Read a whole graph folder and compare every file with its checksum.

    Raises
    ------
    GraphFolderError
        Where :func:`open_graph` would refuse it, or a file has changed since it was written.
    """
    path = as_path(path, "the graph folder")
    open_graph(path)
    _while_in_force(path, _manifest(path), lambda manifest: _check_every_array(path, manifest))


def _check_every_array(path: Path, manifest: dict[str, Any]) -> None:
    folder = arrays_of(path, manifest)
    for name, facts in manifest["arrays"].items():
        check_content(folder, name, facts)
        if "same" in facts and not is_same(
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
    # Older rows were computed by other formulas, and are computed anew.
    if manifest.get("settings") is None or manifest["version"] in _OLDER:
        return None
    try:
        settings = settings_of(manifest["settings"])
        names = {
            name.removeprefix(_PREPARED).rpartition(".")[0] for name in arrays if name.startswith(_PREPARED)
        }
        rows = {name: CSR(*(frozen(arrays[f"{_PREPARED}{name}.{part}"]) for part in _ROWS)) for name in names}
        fitted = any(name.startswith(_BASIS) for name in arrays)
        basis = Basis(*(frozen(arrays[f"{_BASIS}{part}"]) for part in Basis._fields)) if fitted else None
    except (RequestError, KeyError) as error:
        raise GraphFolderError(path, f"what is prepared in it is damaged ({error})") from error
    for name, row in rows.items():
        if not rows_are_sound(row, len(graph.users if name in _OF_USERS else graph.titles)):
            raise GraphFolderError(path, f"the prepared rows of {name} are damaged")
    if basis is not None and not basis_is_sound(basis, len(graph.titles)):
        raise GraphFolderError(path, "the prepared subspace is damaged")
    return Prepared(settings, rows, basis)
