"""What has been computed beforehand for the walks of a graph, and is kept with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.rows import Rows
    from cinewalk.graph.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Rows of walks, and the settings under which they were computed.

    Parameters
    ----------
    settings
        The settings; a recommender on the graph uses them unless it is given others.
    rows
        By the name of the walk's settings: one row per title, or per user.
    """

    settings: Settings
    rows: Mapping[str, Rows]
