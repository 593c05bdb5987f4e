"""What one viewer did: a frozen value that prints as text, and turns into a frame and plain dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload

from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import count_of, did_text, label_of

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

_COLUMNS: Final = ["kind", "title_id", "title", "year", "value", "when", "liked"]


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One thing that a viewer did with a title.

    Parameters
    ----------
    kind
        ``"rated"``, ``"watched"``, ``"thumbed"`` or ``"blocked"``.
    title_id, title, year
        The title; the year is ``None`` where it is not known.
    value
        The rating, the progress (0 to 1) or the thumb (-1, 1 or 2); ``None`` of a block.
    when
        The instant, in UTC; ``None`` where it is not known.
    liked
        Whether the viewer likes the title, so that walks start from it: of all that they did with it, the most
        deliberate decides.
    """

    kind: str
    title_id: str
    title: str
    year: int | None
    value: float | None
    when: dt.datetime | None
    liked: bool

    @property
    def label(self) -> str:
        """The title and its year, as people write it."""
        return label_of(self.title, self.year)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values under the names of the fields; the instant in ISO 8601."""
        values = {name: getattr(self, name) for name in _COLUMNS}
        return values | {"when": None if self.when is None else self.when.isoformat()}

    def __str__(self) -> str:
        when = "at no known time" if self.when is None else f"{self.when:%Y-%m-%d %H:%M}"
        return f"{when}  {did_text(self.kind, self.label, self.value)}{', liked' if self.liked else ''}"


@dataclass(frozen=True, slots=True, repr=False)
class History(Sequence[PastEvent]):
    """What one viewer did, newest first; what has no known time comes last.

    Parameters
    ----------
    user_id
        The viewer.
    events
        Each thing that they did.

    Examples
    --------
    >>> import cinewalk
    >>> from cinewalk.graph.model.example import example_graph
    >>> history = cinewalk.Recommender(example_graph()).history("ann")
    >>> history
    <History of ann: 3 events, 2 liked>
    >>> history[0].title, history[0].value, history[0].liked
    ('Heat', 2.0, False)
    """

    user_id: str
    events: tuple[PastEvent, ...]

    @overload
    def __getitem__(self, index: int) -> PastEvent: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PastEvent]: ...
    def __getitem__(self, index: int | slice) -> PastEvent | Sequence[PastEvent]:
        return self.events[index]

    def __len__(self) -> int:
        return len(self.events)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: ``user_id``, and one dictionary an event."""
        return {"user_id": self.user_id, "events": [event.to_dict() for event in self.events]}

    def to_frame(self) -> pd.DataFrame:
        """Return one row an event: kind, title_id, title, year, value, when (in UTC) and liked."""
        import pandas as pd

        rows = [[getattr(event, name) for name in _COLUMNS] for event in self.events]
        frame = pd.DataFrame(rows, columns=_COLUMNS)
        types = {"year": "Int64", "value": "float64", "when": "datetime64[s, UTC]", "liked": "bool"}
        return frame.astype(types)

    def __str__(self) -> str:
        return "\n".join(map(str, self.events)) or f"{self.user_id} has done nothing yet."

    def __repr__(self) -> str:
        liked = sum(event.liked for event in self.events)
        return f"<History of {self.user_id}: {count_of(len(self), 'event')}, {liked:,} liked>"

    def _repr_html_(self) -> str:
        return html_of(repr(self)[1:-1], self.to_frame())
