"""The command `audit`: how groups of viewers are served, what is shown, and whether groups change lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cinewalk import console
from cinewalk.cli import compare as cli_compare
from cinewalk.cli import report as cli_report
from cinewalk.cli.options import (
    ConfigOption,
    Json,
    SourceArgument,
    WalkOption,
    names_of,
)
from cinewalk.errors import RequestError
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.audit.figures import Audit, ChangeRow, GapRow, GroupRow
    from cinewalk.queries.evaluate.figures import MeanInterval

EPILOG = (
    "Examples: `cinewalk audit movielens-100k --by gender,age` · "
    "`cinewalk audit my-folder --creators gender --json` · `cinewalk audit --html audit.html` · "
    "`cinewalk audit --compare calibrated=0.1,bubble=2`"
)

_SERVED = (
    "How well each group is served. NDCG and recall: what of later likes the lists find (higher is better; brackets: "
    "95 % intervals). Lift: by how much the lists are more popular than what the viewers like. Divergence: how far "
    "their genres are from the viewers'. Outside: places outside the viewer's three top genres. "
    "* fewer than 20: not compared."
)
_GAPS = (
    "How far the highest and the lowest group lie apart, beside the gaps that chance makes when groups are exchanged "
    "at random. A p below .05 is seldom chance; of twenty such rows one is, though."
)
_SHOWN = (
    "What is shown, beside what there is and what is liked. Amplification is shown / liked: above 1 it is shown more "
    "than it is liked (brackets: 95 % intervals). By chance: amplifications when the values are exchanged at random."
)
_CHANGES = (
    "How many of the ten titles are others if nobody is in a group (off), or groups are exchanged at random "
    "(shuffled, several times: the mean, and the range of the single ones): 0 means that lists do not depend on groups."
)
_UNMOVED = " Others, with enough likes of their own, get the same lists whatever their groups."

ByOption = Annotated[
    str | None,
    typer.Option("--by", help="Kinds of groups of viewers, such as gender,age.  [default: all]"),
]
CreatorsOption = Annotated[
    str | None,
    typer.Option("--creators", help="Kinds of groups of those who made titles.  [default: all]"),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Of everything random.")]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", help="Also write a page for people, in words and plots.")
]
CompareOption = Annotated[
    str | None,
    typer.Option("--compare", help="Instead: what remedies change, such as calibrated=0.1,bubble=2."),
]
CurveOption = Annotated[
    str | None,
    typer.Option(
        "--curve", help="Instead: what one remedy costs and gains, such as calibrated=0.05,0.1,0.2."
    ),
]


def audit(
    source: SourceArgument = None,
    by: ByOption = None,
    creators: CreatorsOption = None,
    walk: WalkOption = None,
    config: ConfigOption = None,
    seed: SeedOption = 0,
    html: HtmlOption = None,
    compare: CompareOption = None,
    curve: CurveOption = None,
    as_json: Json = False,
) -> None:
    """Measure how groups of viewers are served, what is shown of titles and creators, and what knowing groups changes.

    The last fifth of each viewer's events is held out, and everybody's list is made from the rest. Groups under 11, and
    whatever would give them away, are left out. What the figures mean is in docs/audit.md.
    """
    cli_report.need_measures("An audit")
    from cinewalk.queries.audit.audit import audit as measure

    if compare is not None or curve is not None:
        if html is not None or by is not None or creators is not None:
            raise RequestError(
                "--compare and --curve do not go with --html, --by or --creators. Leave that out."
            )
        _compare(source, config, compare, curve, walk, seed, as_json=as_json)
        return
    if html is not None:
        cli_report.check(html)
    with console.progress_bar() as progress:
        graph, settings = cli_report.opened(source, config, progress)
        audited = measure(
            graph, settings, names_of(by), names_of(creators), walk=walk, seed=seed, progress=progress
        )
        if html is not None:
            cli_report.write(html, graph, settings, audited, source, walk, seed, progress)
    for note in audited.notes:
        console.say(note)
    if as_json:
        console.print_json(audited.to_dict())
    else:
        print_audit(audited)


def _compare(
    source: str | None,
    config: Path | None,
    compare: str | None,
    curve: str | None,
    walk: str | None,
    seed: int,
    *,
    as_json: bool,
) -> None:
    with console.progress_bar() as progress:
        graph, settings = cli_report.opened(source, config, progress)
        tables = cli_compare.run(graph, settings, compare, curve, walk=walk, seed=seed, progress=progress)
    if as_json:
        console.print_json([steps.to_dict() for _, steps in tables])
        return
    for heading, steps in tables:
        cli_compare.print_trade_offs(heading, steps)


def print_audit(audited: Audit) -> None:
    """Print an audit as tables, each with a sentence of what it means."""
    remedies = f"; {audited.remedies}" if audited.remedies else ""
    console.answer(f"{audited.everybody.viewers:,} viewers; lists of ten by {audited.walk}{remedies}.\n")
    _print_groups(audited)
    if audited.gaps:
        _print_gaps(audited)
    if audited.exposure:
        _print_exposure(audited)
    if audited.changes:
        _print_changes(audited)
    if audited.hidden:
        console.answer(f"Too few viewers to show everything by {', '.join(map(_words, audited.hidden))}.")


def _print_gaps(audited: Audit) -> None:
    rows = [
        (row.kind, _words(row.figure), row.highest, row.lowest, _number(row.gap), _chance(row), _p(row.p))
        for row in audited.gaps
    ]
    columns = ["Groups", "Figure", "Highest", "Lowest", "Gap", "By chance", "p"]
    _print("Gaps between groups", _GAPS, columns, rows)


def _print_exposure(audited: Audit) -> None:
    for by in dict.fromkeys(row.by for row in audited.exposure):
        rows: list[tuple[str, ...]] = [
            (
                row.value,
                *(percent(share, 1) for share in (row.exposure, row.catalogue, row.viewing)),
                _interval(row.amplification, 2),
                "" if row.null_low is None else f"{row.null_low:.2f}–{row.null_high:.2f}",
                "" if row.p is None else _p(row.p),
            )
            for row in audited.exposure
            if row.by == by
        ]
        columns = [_words(by).capitalize(), "Shown", "There is", "Liked", "Amplification", "By chance", "p"]
        _print(f"What is shown, by {_words(by)}", "", columns, rows)
    _explain(_SHOWN)


def _print_changes(audited: Audit) -> None:
    others = [row.affected for row in audited.changes if row.who == "others"]
    meaning = _CHANGES + (_UNMOVED if others and not any(others) else "")
    columns = ["Groups", "Viewers", "Number", "Titles changed", "Single shuffles", "Viewers with any"]
    _print("What groups change", meaning, columns, [_change(row) for row in audited.changes])


def _print(heading: str, meaning: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    console.print_table(heading, columns, rows)
    _explain(meaning)


def _explain(meaning: str) -> None:
    console.out().print(f"[dim]{meaning}[/dim]\n" if meaning else "")


def _print_groups(audited: Audit) -> None:
    kinds: dict[str, list[GroupRow]] = {"": [audited.everybody]}
    for row in audited.groups:
        kinds.setdefault(row.kind, []).append(row)
    cells = [
        (
            f"{_words(kind)} {row.value}" if kind else "everybody",
            f"{row.viewers:,}{'' if row.compared else ' *'}",
            _interval(row.figures.get("ndcg@10"), 3),
            _interval(row.figures.get("recall@20"), 3),
            *(
                _mean(row.figures.get(name))
                for name in ("popularity_lift", "genre_divergence", "bubble_index")
            ),
            f"{row.coverage:.2f}",
            f"{row.gini:.2f}",
        )
        for kind, rows in kinds.items()
        for row in rows
    ]
    columns = [
        "Viewers",
        "Number",
        "NDCG@10",
        "Recall@20",
        "Lift",
        "Divergence",
        "Outside",
        "Coverage",
        "Gini",
    ]
    _print("Groups of viewers", _SERVED, columns, cells)


def _change(row: ChangeRow) -> tuple[str, ...]:
    who = f"{row.who}, {_words(row.kind)} {row.value}" if row.kind else row.who
    return (
        row.groups,
        who,
        f"{row.viewers:,}",
        _interval(row.changed, 2),
        f"{row.spread[0]:.2f}–{row.spread[1]:.2f}" if row.times > 1 else "",
        console.percent(row.affected),
    )


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", "s' ").replace("ndcg", "NDCG")


def _number(value: float) -> str:
    return f"{value:.3f}"


def _mean(figure: MeanInterval | None) -> str:
    return "" if figure is None else f"{figure.mean:.2f}"


def _interval(figure: MeanInterval | None, digits: int) -> str:
    if figure is None:
        return ""
    return f"{figure.mean:.{digits}f} ({figure.low:.{digits}f}–{figure.high:.{digits}f})"


def _chance(row: GapRow) -> str:
    return f"{row.null_mean:.3f} ({row.null_low:.3f}–{row.null_high:.3f})"


def _p(value: float) -> str:
    return "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0")
