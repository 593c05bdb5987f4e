"""An audit's tables, as text: all figures that a report has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.queries.charts.words import SHORT_NAMES, between, in_order, number, words_of
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.audit.figures import Audit, ChangeRow, ExposureRow, GapRow, GroupRow
    from cinewalk.queries.report.example import Example
    from cinewalk.queries.tune.figures import Step

_NOTHING: Final = "–"
_EVERYBODY: Final = "everybody"
#: What the figures of a trade-off are called that have no place in an audit's rows.
_NAMES: Final = {"coverage@10": "coverage", "gini@10": "Gini"}


class ReportTable(NamedTuple):
    """A table.

    Parameters
    ----------
    name
        What it is about.
    columns
        The headings, that of the rows' names first.
    rows
        Cells of text, the row's name first.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(audit: Audit) -> tuple[ReportTable, ...]:
    """Return all tables of an audit.

    Parameters
    ----------
    audit
        The audit.
    """
    parts = [_groups(audit, kind) for kind in dict.fromkeys(row.kind for row in audit.groups)]
    if not parts:
        parts = [
            ReportTable("Viewers", _columns(audit, "Viewers"), (_group(audit.everybody, _known(audit)),))
        ]
    if audit.gaps:
        parts.append(_gaps(audit.gaps))
    parts += [_exposure(audit, by) for by in dict.fromkeys(row.by for row in audit.exposure)]
    if audit.changes:
        parts.append(_changes(audit.changes))
    return tuple(parts)


def example_table(example: Example) -> ReportTable | None:
    """Return what the remedy of a worked example does at each value of its dial.

    Parameters
    ----------
    example
        The example.
    """
    if example.trade_offs is None:
        return None
    names = list(example.trade_offs.before.figures)
    names = [example.figure, *(name for name in names if name != example.figure)]
    columns = ("Remedy", *map(_figure_name, names), "NDCG@10 lost")
    rows = tuple(_step(step, names) for step in example.trade_offs.steps)
    return ReportTable("Before and after", columns, rows)


def _known(audit: Audit) -> list[str]:
    return [name for name in SHORT_NAMES if name in audit.everybody.figures]


def _columns(audit: Audit, first: str) -> tuple[str, ...]:
    return first, "Viewers", *(_capital(SHORT_NAMES[name]) for name in _known(audit)), "Coverage", "Gini"


def _groups(audit: Audit, kind: str) -> ReportTable:
    of_kind = [row for row in audit.groups if row.kind == kind]
    ordered = [of_kind[place] for place in in_order([row.value for row in of_kind])]
    rows = tuple(_group(row, _known(audit)) for row in [audit.everybody, *ordered])
    return ReportTable(f"Viewers by {words_of(kind)}", _columns(audit, _capital(words_of(kind))), rows)


def _group(row: GroupRow, known: Sequence[str]) -> tuple[str, ...]:
    name = row.value or _EVERYBODY
    figures = [between(n, row.figures[n]) if n in row.figures else _NOTHING for n in known]
    note = "" if row.compared else " (not compared)"
    return f"{name}{note}", f"{row.viewers:,}", *figures, percent(row.coverage, 1), f"{row.gini:.3f}"


def _gaps(gaps: Sequence[GapRow]) -> ReportTable:
    columns = ("Groups", "Figure", "Highest", "Lowest", "Gap", "Gaps by chance: mean", "95 % of them", "p")
    rows = tuple(
        (
            words_of(gap.kind),
            SHORT_NAMES[gap.figure],
            gap.highest,
            gap.lowest,
            number(gap.figure, gap.gap),
            number(gap.figure, gap.null_mean),
            f"{number(gap.figure, gap.null_low)} to {number(gap.figure, gap.null_high)}",
            _p(gap.p),
        )
        for gap in gaps
    )
    return ReportTable("Gaps between groups", columns, rows)


def _exposure(audit: Audit, by: str) -> ReportTable:
    of_attribute = [row for row in audit.exposure if row.by == by]
    columns = ("Of titles", "Of likes", "Of what is shown", "Amplification", "95 % by chance", "p")
    rows = tuple(
        _exposure_row(of_attribute[place]) for place in in_order([row.value for row in of_attribute])
    )
    return ReportTable(f"What is shown by {words_of(by)}", (_capital(words_of(by)), *columns), rows)


def _exposure_row(row: ExposureRow) -> tuple[str, ...]:
    shares = [percent(share, 1) for share in (row.catalogue, row.viewing, row.exposure)]
    if row.amplification is None or row.null_low is None or row.null_high is None or row.p is None:
        return row.value, *shares, _NOTHING, _NOTHING, _NOTHING
    mean, low, high = (f"{value:.2f}" for value in row.amplification)
    chance = f"{row.null_low:.2f} to {row.null_high:.2f}"
    return row.value, *shares, f"{mean} ({low} to {high})", chance, _p(row.p)


def _changes(changes: Sequence[ChangeRow]) -> ReportTable:
    columns = (
        "Viewers",
        "Groups",
        "Number",
        "Of ten titles are others",
        "In single shuffles",
        "Viewers with another list",
    )
    return ReportTable("What groups do to lists", columns, tuple(_change(row) for row in changes))


def _change(row: ChangeRow) -> tuple[str, ...]:
    who = f"{row.who}, {words_of(row.kind)} {row.value}" if row.kind else row.who
    mean, low, high = (f"{value:.2f}" for value in row.changed)
    least, most = row.spread
    singles = f"{least:.2f} to {most:.2f} ({row.times})" if row.times > 1 else _NOTHING
    return who, row.groups, f"{row.viewers:,}", f"{mean} ({low} to {high})", singles, percent(row.affected)


def _figure_name(name: str) -> str:
    if name.startswith("exposure "):
        return f"Share of what is shown, {name.removeprefix('exposure ')}"
    return _capital(SHORT_NAMES.get(name) or _NAMES.get(name, name))


def _step(step: Step, names: Sequence[str]) -> tuple[str, ...]:
    shares = ("coverage@10",)
    cells = [
        percent(value, 1) if name.startswith("exposure ") or name in shares else number(name, value)
        for name, value in ((name, step.figures[name]) for name in names)
    ]
    low, high = step.interval
    lost = f"{percent(step.cost, 1)} ({percent(low, 1)} to {percent(high, 1)})" if step.remedies else _NOTHING
    return step.remedies or "none", *cells, lost


def _p(value: float) -> str:
    return "< .001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
