"""Where graphs live on this machine, and which one is current."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cinewalk.errors import GraphFolderError, StorageError
from cinewalk.loaders.base.user_folder import HOME_VARIABLE, user_folder
from cinewalk.loaders.store.generations import synced
from cinewalk.loaders.store.graph_folder import SUFFIX, is_graph_folder

#: The environment variable that names the graph that commands use.
GRAPH_VARIABLE: Final = "CINEWALK_GRAPH"
_CURRENT: Final = "current"


def graphs_folder() -> Path:
    """Return the folder where graphs are kept: ``$CINEWALK_HOME``, or the user's data folder."""
    return user_folder() / "graphs"


def graph_path(name: str) -> Path:
    """Return where the graph of a named data set is kept."""
    return graphs_folder() / f"{name}{SUFFIX}"


def graph_named(text: str | Path) -> Path:
    """Return the graph folder that somebody names: a path, or the name of a graph that is kept here."""
    path = Path(text)
    if path.name != str(text) or is_graph_folder(path):
        return path
    kept = graph_path(path.name.removesuffix(SUFFIX))
    return kept if kept.exists() else path


def current_graph() -> Path:
    """Return the graph that commands use: ``$CINEWALK_GRAPH``, or the one that was loaded or chosen last.

    Raises
    ------
    GraphFolderError
        Where there is none.
    """
    if chosen := os.environ.get(GRAPH_VARIABLE):
        return Path(chosen)
    try:
        return Path((graphs_folder() / _CURRENT).read_text(encoding="utf-8").strip())
    except OSError as error:
        advice = "Run `cinewalk load movielens-100k` (or your own folder), or name a graph with --graph"
        raise GraphFolderError(graphs_folder(), "no graph has been loaded yet", advice) from error


def make_current(path: Path) -> None:
    """Make a graph the one that commands use.

    Raises
    ------
    StorageError
        Where the user's data folder cannot be written.
    """
    folder = graphs_folder()
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        fresh = folder / f".{_CURRENT}.{os.getpid()}"
        with synced(fresh) as stream:
            stream.write(f"{path.resolve()}\n".encode())
        fresh.replace(folder / _CURRENT)
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror or error}). Set {HOME_VARIABLE} to a folder that can."
        ) from error
