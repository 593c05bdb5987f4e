"""The command `evaluate`: how well walks recommend, on a split of one source or on two files."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cinewalk import console
from cinewalk.cli import cold_start as cli_cold_start
from cinewalk.cli import explanations as cli_explanations
from cinewalk.cli.options import settings_of
from cinewalk.errors import RequestError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.evaluate.splits import Split
    from cinewalk.graph.model.settings import Settings
    from cinewalk.loaders.base.progress import Progress
    from cinewalk.queries.evaluate.figures import Comparison, Evaluation

EPILOG = (
    "Examples: `cinewalk evaluate movielens-100k --walk blend --walk ease --compare blend:ease` · "
    "`cinewalk evaluate --train train.csv --test test.csv -k 20 --json` · "
    "`cinewalk evaluate movielens-100k --explanations --walk blend --walk pagerank`"
)
_ALL = "all"


class SplitName(StrEnum):
    """The splits of :data:`cinewalk.graph.evaluate.splits.SPLITS`, here so that help needs no compiled code."""

    USER_TIME = "user-time"
    GLOBAL_TIME = "global-time"
    RANDOM = "random"
    LEAVE_LAST = "leave-last"


class _Plan(NamedTuple):
    """The splits to average, what they are in words, and under which settings to walk."""

    splits: Iterator[Split]
    what: str
    settings: Settings


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
    for name in insisted:
        check_name(name)
    others = CONTESTANTS if _ALL in walks else () if walks else USUAL
    return list(dict.fromkeys([*others, *insisted])), set(insisted)


def evaluate(
    source: Annotated[
        str | None, typer.Argument(help="A source to split, as for `load`; or a .cinewalk folder.")
    ] = None,
    train: Annotated[str | None, typer.Option("--train", help="What walks may know; a source.")] = None,
    test: Annotated[str | None, typer.Option("--test", help="What they should find; a source.")] = None,
    split: Annotated[
        SplitName | None,
        typer.Option("--split", help="How to hold out a fifth of the events.  [default: user-time]"),
    ] = None,
    walks: Annotated[
        list[str] | None,
        typer.Option(
            "--walk", help="A walk or baseline, or all; repeat for several. Else blend and baselines."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings of the walks (TOML), such as `tune` writes.")
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option("--seeds", min=1, help="How many random splits to average.  [default: 3]"),
    ] = None,
    forget_order: Annotated[
        bool, typer.Option("--forget-order", help="Let walks know the day of each event only, not its time.")
    ] = False,
    k: Annotated[str | None, typer.Option("-k", help="Where lists are cut.  [default: 10,20]")] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option("--compare", help="Two walks, ONE:OTHER, to compare user by user; may be repeated."),
    ] = None,
    leaderboard: Annotated[
        Path | None, typer.Option("--leaderboard", help="Write the tables to this Markdown file, too.")
    ] = None,
    explanations: Annotated[
        bool,
        typer.Option(
            "--explanations", help="Measure how good explanations are instead; nothing is held out."
        ),
    ] = False,
    users: Annotated[
        int | None,
        typer.Option("--users", min=1, help="For how many users to measure explanations.  [default: 300]"),
    ] = None,
    cold_start: Annotated[
        bool,
        typer.Option(
            "--cold-start", help="Hold out whole users, and measure how newcomers are served instead."
        ),
    ] = False,
    groups: Annotated[
        str | None,
        typer.Option(
            "--groups", help="Which groups --cold-start may know.  [default: age,gender, each and both]"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Measure how well walks find what was held out, ranking all titles.

    Ties in time are broken at random, so splits are made with several seeds and averaged. What the figures
    mean is in docs/evaluation.md, those of --explanations in docs/explanations.md, of --cold-start in
    docs/cold-start.md.
    """
    others: dict[str, object] = {
        "--train": train,
        "--test": test,
        "--split": split,
        "-k": k,
        "--compare": compare,
    }
    others |= {"--leaderboard": leaderboard, "--forget-order": forget_order or None}
    given = {name: value is not None for name, value in others.items()}
    if explanations:
        given |= {"--seeds": seeds is not None, "--cold-start": cold_start, "--groups": groups is not None}
        cli_explanations.run(
            _alone("--explanations", source, given), walks or [], users, config, as_json=as_json
        )
        return
    if cold_start:
        given |= {"--walk": bool(walks), "--users": users is not None}
        cli_cold_start.run(_alone("--cold-start", source, given), groups, seeds or 5, config, as_json=as_json)
        return
    if groups is not None:
        raise RequestError("--groups goes with --cold-start.")
    if users is not None:
        raise RequestError("--users goes with --explanations; accuracy is measured for everybody.")
    cuts, pairs = _ks(k or "10,20"), _pairs(compare or [])
    asked, insisted = _names(walks or [], pairs)
    with console.progress_bar() as progress:
        if source is not None and train is None and test is None:
            plan = _plan_splits(source, split or SplitName.USER_TIME, seeds or 3, config, progress)
        elif source is None and train is not None and test is not None and split is None and seeds is None:
            plan = _plan_files(train, test, config, progress)
        else:
            raise RequestError(
                "give a source to split, or --train and --test; --split and --seeds go with a source."
            )
        if forget_order:
            plan = _forgetful(plan)
        found, notes = _run(plan, asked, insisted, cuts, progress)
    comparisons = [found.compare(*pair) for pair in pairs]
    _show(found, comparisons, plan.what, notes, leaderboard, as_json=as_json)


