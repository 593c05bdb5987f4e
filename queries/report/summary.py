"""An audit's summary: what the figures come to, for somebody who decides, and no more than they bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.graph.attributes.viewer_groups import UNKNOWN
from cinewalk.queries.audit.changes import NEWCOMERS, OTHERS
from cinewalk.queries.charts.words import (
    QUALITY,
    SHORT_NAMES,
    beyond_chance,
    chance,
    listed,
    number,
    sure_gaps,
    titles_of,
    viewers_of,
    words_of,
)
from cinewalk.queries.words.wording import count_of, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.audit.figures import Audit, ChangeRow, ExposureRow, GapRow

_LIST: Final = 10


class Point(NamedTuple):
    """What a sentence is about, and the sentence."""

    heading: str
    text: str


class Tilt(NamedTuple):
    """A value of an attribute that is surely shown more or less than it is watched."""

    row: ExposureRow
    by_chance: bool


def summary(audit: Audit) -> tuple[Point, ...]:
    """Say what an audit came to, in three to six sentences.

    A gap or a difference in exposure counts as more than chance where its p-value is at most .05 after Holm's
    correction for how many of its kind or attribute were looked at.

    Parameters
    ----------
    audit
        The audit.
    """
    points = (
        _service(audit),
        _gaps(audit),
        _popularity(audit),
        _exposure(audit),
        _bubble(audit),
        _changes(audit),
    )
    return tuple(Point(*point) for point in points if point is not None)


def tilts(rows: Sequence[ExposureRow]) -> list[Tilt]:
    """Return the values whose amplification is surely above or below 1, and whether chance might do as much.

    Parameters
    ----------
    rows
        Rows of any attributes; those whose value is unknown are left out.
    """
    tilted = []
    for by in dict.fromkeys(row.by for row in rows):
        known = [row for row in rows if row.by == by and row.value != UNKNOWN and row.p is not None]
        sure = beyond_chance([row.p for row in known if row.p is not None])
        for row, is_sure in zip(known, sure, strict=True):
            if row.amplification is not None and not row.amplification.low <= 1 <= row.amplification.high:
                tilted.append(Tilt(row, not is_sure))
    return tilted


def _service(audit: Audit) -> tuple[str, str]:
    everybody = audit.everybody
    text = f"{count_of(everybody.viewers, 'viewer')} were looked at"
    if "recall@20" in everybody.figures:
        mean = percent(everybody.figures["recall@20"].mean)
        text += f": of what they went on to like, their first twenty titles hold {mean} on average"
    return (
        "Service",
        f"{text}; everybody's lists of ten together show {percent(everybody.coverage)} of all titles.",
    )


def _gaps(audit: Audit) -> tuple[str, str]:
    heading = "Groups of viewers"
    gaps = [gap for gap in audit.gaps if gap.figure in QUALITY]
    if not gaps:
        return (
            heading,
            "No two groups of viewers are large enough to be compared, so nothing is said of gaps.",
        )
    sure = [gap for gap in sure_gaps(audit.gaps) if gap.figure in QUALITY]
    if sure:
        parts = [f"{_values(audit, gap)}, a gap that chance makes {chance(gap.p)}" for gap in sure]
        return heading, f"They are not served equally well: {'; '.join(parts)}."
    kinds = listed([words_of(kind) for kind in dict.fromkeys(gap.kind for gap in gaps)])
    nearest = min(gaps, key=lambda gap: gap.p)
    return heading, (
        f"No gap in quality between groups by {kinds} is more than chance: the one that comes nearest, "
        f"{_values(audit, nearest)}, is as large {chance(nearest.p)} when groups are dealt to viewers at random."
    )


def _values(audit: Audit, gap: GapRow) -> str:
    """Say which two groups lie how far apart."""
    means = {
        row.value: row.figures[gap.figure].mean
        for row in audit.groups
        if row.kind == gap.kind and gap.figure in row.figures
    }
    high, low = (
        f"{number(gap.figure, means[value])} for {viewers_of(gap.kind, value)}"
        for value in (gap.highest, gap.lowest)
    )
    return f"{SHORT_NAMES[gap.figure]} of {high} against {low}"


def _popularity(audit: Audit) -> tuple[str, str] | None:
    lift = audit.everybody.figures.get("popularity_lift")
    if lift is None:
        return None
    more = "more" if lift.mean >= 0 else "less"
    text = f"A list is on average {percent(abs(lift.mean))} {more} popular than what its viewer likes"
    return "Popularity", text + _others(audit, "popularity_lift")


def _bubble(audit: Audit) -> tuple[str, str] | None:
    index = audit.everybody.figures.get("bubble_index")
    if index is None:
        return None
    text = f"Of ten places {_LIST * index.mean:.1f} lie outside a viewer's three top genres"
    return "Bubble", text + _others(audit, "bubble_index")


def _others(audit: Audit, figure: str) -> str:
    """Say for a figure which gaps between groups are more than chance."""
    if not any(gap.figure == figure for gap in audit.gaps):
        return "."
    sure = [gap for gap in sure_gaps(audit.gaps) if gap.figure == figure]
    if not sure:
        return ", and groups differ in that no more than by chance."
    parts = [f"{_values(audit, gap)} (as large {chance(gap.p)} by chance)" for gap in sure]
    return f", and groups differ in that by more than chance: {'; '.join(parts)}."


def _exposure(audit: Audit) -> tuple[str, str] | None:
    if not audit.exposure:
        return None
    heading, tilted = "What is shown", tilts(audit.exposure)
    more, less = (_largest(tilted, sign) for sign in (1, -1))
    named = [*more, *less]
    if not named:
        return heading, "Nothing is surely shown more or less than it is liked."
    parts = [
        f"shown {word} than they are liked are {listed([_shares(tilt.row) for tilt in some])}"
        for word, some in (("more", more), ("less", less))
        if some
    ]
    text = "; ".join(parts)
    return heading, f"{text[0].upper()}{text[1:]}{_why(named)}."


def _why(named: Sequence[Tilt]) -> str:
    """Say whether differences are more than a few titles make."""
    unsure = [tilt.row for tilt in named if tilt.by_chance]
    if not unsure:
        return ", by more than chance"
    kinds = listed([words_of(by) for by in dict.fromkeys(row.by for row in unsure)], "or")
    which = listed([titles_of(row.by, row.value) for row in unsure])
    whom = "any of these" if len(unsure) == len(named) else which
    return (
        f"; a few popular titles may explain {whom}, as differences come out as large when {kinds} is exchanged "
        "among titles at random"
    )


def _largest(tilted: Sequence[Tilt], sign: int) -> list[Tilt]:
    """Return for each attribute the value that is shown most beyond what it is liked, or short of that."""
    best: dict[str, Tilt] = {}
    for tilt in sorted(tilted, key=lambda tilt: -sign * (tilt.row.exposure - tilt.row.viewing)):
        if sign * (tilt.row.exposure - tilt.row.viewing) > 0:
            best.setdefault(tilt.row.by, tilt)
    return list(best.values())


def _shares(row: ExposureRow) -> str:
    return f"{titles_of(row.by, row.value)} ({percent(row.exposure)} of what is shown, {percent(row.viewing)} of likes)"


def _changes(audit: Audit) -> tuple[str, str] | None:
    heading = "What groups do to lists"
    by_part = {(row.who, row.groups): row for row in audit.changes if not row.kind}
    if not by_part:
        return None
    told = [
        _change(row, who)
        for part, who in ((NEWCOMERS, "newcomers"), (OTHERS, "viewers with many likes"))
        if (row := by_part.get((part, "off"))) is not None
    ]
    return heading, f"If groups were not known, {listed(told)}."


def _change(row: ChangeRow, who: str) -> str:
    if not row.affected:
        return f"nothing would change for {who}"
    return (
        f"{row.changed.mean:.1f} of ten titles would change for {who} ({percent(row.affected)} of them would get "
        "another list)"
    )
