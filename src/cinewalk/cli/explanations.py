"""What the command `evaluate` does with `--explanations`: how good the explanations of walks are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cinewalk import console
from cinewalk.cli.options import settings_of

if TYPE_CHECKING:
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.evaluate.explanation_figures import ExplanationQuality

_ALL = "all"
_USERS = 300


def run(source: str, walks: list[str], users: int | None, config: Path | None, *, as_json: bool) -> None:
    """Measure the explanations of a source's walks, and print the figures.

    Raises
    ------
    RequestError
        Where :func:`cinewalk.queries.evaluate.explanation_quality.measure` refuses.
    """
    with console.progress_bar() as progress:
        quality = _measured(source, walks, _USERS if users is None else users, config, progress)
    console.say(f"{Path(source).name}: explanations for {len(quality.users):,} users, nothing held out.")
    for note in quality.notes:
        console.say(note)
    if as_json:
        console.print_json(quality.to_dict())
    else:
        console.print_table("How good explanations are", *quality.table())


def _measured(
    source: str, walks: list[str], users: int, config: Path | None, progress: Progress
) -> ExplanationQuality:
    from cinewalk.graph.walks.prepare import prepare
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.loaders.load import load
    from cinewalk.queries.evaluate.explanation_quality import EXPLAINED, measure

    graph = load(source, progress=progress, notify=console.say)
    settings = settings_of(config, graph)
    others = EXPLAINED if _ALL in walks else () if walks else ("blend",)
    names = list(dict.fromkeys([*others, *(name for name in walks if name != _ALL)]))
    if "blend" in names:
        graph = prepare(Registry(graph, settings), progress)
    return measure(Registry(graph, settings), names, users=users, progress=progress)
