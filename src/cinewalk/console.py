"""How answers look in a terminal: tables, bars, progress, and JSON for programs."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from cinewalk.loaders.base.progress import no_progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from cinewalk.graph.model.graph import Graph
    from cinewalk.loaders.base.progress import Progress
    from cinewalk.loaders.neo4j.write.publish import Published
    from cinewalk.loaders.tables.tables import Tables
    from cinewalk.queries.explain.contrast import Contrast
    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.explain.paths import Path as Walked
    from cinewalk.queries.words.results import Reason, Recommendation, Recommendations

_BAR = 24
_PLAIN_WIDTH = 110
#: How many reasons a row of a list names; `explain` names more.
_MOST_NAMED = 2


def print_json(value: Any) -> None:
    """Print plain values for a program to read."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """Tell the person something beside the answer, without mixing it into the answer."""
    typer.echo(text, err=True)


def out() -> Console:
    """Return the console for answers; in a pipe it is wide enough to keep a table's rows whole."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _PLAIN_WIDTH)


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
                tasks[description] = bars.add_task(description, total=total or None)
            bars.update(tasks[description], completed=done, total=total or None)

        yield report


@contextmanager
def working(text: str | None) -> Iterator[None]:
    """Show that something is going on which cannot tell how far it is; only where a person looks."""
    if text is None or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def print_recommendations(found: Recommendations, heading: str, *, as_json: bool = False) -> None:
    """Print a ranked list with its reasons: a table for people, or JSON for a program."""
    if found.note:
        say(found.note)
    if as_json:
        print_json(found.to_dict())
    elif found:
        _print_list(found, heading)


