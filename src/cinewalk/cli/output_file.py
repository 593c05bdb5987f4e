"""How the commands `audit`, `card`, `evaluate` and `explain` write the files that people read, and note them."""

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


def note(source: str | None, path: Path, kind: str, user_id: str | None = None) -> None:
    """Note a file with the graph that it tells of, so that erasing somebody finds it.

    Parameters
    ----------
    source
        A graph's name or folder, or a source that has no folder; ``None`` for the current graph.
    path, kind, user_id
        The file, what it is, and of whom it tells; ``None`` for many.
    """
    from cinewalk.errors import GraphFolderError
    from cinewalk.loaders.neo4j.server.address import is_address
    from cinewalk.loaders.store.erase import note_written
    from cinewalk.loaders.store.graph_folder import is_graph_folder
    from cinewalk.loaders.store.home import current_graph, graph_named

    if source is not None and is_address(source):
        return
    try:
        place = graph_named(source) if source else current_graph()
    except GraphFolderError:
        return
    if is_graph_folder(place):
        note_written(place, path, kind, user_id)