def _alone(option: str, source: str | None, others: dict[str, bool]) -> str:
    """Return the source, and refuse options that make no sense beside one."""
    if wrong := [name for name, is_given in others.items() if is_given]:
        raise RequestError(f"{option} does not go with {', '.join(wrong)}. Leave that out.")
    if source is None:
        raise RequestError(f"give the source that {option} is to measure.")
    return source


def _plan_splits(source: str, kind: SplitName, seeds: int, config: Path | None, progress: Progress) -> _Plan:
    from cinewalk.graph.evaluate.splits import split
    from cinewalk.loaders.load import load

    graph = load(source, progress=progress, notify=console.say)
    settings = settings_of(config, None if graph.prepared is None else graph.prepared.settings)
    of_seeds = (
        f"{seeds} random seeds averaged" if seeds > 1 else "one random seed (--seeds 3 averages several)"
    )
    how = {
        SplitName.USER_TIME: "the last fifth of each user's events is held out, ties in time broken at random",
        SplitName.GLOBAL_TIME: "the last fifth of all events is held out, ties in time broken at random",
        SplitName.RANDOM: "a random fifth of each user's events is held out",
        SplitName.LEAVE_LAST: "each user's last event is held out, ties in time broken at random",
    }[kind]
    splits = (split(graph, kind.value, seed=seed) for seed in range(seeds))
    return _Plan(splits, f"{Path(source).name}: {how}; {of_seeds}.", settings)


def _plan_files(train: str, test: str, config: Path | None, progress: Progress) -> _Plan:
    from cinewalk.graph.evaluate.align import match
    from cinewalk.loaders.load import load

    known = load(train, progress=progress, notify=console.say)
    hidden = load(test, progress=progress, notify=console.say)
    settings = settings_of(config, None if known.prepared is None else known.prepared.settings)
    what = f"Trained on {Path(train).name}, tested on {Path(test).name}."
    return _Plan(iter([match(known, hidden)]), what, settings)


def _forgetful(plan: _Plan) -> _Plan:
    """Take the times of day out of what walks may know; the splits themselves stay what they are."""
    from dataclasses import replace

    from cinewalk.graph.evaluate.splits import by_day

    splits = (replace(split, train=by_day(split.train)) for split in plan.splits)
    return plan._replace(splits=splits, what=f"{plan.what} Walks know the day of each event only.")


def _run(
    plan: _Plan, asked: list[str], insisted: set[str], cuts: list[int], progress: Progress
) -> tuple[Evaluation, list[str]]:
    """Evaluate on every split; what a graph is too large for is left out and noted unless insisted on."""
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.queries.evaluate.evaluation import evaluate as measure
    from cinewalk.queries.evaluate.figures import Evaluation
    from cinewalk.queries.evaluate.models import Contestants

    parts, notes = [], []
    for split in plan.splits:
        contestants = Contestants(split.train, plan.settings)
        fit, left_out = contestants.affordable(name for name in asked if name not in insisted)
        names = [name for name in asked if name in insisted or name in fit]
        if "blend" in names:
            prepared = Registry(split.train, plan.settings).prepared(progress)
            contestants = Contestants(prepared, plan.settings)
        walks = [contestants.make(name) for name in names]
        notes += [note for note in (*split.notes, *left_out) if note not in notes]
        half_life = plan.settings.half_life
        parts.append(measure(split.train, split.test, walks, cuts, half_life=half_life, progress=progress))
    found = Evaluation.averaged(parts)
    return found, [*notes, *found.notes]


def _show(
    found: Evaluation,
    comparisons: list[Comparison],
    what: str,
    notes: list[str],
    leaderboard: Path | None,
    *,
    as_json: bool,
) -> None:
    from cinewalk.queries.evaluate.leaderboard import comparison_rows, markdown, table_at

    rows = found.to_dict()
    console.say(what)
    for note in notes:
        console.say(note)
    if leaderboard is not None:
        command = shlex.join(["cinewalk", *sys.argv[1:]])
        _write(leaderboard, markdown(found, comparisons, command, what, notes))
    if as_json:
        for one in comparisons:
            row = next(row for row in rows if row["walk"] == one.walk)
            row.setdefault("comparisons", []).append(one.to_dict())
        console.print_json(rows)
        return
    for cut in found.ks:
        console.print_table(f"At {cut}", *table_at(rows, cut))
    for one in comparisons:
        console.print_table(f"{one.walk} minus {one.other}, user by user", *comparison_rows(one))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from error
