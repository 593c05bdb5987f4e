"""What the command `evaluate` holds out: a part of one source, split several times, or another source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cinewalk import console
from cinewalk.cli.options import SplitName, settings_of
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.evaluate.splits import Split
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress


class Plan(NamedTuple):
    """The splits to average, what they are in words, and under which settings to walk."""

    splits: Iterator[Split]
    what: str
    settings: Settings


def planned(
    source: str | None,
    train: str | None,
    test: str | None,
    split: SplitName | None,
    seeds: int | None,
    config: Path | None,
    forget_order: bool,
    progress: Progress,
) -> Plan:
    """Split a source or take two as they are, whichever is asked for.

    Parameters
    ----------
    source, train, test, split, seeds, config, forget_order
        As people give them.
    progress
        Told how far loading is.

    Raises
    ------
    RequestError
        Where neither is asked for, or both.
    """
    if source is not None and train is None and test is None:
        plan = _plan_splits(source, split or SplitName.USER_TIME, seeds or 3, config, progress)
    elif source is None and train is not None and test is not None and split is None and seeds is None:
        plan = _plan_files(train, test, config, progress)
    else:
        raise RequestError(
            "give a source to split, or --train and --test; --split and --seeds go with a source."
        )
    return _forgetful(plan) if forget_order else plan


def of_people(source: str, seeds: int) -> str:
    """Say that people of a source are held out whole, and how often.

    >>> of_people("here/films", 5)
    'films: a fifth of the users is held out whole, 5 random splits'
    """
    splits = "one random split" if seeds == 1 else f"{seeds} random splits"
    return f"{Path(source).name}: a fifth of the users is held out whole, {splits}"


def _plan_splits(source: str, kind: SplitName, seeds: int, config: Path | None, progress: Progress) -> Plan:
    from cinewalk.graph.evaluate.splits import split
    from cinewalk.loaders.load import load

    graph = load(source, progress=progress, notify=console.say)
    settings = settings_of(config, graph)
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
    return Plan(splits, f"{Path(source).name}: {how}; {of_seeds}.", settings)


def _plan_files(train: str, test: str, config: Path | None, progress: Progress) -> Plan:
    from cinewalk.graph.evaluate.align import match
    from cinewalk.loaders.load import load

    known = load(train, progress=progress, notify=console.say)
    hidden = load(test, progress=progress, notify=console.say)
    settings = settings_of(config, known)
    what = f"Trained on {Path(train).name}, tested on {Path(test).name}."
    return Plan(iter([match(known, hidden)]), what, settings)


def _forgetful(plan: Plan) -> Plan:
    """Take the times of day out of what walks may know; the splits themselves stay what they are."""
    from dataclasses import replace

    from cinewalk.graph.evaluate.splits import by_day

    splits = (replace(split, train=by_day(split.train)) for split in plan.splits)
    return plan._replace(splits=splits, what=f"{plan.what} Walks know the day of each event only.")
