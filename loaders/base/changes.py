"""What a refresh came to."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, repr=False)
class Changes:
    """What a refresh has read, and whether the graph is another one since.

    Parameters
    ----------
    changed
        Whether it is.
    fetched
        By label and relationship: how many were read; what was not read at all is not there.
    full
        The labels and relationships of which all were read.
    """

    changed: bool
    fetched: Mapping[str, int]
    full: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.changed

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"changed": self.changed, "fetched": dict(self.fetched), "full": list(self.full)}

    def __repr__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self.fetched.items())
        return (
            f"<Changes: {'another graph' if self.changed else 'nothing new'}{counts and f'; read {counts}'}>"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self)[1:-1])}</p>"
