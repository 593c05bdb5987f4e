"""The folder of this machine's user in which everything is kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

#: The environment variable that names another one.
HOME_VARIABLE: Final = "CINEWALK_HOME"


def user_folder() -> Path:
    """Return the folder: ``$CINEWALK_HOME``, or the user's data folder."""
    from platformdirs import user_data_dir

    return Path(os.environ.get(HOME_VARIABLE) or user_data_dir("cinewalk", appauthor=False))