def _print_list(found: Recommendations, heading: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(heading), title_justify="left", box=None, pad_edge=False, header_style="dim")
    table.add_column("", justify="right", style="dim")
    table.add_column("Title")
    table.add_column("Score", justify="right", style="cyan")
    if any(item.because or item.reason for item in found):
        table.add_column("Because", style="dim")
    for item in found:
        cells = [str(item.rank), escape(item.label), f"{item.score:.3g}"]
        if item.because or item.reason:
            cells.append(escape(_reason_cell(item)))
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
    from rich.markup import escape
    from rich.table import Table

    from cinewalk.queries.words.wording import adjustments_text, count_of

    named, others = why.top(count)
    console = out()
    console.print(f"[bold]{escape(why.label)}[/bold]  score [cyan]{why.score:.4g}[/cyan], {_heading(named)}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(ratio=4)
    table.add_column(min_width=_BAR, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", ratio=3)
    longest = max([reason.share for reason in named] + [others.share])
    for reason in named:
        table.add_row(
            escape(_named(reason)), _bar(reason.share, longest, "cyan"), percent(reason.share), _both(reason)
        )
    if others.count:
        others_name = count_of(others.count, f"other {others.noun or 'title'}")
        table.add_row(others_name, _bar(others.share, longest, "dim"), percent(others.share), "")
    console.print(table)
    kinds = ", ".join(f"{_PATTERNS[name]} {percent(share)}" for name, share in why.patterns.items())
    console.print(f"[dim]By kind of walk: {kinds}.[/dim]")
    if why.adjustments:
        lines = escape(adjustments_text(why.adjustments))
        console.print(f"Then {lines}: shown with [cyan]{why.shown_score:.4g}[/cyan]")


def _heading(named: Sequence[Reason]) -> str:
    return "because you liked" if all(reason.label == "Title" for reason in named) else "because of"


def _named(reason: Reason) -> str:
    if not reason.label:
        return f"liked by {reason.name}"
    return f"popular with {reason.name}" if reason.label == "DemographicGroup" else reason.name


def print_paths(paths: Sequence[Walked]) -> None:
    """Print single walks as a tree, by what they start with, each with its share; other viewers are not named."""
    if not paths:
        return
    from rich.markup import escape
    from rich.tree import Tree

    firsts: dict[str, list[Walked]] = {}
    for path in paths:
        firsts.setdefault(path.first, []).append(path)
    tree = Tree("[dim]The walks that give most[/dim]", guide_style="dim")
    for first, same in sorted(firsts.items(), key=lambda pair: -sum(path.share for path in pair[1])):
        branch = tree.add(f"{escape(first)} [cyan]{_tenth(sum(path.share for path in same))}[/cyan]")
        for path in same:
            branch.add(f"{escape(path.rest)} [cyan]{_tenth(path.share)}[/cyan]")
    out().print(tree)


def _tenth(share: float) -> str:
    return f"{share:.1%}".replace("%", "\N{NO-BREAK SPACE}%")


def show_page(why: Explanation, path: Path | None, *, browser: bool) -> None:
    """Write an explanation's page, and open it where that is wanted.

    Raises
    ------
    StorageError
        Where it cannot be written.
    """
    import tempfile
    import webbrowser
    from pathlib import Path

    from cinewalk.errors import StorageError

    place = Path(tempfile.mkdtemp(prefix="cinewalk-")) / "why.html" if path is None else path
    page = why.to_html()
    try:
        place.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{place}: cannot be written ({error.strerror}). Choose another place.") from error
    say(f"The picture is in {place}.")
    if browser:
        webbrowser.open(place.resolve().as_uri())


def print_contrast(contrast: Contrast, count: int, *, as_json: bool) -> None:
    """Print what speaks for each of two titles: the ``count`` seeds of the largest differences."""
    if as_json:
        print_json(contrast.to_dict())
        return
    typer.echo(str(contrast))
    chosen = sorted(contrast.differences, key=lambda d: -abs(d.difference))[:count]
    rest = contrast.score - contrast.other_score - sum(d.difference for d in chosen)
    rows = [(d.name, *_signed(d.score, d.other_score)) for d in chosen]
    if len(chosen) < len(contrast.differences):
        rows.append((f"{len(contrast.differences) - len(chosen)} others", "", "", f"{rest:+.4f}"))
    rows += [(name, *_signed(one, other)) for name, (one, other) in contrast.adjustments.items()]
    print_table("By what you liked", ["You liked", contrast.title, contrast.other, "Difference"], rows)


def _signed(one: float, other: float) -> tuple[str, str, str]:
    return f"{one:.4f}", f"{other:.4f}", f"{one - other:+.4f}"


_PATTERNS = {
    "shared-viewers": "titles that share viewers",
    "shared-titles": "viewers who share titles",
    "learned-titles": "learned titles",
    "learned-viewers": "learned viewers",
    "sequence": "titles that follow each other",
    "pagerank": "personalized PageRank",
    "groups": "what your groups like",
    "popularity": "what most viewers like",
    "kin": "same genre or people",
}


def _both(reason: Reason) -> str:
    from cinewalk.queries.words.wording import count_of

    return "" if reason.viewers is None else f"{count_of(reason.viewers, 'viewer')} liked both"


def _bar(share: float, longest: float, style: str) -> str:
    return f"[{style}]{'█' * max(1, round(_BAR * share / longest))}[/{style}]"


def percent(share: float) -> str:
    r"""Return a share as people write it.

    >>> percent(0.137), percent(0.004)
    ('14\xa0%', '<1\xa0%')
    """
    return "<1\N{NO-BREAK SPACE}%" if 0 < share < 0.01 else f"{share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def print_table(heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a heading; numbers to the right."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(heading), title_justify="left", box=None, pad_edge=False, header_style="dim")
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if all(isinstance(row[i], int) for row in rows) else "left")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else escape(str(cell)) for cell in row))
    out().print(table)


def print_published(published: Published, place: str, *, as_json: bool) -> None:
    """Print what a database holds after publishing."""
    if as_json:
        print_json(published.to_dict())
        return
    from cinewalk.graph.model.schema import DERIVED, RELATIONSHIPS

    kinds = {**RELATIONSHIPS, **DERIVED}
    rows = [(label, f"{count:,}") for label, count in published.nodes.items() if count]
    rows += [(kinds[name].type, f"{count:,}") for name, count in published.relationships.items() if count]
    print_table(f"Published to {place}", ["What", "Number"], rows)


def print_load(source: str, tables: Tables | None, graph: Graph, place: Path, *, as_json: bool) -> None:
    """Print the account of a source: what became of every row, what was left out, and where the graph is.

    A database has no account of rows.
    """
    fields = ("rows", "loaded", "rejected", "duplicates")
    found, notes = ({}, ()) if tables is None else (tables.counts, tables.notes)
    counts = {name: {key: getattr(count, key) for key in fields} for name, count in found.items()}
    if as_json:
        print_json(
            {
                "graph": str(place),
                "rows": counts,
                "nodes": {label: len(nodes) for label, nodes in graph.nodes.items()},
                "relationships": {name: len(relation) for name, relation in graph.relations.items()},
                "notes": list(notes),
            }
        )
        return
    rows = [(name, *count.values()) for name, count in counts.items()]
    if rows:
        print_table(f"Read {source}", ["Table", *(key.capitalize() for key in fields)], rows)
    for note in notes:
        say(note)
    typer.echo(f"{graph}\nKept in {place}")
