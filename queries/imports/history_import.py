"""Take in a person's own history from another service: match its titles, ask what is ambiguous, and keep the events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import RequestError
from cinewalk.loaders.history.account import (
    ask_for,
    bring_together,
    found_titles,
    match_titles,
    only_profile,
    users_of,
)
from cinewalk.loaders.history.dates import DateOrder
from cinewalk.loaders.history.keep import keep_in_database, keep_in_folder, taken, with_history
from cinewalk.loaders.history.names import with_known_series
from cinewalk.loaders.history.reading import read_history
from cinewalk.loaders.store.import_events import history_entries
from cinewalk.loaders.titles.catalogue_names import CatalogueNames
from cinewalk.queries.words.checks import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from cinewalk.loaders.history.account import FoundTitle, Import
    from cinewalk.loaders.titles.catalogue_names import Match
    from cinewalk.queries.recommend.session import Session

#: The ways to treat what is known of the person already.
MODES: Final = ("new", "add", "replace")
_ORDERS: Final = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Question:
    """A title of a history that could be several here.

    Parameters
    ----------
    wanted
        What the file says; what an answer is given by.
    rows
        How many rows speak of it.
    candidates
        The titles that could be meant, best first: their ids, names, and how alike they are, to 100.
    """

    wanted: str
    rows: int
    candidates: tuple[tuple[str, str, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        named = [{"title_id": title, "title": name, "score": score} for title, name, score in self.candidates]
        return {"wanted": self.wanted, "rows": self.rows, "candidates": named}


@dataclass(frozen=True, slots=True)
class HistoryImport:
    """What came of taking in a history.

    Parameters
    ----------
    users
        Whose it is.
    matched
        The events, and an account of every row.
    found
        What was taken for which title.
    questions
        What nobody has answered yet: those rows are left out.
    notes
        What else a person should know.
    is_kept
        Whether anything is told: nothing is while there are questions.
    """

    users: tuple[str, ...]
    matched: Import
    found: tuple[FoundTitle, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    is_kept: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; rows that are not imported with their reason."""
        return {
            "users": list(self.users),
            "rows": self.matched.account._asdict(),
            "titles": self.matched.titles,
            "found": [title._asdict() for title in self.found],
            "events": {table: len(frame) for table, frame in self.matched.frames.items()},
            "unmatched": [
                {"file": row.file, "line": row.line, "value": row.value, "reason": row.reason}
                for row in self.matched.left_out
            ],
            "questions": [question.to_dict() for question in self.questions],
            "notes": list(self.notes),
            "kept": self.is_kept,
        }


def import_history(
    session: Session,
    service: str,
    path: Path,
    user: str,
    *,
    mode: str = "new",
    answers: Mapping[str, str] | None = None,
    date_order: str | None = None,
    profile: str | None = None,
) -> HistoryImport:
    """Take in a history; parameters and errors as those of :meth:`cinewalk.Recommender.import_history`."""
    if mode not in MODES:
        raise RequestError(f"mode is {shown(mode)}; it must be one of {', '.join(MODES)}.")
    if date_order not in (None, *_ORDERS):
        raise RequestError(f"date_order is {shown(date_order)}; it must be one of {', '.join(_ORDERS)}.")
    snapshot = session.snapshot
    person = snapshot.known_as(user)
    is_known = person in snapshot.events or snapshot.graph.users.ids.find(person) is not None
    if mode == "new" and is_known:
        raise taken(person)
    order = None if date_order is None else DateOrder(date_order)
    history = only_profile(read_history(service, path, date_order=order), profile)
    users, names = users_of(history, person, service), CatalogueNames.of(snapshot.graph)
    history = with_known_series(history, names)
    asker = _Asker(answers)
    matches, _ = ask_for(history, match_titles(history, names, {}), asker)
    matched = bring_together(history, matches, users)
    is_kept = bool(matched.frames) and not (answers is None and asker.questions)
    if is_kept:
        emptied, fresh = {person} if mode == "replace" else set(), {person} if mode == "new" else set()
        _keep(session, matched.frames, emptied, fresh)
    settled = {wanted: match for wanted, match in matches.items() if match.title_id is not None}
    found = tuple(found_titles(settled, names))
    return HistoryImport((person,), matched, found, tuple(asker.questions), tuple(history.notes), is_kept)


class _Asker:
    """Answers what has been answered, and notes what has not."""

    def __init__(self, answers: Mapping[str, str] | None) -> None:
        self._answers = answers or {}
        self.questions: list[Question] = []

    def __call__(self, match: Match, rows: int) -> str | None:
        wanted, candidates = match.wanted.label, match.candidates
        answer = self._answers.get(wanted)
        if answer in {candidate.title_id for candidate in candidates}:
            return answer
        if answer != "":
            could = tuple((c.title_id, c.label, float(c.score)) for c in candidates)
            self.questions.append(Question(wanted, rows, could))
        return None


def _keep(
    session: Session, frames: Mapping[str, pd.DataFrame], emptied: set[str], fresh: Sequence[str] | set[str]
) -> None:
    """Keep the events where the graph is kept: in its Neo4j, its journal, or this memory."""
    if session.live is not None:
        after = with_history(session.live.graph, frames, emptied)
        keep_in_database(session.live, after, frames, emptied)
        session.refresh()
    elif session.log is not None and session.place is not None:
        keep_in_folder(session.place, frames, emptied, fresh)
        session.catch_up()
    else:
        session.take_in(history_entries(frames, emptied))
