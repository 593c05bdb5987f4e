"""The command `evaluate`: how well walks recommend, on a split of one source or on two files."""

from __future__ import annotations

import shlex
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cinewalk import console
from cinewalk.cli import cold_start as cli_cold_start
from cinewalk.cli import explanations as cli_explanations
from cinewalk.cli import next_likes as cli_next_likes
from cinewalk.cli.held_out import Plan, planned
from cinewalk.cli.options import Json, SplitName
from cinewalk.cli.output_file import write_text
from cinewalk.errors import RequestError
from cinewalk.extras import need

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.evaluate.figures import Comparison, Evaluation

EPILOG = (
    "Examples: `cinewalk evaluate movielens-100k --walk blend --walk ease --compare blend:ease` · "
    "`cinewalk evaluate --train train.csv --test test.csv -k 20 --json` · "
    "`cinewalk evaluate movielens-100k --explanations --walk blend --walk pagerank`"
)
_ALL = "all"

SourceArgument = Annotated[
    str | None, typer.Argument(help="A source to split, as for `load`; or a .cinewalk folder.")
]
TrainOption = Annotated[str | None, typer.Option("--train", help="What walks may know; a source.")]
TestOption = Annotated[str | None, typer.Option("--test", help="What they should find; a source.")]
SplitOption = Annotated[
    SplitName | None,
    typer.Option("--split", help="How to hold out a fifth of the events.  [default: user-time]"),
]
WalksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--walk",
        help="A walk or baseline, or all; repeat for several. Else blend and baselines.",
    ),
]
TunedOption = Annotated[
    Path | None, typer.Option("--config", help="Settings of the walks (TOML), such as `tune` writes.")
]
SeedsOption = Annotated[
    int | None, typer.Option("--seeds", min=1, help="How many random splits to average.  [default: 3]")
]
ForgetOrderOption = Annotated[
    bool, typer.Option("--forget-order", help="Let walks know the day of each event only, not its time.")
]
CutsOption = Annotated[str | None, typer.Option("-k", help="Where lists are cut.  [default: 10,20]")]
CompareOption = Annotated[
    list[str] | None,
    typer.Option("--compare", help="Two walks, ONE:OTHER, to compare user by user; may be repeated."),
]
LeaderboardOption = Annotated[
    Path | None, typer.Option("--leaderboard", help="Write the tables to this Markdown file, too.")
]
ExplanationsOption = Annotated[
    bool, typer.Option("--explanations", help="Measure how good explanations are; nothing is held out.")
]
UsersOption = Annotated[
    int | None, typer.Option("--users", min=1, help="How many users --explanations takes.  [default: 300]")
]
ColdStartOption = Annotated[
    bool, typer.Option("--cold-start", help="Hold out whole users, and measure how newcomers are served.")
]
NextLikesOption = Annotated[
    bool, typer.Option("--next-likes", help="Hold out whole users, and look for what they like next.")
]
GroupsOption = Annotated[
    str | None,
    typer.Option("--groups", help="What --cold-start may know.  [default: age,gender, each and both]"),
]


