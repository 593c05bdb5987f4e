"""The folder of this machine's user in which everything is kept."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

#: The environment variable that names another one.
HOME_VARIABLE: Final = "CINEWALK_HOME"


def user_folder() -> Path:
    """Return the folder: ``$CINEWALK_HOME``, or the user's data folder.

    Raises
    ------
    StorageError
        Where this user has no home.
    """
    from platformdirs import user_data_dir

    if named := os.environ.get(HOME_VARIABLE):
        return Path(named)
    return of_this_user(lambda: user_data_dir("cinewalk", appauthor=False), HOME_VARIABLE)


def of_this_user(find: Callable[[], str], variable: str) -> Path:
    """Return a folder of this machine's user.

    Raises
    ------
    StorageError
        Where it lies in a home that this user, such as one of a service, does not have.

    Examples
    --------
    >>> of_this_user(lambda: "~/.cache/cinewalk", "CINEWALK_CACHE")
    Traceback (most recent call last):
    ...
    cinewalk.errors.StorageError: this user has no home folder. Set CINEWALK_CACHE to a folder that can be written.
    """
    with suppress(
        RuntimeError
    ):  # how platformdirs says that there is none; before version 4.4 it returns "~/…"
        folder = find()
        if not folder.startswith("~"):
            return Path(folder)
    raise StorageError(f"this user has no home folder. Set {variable} to a folder that can be written.")
