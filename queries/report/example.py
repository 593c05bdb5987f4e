"""One bias that an audit found, and what a remedy did to it: chosen and measured when a report is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.title_attributes import CREATOR
from cinewalk.graph.evaluate.splits import usual_split
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.queries.charts.words import titles_of
from cinewalk.queries.report.summary import tilts
from cinewalk.queries.tune.trade_offs import compare, curve, with_dial
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.queries.audit.figures import Audit, ExposureRow
    from cinewalk.queries.tune.figures import Step, TradeOffs

_CALIBRATED: Final = "calibrated"
_CALIBRATIONS: Final = (0.05, 0.1, 0.2)
_IN_FORCE: Final = (
    "Remedies are in force already; the table adds them one after the other to lists without any."
)


class Bias(NamedTuple):
    """Titles that are surely shown less than they are liked, and what mends that.

    Parameters
    ----------
    words
        What the titles are called.
    exposure, viewing
        Their shares of what is shown and of what is liked.
    remedy
        The remedy without its dial.
    dials
        Values of the dial, weak ones first.
    """

    words: str
    exposure: float
    viewing: float
    remedy: str
    dials: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A bias and its remedy; where remedies are in force, what they do.

    Parameters
    ----------
    bias
        What was found; ``None`` where there is nothing to mend, or remedies are in force.
    trade_offs
        What the remedy does at each value of its dial, or each remedy in force; ``None`` where it cannot be told.
    problem
        Why not.
    """

    bias: Bias | None
    trade_offs: TradeOffs | None = None
    problem: str = ""

    @property
    def figure(self) -> str:
        """The figure that the remedy is for."""
        group = "" if self.bias is None else self.bias.remedy.partition("=")[2]
        return f"exposure {group}" if group else "genre_divergence"

    def sentences(self) -> list[str]:
        """Say what was found, what the remedy is, and what it did."""
        if self.bias is None and self.trade_offs is None:
            return ["Nothing is surely shown less than it is liked, so there is nothing to mend here."]
        if self.bias is None:
            assert self.trade_offs is not None
            return [_IN_FORCE, f"With all of them, {cost_text(self.trade_offs.after)}."]
        sentence = (
            f"Found: {self.bias.words} get {percent(self.bias.exposure, 1)} of what is shown and "
            f"{percent(self.bias.viewing, 1)} of all likes."
        )
        if self.trade_offs is None:
            return [sentence, f"It was not mended: {self.problem}"]
        return [sentence, _remedy(self.bias), _outcome(self.trade_offs, self.figure)]


def find_bias(audit: Audit) -> Bias | None:
    """Return the bias that a report mends: of creators, else of old titles, else of genres.

    What is named is one shown row, or shown rows that follow each other, so that no figure is new.

    Parameters
    ----------
    audit
        The audit.
    """
    short = [tilt.row for tilt in tilts(audit.exposure) if tilt.row.exposure < tilt.row.viewing]
    made = [row for row in short if row.by.startswith(CREATOR)]
    if made:
        row = max(made, key=_lack)
        return _floor(titles_of(row.by, row.value), [row], f"{row.by}:{row.value}")
    decades = [row for row in audit.exposure if row.by == "decade" and row.value[:-1].isdecimal()]
    old = _oldest(decades, [row for row in short if row.by == "decade"])
    if old:
        first, last = int(old[0].value[:-1]), int(old[-1].value[:-1]) + 9
        return _floor(f"titles from {first} to {last}", old, f"year:{first}-{last}")
    genres = [row for row in short if row.by == "genre"]
    if genres:
        row = max(genres, key=_lack)
        return Bias(titles_of(row.by, row.value), row.exposure, row.viewing, _CALIBRATED, _CALIBRATIONS)
    return None


def worked_example(
    graph: Graph,
    settings: Settings,
    audit: Audit,
    *,
    walk: str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Example:
    """Find a bias in an audit, and measure what a remedy does to it; or what the remedies in force do.

    Parameters
    ----------
    graph, settings, walk, seed
        What the audit was made with.
    audit
        The audit.
    progress
        Told how far the work is.
    """
    kind = usual_split(graph)
    if audit.remedies:
        trade_offs = compare(
            graph, settings, audit.remedies, walk=walk, kind=kind, seed=seed, progress=progress
        )
        return Example(None, trade_offs)
    bias = find_bias(audit)
    if bias is None:
        return Example(None)
    try:
        trade_offs = curve(
            graph, settings, bias.remedy, bias.dials, walk=walk, kind=kind, seed=seed, progress=progress
        )
    except RequestError as error:
        return Example(bias, problem=str(error))
    return Example(bias, trade_offs)


def _lack(row: ExposureRow) -> float:
    return row.viewing - row.exposure


def _floor(words: str, rows: Sequence[ExposureRow], group: str) -> Bias:
    exposure, viewing = sum(row.exposure for row in rows), sum(row.viewing for row in rows)
    dials = tuple(round(share, 4) for share in ((exposure + viewing) / 2, viewing))
    return Bias(words, exposure, viewing, f"floor={group}", dials)


def _oldest(decades: Sequence[ExposureRow], short: Sequence[ExposureRow]) -> list[ExposureRow]:
    """Return the decades from the first shown one on that are all shown less than liked, without gaps."""
    oldest: list[ExposureRow] = []
    for row in decades:
        follows = not oldest or int(row.value[:-1]) == int(oldest[-1].value[:-1]) + 10
        if row not in short or not follows:
            break
        oldest.append(row)
    return oldest


def _remedy(bias: Bias) -> str:
    asked = with_dial(bias.remedy, bias.dials[-1])
    if bias.remedy == _CALIBRATED:
        return f"Remedy: {asked} chooses titles so that a list has the genres of its viewer in their proportions."
    return (
        f"Remedy: {asked} adds the same bonus to all of these titles, the smallest with which they get as much of what "
        "is shown as of likes; who likes what keeps deciding the rest."
    )


def _outcome(trade_offs: TradeOffs, figure: str) -> str:
    before, after = trade_offs.before, trade_offs.after
    if figure == "genre_divergence":
        nats = f"{before.figures[figure]:.2f} to {after.figures[figure]:.2f}"
        gained = f"The distance of the lists' genres from the viewers' fell from {nats} nats"
    else:
        gained = f"Their share rose from {percent(before.figures[figure], 1)} to {percent(after.figures[figure], 1)}"
    return f"Outcome: {gained}, and {cost_text(after)}."


def cost_text(step: Step) -> str:
    """Say what a step costs in accuracy."""
    change = "fell" if step.cost > 0 else "rose"
    low, high = step.interval if step.cost > 0 else (-step.interval[1], -step.interval[0])
    small = "; that may be chance" if low <= 0 <= high else ""
    interval = f"95\N{NO-BREAK SPACE}% interval: {percent(low, 1)} to {percent(high, 1)}"
    return f"NDCG@10 {change} by {percent(abs(step.cost), 1)} of itself ({interval}{small})"
