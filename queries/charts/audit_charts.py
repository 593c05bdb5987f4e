"""An audit's plots: figures of groups, gaps between groups, and what is shown, each beside what chance makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from cinewalk.queries.charts.drawing import (
    CHANCE,
    MEASURED,
    STEP,
    TEXT,
    THERE,
    WATCHED,
    WIDTH,
    Plot,
    data,
    drawn_of,
    left_out,
    svg,
)
from cinewalk.queries.charts.words import SHORT_NAMES, is_share, sure_gaps, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.audit.figures import Audit, ExposureRow, GapRow, GroupRow

_NORMAL_95: Final = 1.96
_WHITE: Final = "#ffffff"
#: How plots of groups are read, and plots of what is shown.
READ_GROUPS: Final = (
    "Each dot is the mean of a group, with its 95 % interval; the dashed line is everybody's. Grey is where 95 of 100 "
    "groups of that size lie if viewers are put into groups at random."
)
READ_EXPOSURE: Final = (
    "Left: shares of all titles, of all likes and of what is shown. Right: amplification, which is shown ÷ liked, with "
    "its 95 % interval; right of the dashed line is shown more than it is liked. Grey is where 95 of 100 "
    "amplifications lie when decades, genres and so on are exchanged among titles at random."
)

#: The figures that may be below 0.
_SIGNED: Final = ("popularity_lift",)


def groups_plot(audit: Audit, kind: str, figures: Sequence[str]) -> Plot:
    """Draw figures of the groups of one kind, each with its interval and where chance would put it.

    The band of chance is a normal approximation: were ``n`` of ``N`` viewers taken at random, their mean would lie
    within ``1.96 s sqrt((1 - n/N) / n)`` of everybody's in 95 of 100 cases. ``s``, how much viewers differ, is read
    off the interval of everybody's mean, which is ``2 · 1.96 s / sqrt(N)`` wide.

    Parameters
    ----------
    audit
        The audit.
    kind
        A kind that has rows.
    figures
        Names of figures, one panel each.
    """
    rows, drawn = _groups(audit, kind)
    known = [name for name in figures if name in audit.everybody.figures]
    names = " and ".join(SHORT_NAMES[name] for name in known)
    named = f"{names[0].upper()}{names[1:]} by {words_of(kind)}"
    caption = f"{named}, with the number of viewers."
    if not all(row.compared for row in drawn):
        caption += " Hollow: fewer than 20 viewers, too few to be compared."
    chart = groups_chart(audit, kind, figures)
    return Plot(svg(chart, named), caption + left_out(len(drawn), len(rows), "groups"))


def groups_chart(audit: Audit, kind: str, figures: Sequence[str]) -> Any:
    """Return the chart of :func:`groups_plot`."""
    drawn = _groups(audit, kind)[1]
    known = [name for name in figures if name in audit.everybody.figures]
    panels = [_group_panel(audit.everybody, drawn, name, named=name == known[0]) for name in known]
    return alt.hconcat(*panels, spacing=24)


def _groups(audit: Audit, kind: str) -> tuple[list[GroupRow], list[GroupRow]]:
    """Return the groups of a kind, and those that are drawn."""
    rows = [row for row in audit.groups if row.kind == kind]
    return rows, drawn_of(rows, [row.value for row in rows], [row.viewers for row in rows])


def gaps_plot(audit: Audit) -> Plot:
    """Draw how large each gap is beside what chance makes of it, each divided by the upper end of that.

    Parameters
    ----------
    audit
        An audit with gaps.
    """
    caption = (
        "How far the highest and the lowest group of each kind lie apart. Grey: 95 of 100 gaps when groups are dealt "
        "to viewers at random. A circle is no more than chance; a diamond is, with all figures of its kind looked at."
    )
    return Plot(svg(gaps_chart(audit), "Gaps between groups beside what chance makes"), caption)


def gaps_chart(audit: Audit) -> Any:
    """Return the chart of :func:`gaps_plot`."""
    sure = sure_gaps(audit.gaps)
    values = [_gap_values(gap, sure=gap in sure) for gap in audit.gaps if gap.null_high > 0]
    y = _rows("name", [value["name"] for value in values])
    base = alt.Chart(data(values))
    x = alt.X("low:Q", axis=alt.Axis(tickCount=6), title="gap, in multiples of what chance reaches")
    band = base.mark_bar(height=12, color=CHANCE).encode(y=y, x=x, x2="one:Q")
    colours = alt.Scale(domain=[False, True], range=[WATCHED, MEASURED])
    shapes = alt.Scale(domain=[False, True], range=["circle", "diamond"])
    dots = base.mark_point(filled=True, opacity=1, size=70).encode(
        y=y,
        x="ratio:Q",
        color=alt.Color("sure:N", scale=colours, legend=None),
        shape=alt.Shape("sure:N", scale=shapes, legend=None),
    )
    return alt.layer(band, dots).properties(width=2 * WIDTH, height={"step": STEP})


def exposure_plot(audit: Audit, by: str) -> Plot:
    """Draw what is shown of each value of an attribute beside what there is and what is liked.

    Parameters
    ----------
    audit
        The audit.
    by
        An attribute that has rows.
    """
    rows, drawn = _values(audit, by)
    named = f"What is shown, what is liked and what there is, by {words_of(by)}"
    return Plot(
        svg(exposure_chart(audit, by), named), f"{named}." + left_out(len(drawn), len(rows), "values")
    )


def exposure_chart(audit: Audit, by: str) -> Any:
    """Return the chart of :func:`exposure_plot`."""
    drawn = _values(audit, by)[1]
    return alt.hconcat(_share_panel(drawn), _amplification_panel(drawn), spacing=24)


def _values(audit: Audit, by: str) -> tuple[list[ExposureRow], list[ExposureRow]]:
    """Return the values of an attribute, and those that are drawn."""
    rows = [row for row in audit.exposure if row.by == by]
    return rows, drawn_of(rows, [row.value for row in rows], [row.viewing for row in rows])


def _rows(field: str, order: Sequence[str], *, named: bool = True) -> Any:
    """Return the axis of rows in their order, with their names or without."""
    return alt.Y(f"{field}:N", sort=list(order), title=None, axis=alt.Axis() if named else None)


def _group_panel(everybody: GroupRow, rows: Sequence[GroupRow], figure: str, *, named: bool) -> Any:
    mean = everybody.figures[figure].mean
    values = [_group_values(everybody, row, figure) for row in rows]
    base = alt.Chart(data(values))
    y = _rows("name", [value["name"] for value in values], named=named)
    axis = alt.Axis(format="%" if is_share(figure) else ".2f", tickCount=4)
    x = alt.X("null_low:Q", scale=alt.Scale(zero=False, padding=8), axis=axis, title=SHORT_NAMES[figure])
    band = base.mark_bar(height=14, color=CHANCE).encode(y=y, x=x, x2="null_high:Q")
    middle = alt.Chart(data([{"mean": mean}])).mark_rule(strokeDash=[4, 3], color=TEXT).encode(x="mean:Q")
    interval = base.mark_rule(strokeWidth=2, color=WATCHED).encode(y=y, x="low:Q", x2="high:Q")
    fill = alt.Fill("compared:N", scale=alt.Scale(domain=[True, False], range=[WATCHED, _WHITE]), legend=None)
    dots = base.mark_point(size=60, opacity=1, stroke=WATCHED, strokeWidth=2).encode(
        y=y, x="mean:Q", fill=fill
    )
    return alt.layer(band, middle, interval, dots).properties(width=WIDTH, height={"step": STEP})


def _group_values(everybody: GroupRow, row: GroupRow, figure: str) -> dict[str, Any]:
    mean, low, high = everybody.figures[figure]
    deviation = (high - low) / (2 * _NORMAL_95) * everybody.viewers**0.5
    reach = _NORMAL_95 * deviation * ((1 - row.viewers / everybody.viewers) / row.viewers) ** 0.5
    null_low = mean - reach if figure in _SIGNED else max(mean - reach, 0.0)
    value = {"name": f"{row.value} ({row.viewers:,})", "compared": row.compared}
    value |= {"null_low": null_low, "null_high": mean + reach}
    if figure in row.figures:
        value |= dict(zip(("mean", "low", "high"), row.figures[figure], strict=True))
    return value


def _gap_values(gap: GapRow, *, sure: bool) -> dict[str, Any]:
    name = f"{words_of(gap.kind)}: {SHORT_NAMES[gap.figure]}"
    return {
        "name": name,
        "low": gap.null_low / gap.null_high,
        "one": 1.0,
        "ratio": gap.gap / gap.null_high,
        "sure": sure,
    }


def _share_panel(rows: Sequence[ExposureRow]) -> Any:
    names = ["share of titles", "share of likes", "share of what is shown"]
    y = _rows("value", [row.value for row in rows])
    ends = [{"value": row.value, "liked": row.viewing, "shown": row.exposure} for row in rows]
    line = (
        alt.Chart(data(ends)).mark_rule(color=MEASURED, strokeWidth=2).encode(y=y, x="liked:Q", x2="shown:Q")
    )
    shares = [
        {"value": row.value, "what": what, "share": share}
        for row in rows
        for what, share in zip(names, (row.catalogue, row.viewing, row.exposure), strict=True)
    ]
    legend = alt.Legend(title=None, orient="top")
    colours = alt.Scale(domain=names, range=[THERE, WATCHED, MEASURED])
    shapes = alt.Scale(domain=names, range=["square", "circle", "diamond"])
    dots = alt.Chart(data(shares)).mark_point(filled=True, opacity=1, size=55)
    dots = dots.encode(
        y=y,
        x=alt.X("share:Q", axis=alt.Axis(format="%", tickCount=4), title="share"),
        color=alt.Color("what:N", scale=colours, legend=legend),
        shape=alt.Shape("what:N", scale=shapes, legend=legend),
    )
    return alt.layer(line, dots).properties(width=WIDTH, height={"step": STEP})


def _amplification_panel(rows: Sequence[ExposureRow]) -> Any:
    values = []
    for row in rows:
        value: dict[str, Any] = {"value": row.value, "null_low": row.null_low, "null_high": row.null_high}
        if row.amplification is not None:
            value |= dict(zip(("mean", "low", "high"), row.amplification, strict=True))
        values.append(value)
    base = alt.Chart(data(values))
    y = _rows("value", [row.value for row in rows], named=False)
    x = alt.X("null_low:Q", axis=alt.Axis(tickCount=4), title="amplification")
    band = base.mark_bar(height=14, color=CHANCE).encode(y=y, x=x, x2="null_high:Q")
    middle = alt.Chart(data([{"one": 1}])).mark_rule(strokeDash=[4, 3], color=TEXT).encode(x="one:Q")
    interval = base.mark_rule(strokeWidth=2, color=MEASURED).encode(y=y, x="low:Q", x2="high:Q")
    dots = base.mark_point(filled=True, opacity=1, size=55, shape="diamond", color=MEASURED)
    dots = dots.encode(y=y, x="mean:Q")
    return alt.layer(band, middle, interval, dots).properties(width=WIDTH, height={"step": STEP})
