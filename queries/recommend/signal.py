"""One thing that a viewer did, or took back, as it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cinewalk.graph.model import schema
from cinewalk.queries.words.wording import did_text

#: From this progress on a viewing is over, and the next one begins anew.
OVER: Final = 0.95

#: The kind of a signal that sets a maturity limit; it is no event.
LIMIT: Final = schema.MATURITY_LIMIT.name

_VERBS: Final = {
    schema.WATCHED.name: "watched",
    schema.RATED.name: "rated",
    schema.THUMBED.name: "thumbed",
    schema.BLOCKED.name: "blocked",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """What a person did, or took back.

    Parameters
    ----------
    user_id
        The person.
    kind
        The name of the kind of event, or :data:`LIMIT`.
    title_id, title
        The title; empty for a limit.
    before, after
        The event's properties before and after; ``None`` where there is no such event.
    """

    user_id: str
    kind: str
    title_id: str
    title: str
    before: dict[str, float] | None
    after: dict[str, float] | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "user_id": self.user_id,
            "kind": self.kind,
            "title_id": self.title_id,
            "title": self.title,
            "before": self.before,
            "after": self.after,
        }

    def __str__(self) -> str:
        if self.kind == LIMIT:
            what = "has no limit" if self.after is None else f"is shown nothing above {self.after[LIMIT]:g}"
            return f"{self.user_id} {what} from now on."
        if self.after is None:
            return f"{self.user_id} has not {_VERBS[self.kind]} {self.title} any more."
        said = schema.EVENT_VALUES.get(self.kind)
        value = None if said is None else self.after[said.name]
        return f"{self.user_id} {did_text(self.kind, self.title, value)}."