def _ks(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not numbers such as 10,20.", param_hint="-k") from None


def _pairs(texts: list[str]) -> list[tuple[str, str]]:
    pairs = [tuple(text.split(":")) for text in texts]
    for text, pair in zip(texts, pairs, strict=True):
        if len(pair) != 2 or not all(pair):
            raise typer.BadParameter(
                f"{text!r} is not ONE:OTHER, such as blend:ease.", param_hint="--compare"
            )
    return [(pair[0], pair[1]) for pair in pairs]


def _names(walks: list[str], pairs: list[tuple[str, str]]) -> tuple[list[str], set[str]]:
    """Return what to evaluate, and which of that was asked for by name."""
    from cinewalk.queries.evaluate.models import CONTESTANTS, USUAL, check_name

    insisted = [name for name in (*walks, *(name for pair in pairs for name in pair)) if name != _ALL]
    others = CONTESTANTS if _ALL in walks else () if walks else USUAL
    names = list(dict.fromkeys([*others, *insisted]))
    for name in names:
        check_name(name)
    return names, set(insisted)


def evaluate(
    source: SourceArgument = None,
    train: TrainOption = None,
    test: TestOption = None,
    split: SplitOption = None,
    walks: WalksOption = None,
    config: TunedOption = None,
    seeds: SeedsOption = None,
    forget_order: ForgetOrderOption = False,
    k: CutsOption = None,
    compare: CompareOption = None,
    leaderboard: LeaderboardOption = None,
    explanations: ExplanationsOption = False,
    users: UsersOption = None,
    cold_start: ColdStartOption = False,
    next_likes: NextLikesOption = False,
    groups: GroupsOption = None,
    as_json: Json = False,
) -> None:
    """Measure how well walks find what was held out, ranking all titles.

    Ties in time are broken at random, so splits are made with several seeds and averaged. What the figures
    mean is in docs/evaluation.md, of --explanations in docs/explanations.md, of newcomers in docs/cold-start.md.
    """
    if not explanations:
        need("evaluate", "Evaluating", "ranx")
    given: dict[str, object] = {"--train": train, "--test": test, "--split": split, "-k": k}
    given |= {"--compare": compare, "--leaderboard": leaderboard, "--forget-order": forget_order or None}
    if explanations:
        given |= {"--seeds": seeds, "--cold-start": cold_start or None, "--groups": groups}
        source = _alone("--explanations", source, given | {"--next-likes": next_likes or None})
        cli_explanations.run(source, walks or [], users, config, as_json=as_json)
    elif cold_start:
        given |= {"--walk": walks or None, "--users": users, "--next-likes": next_likes or None}
        cli_cold_start.run(_alone("--cold-start", source, given), groups, seeds or 5, config, as_json=as_json)
    elif next_likes:
        source = _alone("--next-likes", source, given | {"--users": users, "--groups": groups})
        cli_next_likes.run(source, walks or [], seeds or 5, config, as_json=as_json)
    else:
        _check_accuracy(groups, users)
        plan = partial(planned, source, train, test, split, seeds, config, forget_order)
        _measure(plan, walks or [], k or "10,20", compare or [], leaderboard, as_json=as_json)


def _measure(
    plan: Callable[[Progress], Plan],
    walks: list[str],
    k: str,
    compare: list[str],
    leaderboard: Path | None,
    *,
    as_json: bool,
) -> None:
    """Measure how well walks find what is held out, and print what came out."""
    cuts, pairs = _ks(k), _pairs(compare)
    names, insisted = _names(walks, pairs)
    with console.progress_bar() as progress:
        held = plan(progress)
        evaluation, notes = _run(held, names, insisted, cuts, progress)
    comparisons = [evaluation.compare(*pair) for pair in pairs]
    _show(evaluation, comparisons, held.what, notes, leaderboard, as_json=as_json)


def _alone(option: str, source: str | None, others: dict[str, object]) -> str:
    """Return the source, and refuse options that make no sense beside one."""
    if wrong := [name for name, value in others.items() if value is not None]:
        raise RequestError(f"{option} does not go with {', '.join(wrong)}. Leave that out.")
    if source is None:
        raise RequestError(f"give the source that {option} is to measure.")
    return source


def _check_accuracy(groups: str | None, users: int | None) -> None:
    """Refuse what goes with other measurements only."""
    if groups is not None:
        raise RequestError("--groups goes with --cold-start.")
    if users is not None:
        raise RequestError("--users goes with --explanations; accuracy is measured for everybody.")


def _run(
    plan: Plan, names: list[str], insisted: set[str], cuts: list[int], progress: Progress
) -> tuple[Evaluation, list[str]]:
    """Evaluate on every split; what a graph is too large for is left out and noted unless insisted on."""
    from cinewalk.graph.walks.prepare import prepare
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.queries.evaluate.evaluation import evaluate as measure
    from cinewalk.queries.evaluate.figures import Evaluation
    from cinewalk.queries.evaluate.models import Contestants

    parts, notes = [], []
    for split in plan.splits:
        contestants = Contestants(split.train, plan.settings)
        fit, left_out = contestants.affordable(name for name in names if name not in insisted)
        makeable = [name for name in names if name in insisted or name in fit]
        if "blend" in makeable:
            prepared = prepare(Registry(split.train, plan.settings), progress)
            contestants = Contestants(prepared, plan.settings)
        walks = [contestants.make(name) for name in makeable]
        notes += [note for note in (*split.notes, *left_out) if note not in notes]
        half_life = plan.settings.half_life
        parts.append(measure(split.train, split.test, walks, cuts, half_life=half_life, progress=progress))
    evaluation = Evaluation.averaged(parts)
    return evaluation, [*notes, *evaluation.notes]


def _show(
    evaluation: Evaluation,
    comparisons: list[Comparison],
    what: str,
    notes: list[str],
    leaderboard: Path | None,
    *,
    as_json: bool,
) -> None:
    from cinewalk.queries.evaluate.leaderboard import comparison_rows, markdown, table_at

    rows = evaluation.to_dict()
    console.say(what)
    for note in notes:
        console.say(note)
    if leaderboard is not None:
        command = shlex.join(["cinewalk", *sys.argv[1:]])
        write_text(leaderboard, markdown(evaluation, comparisons, command, what, notes))
    if as_json:
        for comparison in comparisons:
            row = next(row for row in rows if row["walk"] == comparison.walk)
            row.setdefault("comparisons", []).append(comparison.to_dict())
        console.print_json(rows)
        return
    for cut in evaluation.ks:
        console.print_table(f"At {cut}", *table_at(rows, cut))
    for comparison in comparisons:
        heading = f"{comparison.walk} minus {comparison.other}, user by user"
        console.print_table(heading, *comparison_rows(comparison))
