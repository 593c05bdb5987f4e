"""What is given where a path is wanted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from typing_extensions import TypeIs


def is_path(value: object) -> TypeIs[str | os.PathLike[str]]:
    """Tell whether a value can be a name or a path.

    >>> is_path("ratings.csv"), is_path(Path("ratings.csv")), is_path([1])
    (True, True, False)
    """
    return isinstance(value, str | os.PathLike)


def as_path(value: object, what: str) -> Path:
    """Return a path.

    Parameters
    ----------
    value, what
        What was given, and what it is called.

    Raises
    ------
    RequestError
        Where it is something else.

    Examples
    --------
    >>> as_path({}, "facts")
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: facts is a dict, and must be the path of a file or folder.
    """
    if is_path(value):
        return Path(value)
    raise RequestError(f"{what} is a {type(value).__name__}, and must be the path of a file or folder.")
