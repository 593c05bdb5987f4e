"""From an export and a catalogue to events: which titles are meant, whose they are, and an account of every row."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from cinewalk.errors import RequestError
from cinewalk.loaders.history.corrections import Answer, key_of, remembered
from cinewalk.loaders.history.events import Placed, event_frames
from cinewalk.loaders.tables.tables import Reject
from cinewalk.loaders.titles.catalogue_names import SAME, Match, NamedTitle
from cinewalk.loaders.titles.title_matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from cinewalk.loaders.exports.history_rows import ExportedHistory, HistoryRow
    from cinewalk.loaders.history.corrections import Key
    from cinewalk.loaders.titles.catalogue_names import CatalogueNames

    #: Asks a person which candidate is meant, with the number of rows: one of them, ``None`` for none of them;
    #: raises :class:`StopAsking`.
    Ask = Callable[[Match, int], str | None]


class StopAsking(Exception):  # noqa: N818 - a person's wish, and no error
    """The person wants no more questions."""


class Account(NamedTuple):
    """What became of the rows: ``read == matched + ambiguous + missing + ignored + unreadable``."""

    read: int
    matched: int
    ambiguous: int
    missing: int
    ignored: int
    unreadable: int


@dataclasses.dataclass(frozen=True, slots=True)
class Import:
    """What an export comes to in a catalogue.

    Parameters
    ----------
    account
        What became of its rows.
    titles
        How many distinct titles were matched.
    frames
        The events, by event table.
    left_out
        Every row that is not imported, with the reason.
    """

    account: Account
    titles: int
    frames: Mapping[str, pd.DataFrame]
    left_out: tuple[Reject, ...]


class FoundTitle(NamedTuple):
    """A title of an export, the title that was taken for it, and how, as :class:`Match` has it."""

    wanted: str
    title_id: str
    title: str
    how: str


def wanted_of(row: HistoryRow) -> NamedTitle:
    """Return the title that a row speaks of: of an episode, the series."""
    return NamedTitle(row.series or row.name, row.year, row.kind, row.external_id, row.other_names)


def only_profile(history: ExportedHistory, profile: str | None) -> ExportedHistory:
    """Leave the rows of one profile; those of others count as ignored.

    Raises
    ------
    RequestError
        Where the export has no such profile.
    """
    if profile is None:
        return history
    if profile not in history.profiles:
        there = ", ".join(history.profiles) or "none"
        raise RequestError(f"the export has no profile {profile!r}; it has {there}.")
    others = [row for row in history.rows if row.profile != profile]
    ignored = (*history.ignored, *(_left_out(row, "is of another profile") for row in others))
    rows = tuple(row for row in history.rows if row.profile == profile)
    return dataclasses.replace(history, rows=rows, ignored=ignored)


def users_of(history: ExportedHistory, user: str | None, service: str) -> dict[str, str]:
    """Return the user that each profile becomes: as told, else of its own name, else of the service's.

    Raises
    ------
    RequestError
        Where several profiles would become one user.
    """
    profiles = sorted({row.profile for row in history.rows})
    if user is not None and len(profiles) > 1:
        named = ", ".join(profile or "one without a name" for profile in profiles)
        raise RequestError(f"the export has several profiles ({named}). Name one with --profile, too.")
    return {profile: user or profile or service for profile in profiles}


def match_titles(
    history: ExportedHistory, names: CatalogueNames, answers: Mapping[Key, Answer]
) -> dict[NamedTitle, Match]:
    """Match every distinct title of a history; what was answered before is applied."""
    wanted = list(dict.fromkeys(map(wanted_of, history.rows)))
    matches = Matcher(names).match(wanted)
    return {match.wanted: remembered(match, answers, names) for match in matches}


def take_best(matches: dict[NamedTitle, Match], threshold: float) -> dict[NamedTitle, Match]:
    """Settle ambiguous titles on the best candidate, where its score reaches a threshold."""
    return {
        wanted: match.settled(match.candidates[0].title_id, "best")
        if match.is_ambiguous and match.candidates[0].score >= threshold
        else match
        for wanted, match in matches.items()
    }


def ask_for(
    history: ExportedHistory, matches: dict[NamedTitle, Match], ask: Ask
) -> tuple[dict[NamedTitle, Match], dict[Key, Answer]]:
    """Have a person choose, the titles of most rows first; return the matches, and the answers to remember."""
    counts = Counter(map(wanted_of, history.rows))
    settled, answers = dict(matches), {}
    for wanted, count in counts.most_common():
        match = settled[wanted]
        if not match.is_ambiguous:
            continue
        try:
            chosen = ask(match, count)
        except StopAsking:
            break
        if chosen is None:
            settled[wanted] = Match(wanted, how="remembered")
            answers[key_of(wanted)] = Answer("", "")
        else:
            settled[wanted] = match.settled(chosen, "chosen")
            label = next(candidate.label for candidate in match.candidates if candidate.title_id == chosen)
            answers[key_of(wanted)] = Answer(chosen, label)
    return settled, answers


def found_titles(matches: Mapping[NamedTitle, Match], names: CatalogueNames) -> list[FoundTitle]:
    """Return what was taken for what, the least sure first: by the best score, by name, by id or a person's word."""
    order = ("best", "name")
    settled = sorted(
        (match for match in matches.values() if match.title_id is not None),
        key=lambda match: (
            order.index(match.how) if match.how in order else len(order),
            match.candidates[0].score if match.candidates else SAME,
            match.wanted.label == names.label_of(match.title_id or ""),
        ),
    )
    return [
        FoundTitle(match.wanted.label, title_id, names.label_of(title_id) or title_id, match.how)
        for match in settled
        if (title_id := match.title_id) is not None
    ]


def bring_together(
    history: ExportedHistory, matches: Mapping[NamedTitle, Match], users: Mapping[str, str]
) -> Import:
    """Make events of the rows whose titles are settled, and account for the others."""
    placed, ambiguous, missing = [], [], []
    for row in history.rows:
        match = matches[wanted_of(row)]
        if match.title_id is not None:
            placed.append(Placed(row, users[row.profile], match.title_id))
        elif match.candidates:
            could = "; ".join(f"{c.label} [{c.title_id}] {c.score:.0f}" for c in match.candidates)
            ambiguous.append(_left_out(row, f"could be {could}"))
        else:
            missing.append(_left_out(row, "is not in the catalogue"))
    account = Account(
        history.count,
        len(placed),
        len(ambiguous),
        len(missing),
        len(history.ignored),
        len(history.unreadable),
    )
    left_out = (*ambiguous, *missing, *history.ignored, *history.unreadable)
    return Import(account, len({title for *_, title in placed}), event_frames(placed), left_out)


def _left_out(row: HistoryRow, reason: str) -> Reject:
    return Reject(row.file, row.line, "", row.name, reason)
