"""How answers look in a terminal: tables, bars, progress, and JSON for programs.

Nothing else writes to the terminal, and all of it goes through :func:`cinewalk.clean_text.clean`.
What several commands print is here; what a single one prints is in its own file in ``cli/``.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

import typer

from cinewalk.clean_text import LONGEST_MESSAGE, clean
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.registry import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.words.results import Reason, Recommendation, Recommendations

_BAR = 24
_ENDS = re.compile(r"[ \t\xa0]+(?=\n)")
_PLAIN_WIDTH = 110
#: How many reasons a row of a list names; `explain` names more.
_MOST_NAMED = 2


def print_json(value: Any) -> None:
    """Print plain values for a program to read."""
    answer(json.dumps(value, ensure_ascii=False, indent=2))


def answer(text: str = "", end: str = "\n") -> None:
    """Print lines of an answer."""
    typer.echo(clean(text, lines=True) + end, nl=False)


def say(text: str) -> None:
    """Tell the person something beside the answer, without mixing it into the answer."""
    typer.echo(clean(text, lines=True), err=True)


def ask(text: str) -> str:
    """Ask the person, and return what they say."""
    return str(typer.prompt(clean(text), err=True))


def out() -> Console:
    """Return the console for answers; in a pipe it is wide enough to keep a table's rows whole."""
    from rich.console import Console

    class Clean(Console):
        """Cleans every text before it is laid out, so that columns are as wide as what is seen."""

        def render_str(self, text: str, **how: Any) -> Text:
            return super().render_str(clean(text, lines=True), **how)

    if sys.stdout.isatty():
        return Clean(highlight=False)
    width = os.environ.get("COLUMNS", "")
    wide = int(width) if width.isdecimal() and int(width) else _PLAIN_WIDTH
    return Clean(highlight=False, width=wide, file=cast("IO[str]", _WithoutEnds()))


class _WithoutEnds:
    """Standard output without the blanks at the ends of lines, which fill up the columns of tables."""

    def write(self, text: str) -> int:
        return sys.stdout.write(_ENDS.sub("", text))

    def flush(self) -> None:
        sys.stdout.flush()


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show how far work is and how long it will take, while it lasts; only where a person looks."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bars:

        def report(description: str, done: int, total: int) -> None:
            if description not in tasks:
                tasks[description] = bars.add_task(shown(description), total=total or None)
            bars.update(tasks[description], completed=done, total=total or None)

        yield report


@contextmanager
def working(text: str | None) -> Iterator[None]:
    """Show that something is going on which cannot tell how far it is; only where a person looks."""
    if text is None or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(shown(text)):
        yield


def shown(text: str) -> str:
    """Return a name, a cell or a heading as it is shown: clean, on one line, not overlong, and without markup."""
    from rich.markup import escape

    return escape(clean(text, longest=LONGEST_MESSAGE))


def print_recommendations(ranking: Recommendations, heading: str, *, as_json: bool = False) -> None:
    """Print a ranked list with its reasons: a table for people, or JSON for a program."""
    if ranking.note:
        say(ranking.note)
    if as_json:
        print_json(ranking.to_dict())
    elif ranking:
        _print_list(ranking, heading)


def _print_list(ranking: Recommendations, heading: str) -> None:
    from rich.table import Table

    from cinewalk.queries.words.numbers import scores_text

    table = Table(title=shown(heading), title_justify="left", box=None, pad_edge=False, header_style="dim")
    table.add_column("", justify="right", style="dim")
    table.add_column("Title")
    table.add_column("Score", justify="right", style="cyan")
    if any(item.because or item.reason for item in ranking):
        table.add_column("Because", style="dim")
    for item, score in zip(ranking, scores_text([item.score for item in ranking]), strict=True):
        cells = [str(item.rank), shown(item.label), score]
        if item.because or item.reason:
            cells.append(shown(_reason_cell(item)))
        table.add_row(*cells)
    out().print(table)


def _because(item: Recommendation) -> str:
    if len(item.because) == 1 and not item.others.count:
        return _both(item.because[0]) or item.because[0].name
    named, rest = item.because[:_MOST_NAMED], len(item.because[_MOST_NAMED:]) + item.others.count
    parts = [f"{_named(reason)} {percent(reason.share)}" for reason in named]
    return ", ".join(parts) + (f" + {rest} more" if rest else "")


def _reason_cell(item: Recommendation) -> str:
    from cinewalk.queries.words.wording import adjustments_text

    text = item.reason or (_because(item) if item.because else "")
    return "; ".join(part for part in (text, adjustments_text(item.adjustments)) if part)


def print_explanation(why: Explanation, count: int) -> None:
    """Print the shares of a score as bars that add up to the whole."""
    from rich.table import Table

    from cinewalk.queries.words.wording import adjustments_text

    named, others = why.top(count)
    console = out()
    console.print(f"[bold]{shown(why.label)}[/bold]  score [cyan]{why.score:.4g}[/cyan], {_heading(named)}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(ratio=4)
    table.add_column(min_width=_BAR, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", ratio=3)
    longest = max([reason.share for reason in named] + [others.share])
    for reason in named:
        table.add_row(
            shown(_named(reason)), _bar(reason.share, longest, "cyan"), percent(reason.share), _both(reason)
        )
    if others.count:
        table.add_row(others.text, _bar(others.share, longest, "dim"), percent(others.share), "")
    console.print(table)
    kinds = ", ".join(f"{_pattern(name)} {percent(share)}" for name, share in why.patterns.items())
    console.print(f"[dim]By kind of walk: {kinds}.[/dim]")
    if why.adjustments:
        lines = shown(adjustments_text(why.adjustments))
        console.print(f"Then {lines}: shown with [cyan]{why.shown_score:.4g}[/cyan]")


def _heading(named: Sequence[Reason]) -> str:
    if all(reason.asked for reason in named):
        return "because you asked for"
    return "because you liked" if all(reason.label == "Title" for reason in named) else "because of"


def _named(reason: Reason) -> str:
    if not reason.label:
        return f"liked by {reason.name}"
    return f"popular with {reason.name}" if reason.label == "DemographicGroup" else reason.name


#: What people read where a part of a score is named that is no walk, or not called as it is.
_PARTS = {
    "groups": "what your groups like",
    "kin": "same genre or people",
    "alike-titles": "same genres and people",
    "close-titles": "titles close by",
}


def _pattern(name: str) -> str:
    return _PARTS.get(name) or REGISTRY[name].words


def _both(reason: Reason) -> str:
    from cinewalk.queries.words.wording import viewers_text

    return "" if reason.counted is None else f"{viewers_text(reason.counted)} liked both"


def _bar(share: float, longest: float, style: str) -> str:
    return f"[{style}]{'█' * max(1, round(_BAR * share / longest))}[/{style}]"


def percent(share: float) -> str:
    r"""Return a share without digits after the point, as there is room for no more.

    >>> percent(0.137), percent(0.004)
    ('14\xa0%', '<1\xa0%')
    """
    from cinewalk.queries.words import wording

    return wording.percent(share, 0, least="<1")


def print_table(heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a heading; numbers to the right."""
    from rich.table import Table

    table = Table(title=shown(heading), title_justify="left", box=None, pad_edge=False, header_style="dim")
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if all(isinstance(row[i], int) for row in rows) else "left")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else shown(str(cell)) for cell in row))
    out().print(table)
