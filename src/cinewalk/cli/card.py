"""The command `card`: a model card of what is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import ConfigOption, RemediesOption, SourceArgument  # noqa: TC001 - typer reads them
from cinewalk.cli.output_file import note, write_text
from cinewalk.cli.report import name_of, need_measures, opened

if TYPE_CHECKING:
    from cinewalk.graph.numeric.progress import Progress

EPILOG = "Examples: `cinewalk card movielens-100k --out card.md` · `cinewalk card my-folder --no-audit`"


def card(
    source: SourceArgument = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; else it is printed.")
    ] = None,
    measure: Annotated[
        bool, typer.Option("--audit/--no-audit", help="Measure accuracy and groups, which takes a while.")
    ] = True,
    remedies: RemediesOption = None,
    config: ConfigOption = None,
) -> None:
    """Write a model card in Markdown: data, walks and dials in force, accuracy, groups, and known limits.

    It tells what is loaded and what was measured on the spot, and says so where nothing was.
    """
    if measure:
        need_measures("A card with what is measured (else --no-audit)")
    with console.progress_bar() as progress:
        text = _card(source, measure, remedies or "", config, progress)
    if out is None:
        console.answer(text)
        return
    write_text(out, text)
    note(source, out, "card")
    console.say(f"The model card is in {out}.")


def _card(source: str | None, measure: bool, remedies: str, config: Path | None, progress: Progress) -> str:
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.loaders.store.home import current_graph
    from cinewalk.queries.audit.audit import audit
    from cinewalk.queries.report.card import accuracy
    from cinewalk.queries.report.card import card as written

    place = source or str(current_graph())
    graph, settings = opened(source, config, progress)
    spec = str(RerankChain.parse(remedies, graph)) if remedies else ""
    measured = accuracy(graph, settings, progress=progress) if measure else None
    audited = audit(graph, settings, remedies=spec, progress=progress) if measure else None
    return written(
        graph,
        settings,
        source=name_of(place),
        licence=_licence(place),
        remedies=spec,
        measured=measured,
        audit=audited,
    )


def _licence(source: str) -> str:
    from cinewalk.loaders.fetch.datasets import DATASETS
    from cinewalk.loaders.store.home import graph_path

    known = DATASETS.get(source)
    kept = [name for name in DATASETS if Path(source).resolve() == graph_path(name).resolve()]
    dataset = known or (DATASETS[kept[0]] if kept else None)
    return "" if dataset is None else dataset.licence.format(name=dataset.name)
