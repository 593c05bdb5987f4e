"""How a recommender serves groups of viewers, what it shows of titles and creators, and whether groups change lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.attributes.viewer_groups import checked_kinds, kinds_of, viewer_groups, without_groups
from cinewalk.graph.evaluate.disclosure import hidden_by_kind
from cinewalk.graph.evaluate.splits import askable, split, usual_split
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.audit.changes import change_rows
from cinewalk.queries.audit.exposure import attributes, creator_kinds, exposure_rows
from cinewalk.queries.audit.figures import Audit
from cinewalk.queries.audit.groups import gap_rows, group_row, group_rows, viewer_figures
from cinewalk.queries.audit.lists import ListMaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.evaluate.splits import Split
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.queries.audit.figures import ChangeRow, ExposureRow, GapRow, GroupRow
    from cinewalk.queries.audit.lists import AuditLists


def audit(
    graph: Graph,
    settings: Settings,
    by: str | Iterable[str] | None = None,
    creators: str | Iterable[str] | None = None,
    *,
    walk: str | None = None,
    groups: Literal["all", "none"] = "all",
    remedies: RerankChain | str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Audit:
    """Measure how groups of viewers are served, what is shown, and what knowing groups changes.

    The last fifth of each viewer's events is held out; lists are made from the rest, and looked at for everybody with
    a like on both sides. No figure of a group under 11 is given or follows (:mod:`cinewalk.graph.evaluate.disclosure`).

    Parameters
    ----------
    graph
        The graph.
    settings
        The parameters of the walks.
    by
        The kinds of groups of viewers; by default all there are.
    creators
        The kinds of groups of those who made titles; by default all there are.
    walk
        The walk; by default the blend, and newcomers for viewers with few likes.
    groups
        ``"none"`` for a recommender to which groups are not known; they are audited all the same.
    remedies
        Re-ranks of the lists, such as ``"calibrated=0.1"``, which know what walks know; ``None`` for none.
    seed
        Of the split's ties, of intervals and of chance.
    progress
        Told how far the work is.

    Raises
    ------
    RequestError
        Where there is no such kind of group or walk, nothing can be held out, or fewer than 11 viewers are left.
    MissingPackageError
        Where fairlearn or ranx is not installed.
    """
    kinds = checked_kinds(by, kinds_of(graph), "of viewers ")
    attributes_by = creator_kinds(graph, creators)
    parts = _split(graph, seed)
    users = askable(parts.train, parts.test)
    if len(users) < SMALLEST_GROUP:
        raise RequestError(
            f"fewer than {SMALLEST_GROUP} viewers like something in train and in test; too few to be audited."
        )
    train = ListMaker(settings, walk, None, users).prepared(parts.train, progress)
    known = train if groups == "all" else without_groups(train)
    maker = ListMaker(settings, walk, _remedies(remedies, known, settings, walk), users)
    lists = maker.lists(known, "groups as they are", progress)
    progress("Measuring", 0, 0)
    asked = _Asked(maker, train, known, lists, viewer_figures(lists, users, parts), seed, progress)
    rows, gaps, changes, hidden = _viewers(asked, kinds)
    exposure, hidden_values = _exposure(asked, attributes_by)
    return Audit(
        walk=maker.name,
        remedies=str(maker.remedies or ""),
        everybody=group_row(("", ""), lists.short, train, asked.values, seed),
        groups=tuple(rows),
        gaps=tuple(gaps),
        exposure=tuple(exposure),
        changes=tuple(changes),
        hidden=(*hidden, *hidden_values),
        notes=parts.notes,
    )


class _Asked(NamedTuple):
    """Everybody's lists and figures, and what they are made of."""

    maker: ListMaker
    train: Graph
    known: Graph
    lists: AuditLists
    values: FloatArray
    seed: int
    progress: Progress


def _viewers(
    asked: _Asked, kinds: Sequence[str]
) -> tuple[list[GroupRow], list[GapRow], list[ChangeRow], list[str]]:
    """Look at groups of viewers: their rows, gaps, what changes, and of which kinds some are hidden."""
    maker, train, lists, seed = asked.maker, asked.train, asked.lists.short, asked.seed
    # What may be shown does not depend on what is asked for: two audits together must not tell more.
    every = [groups.of(maker.users) for groups in viewer_groups(train, kinds_of(train))]
    others = (np.diff(train.likes.indptr)[maker.users] >= maker.settings.newcomers.enough).astype(np.int64)
    history, *hidden = hidden_by_kind([others, *(groups.labels for groups in every)])
    changes: list[ChangeRow] = []
    if not history.any():
        all_changes = change_rows(maker, asked.known, lists, others, every, hidden, seed, asked.progress)
        changes = [row for row in all_changes if row.kind in ("", *kinds)]
    chosen = [(groups, gone) for groups, gone in zip(every, hidden, strict=True) if groups.kind in kinds]
    rows, gaps = [], []
    for groups, gone in chosen:
        of_kind = group_rows(groups, gone, lists, train, asked.values, seed)
        rows += of_kind
        gaps += gap_rows(groups, of_kind, asked.values, seed)
    return rows, gaps, changes, [groups.kind for groups, gone in chosen if gone.any()]


def _exposure(asked: _Asked, creators: Sequence[str]) -> tuple[list[ExposureRow], list[str]]:
    """Look at what is shown of titles and creators: the rows, and of which attributes some values are hidden."""
    rows, hidden = [], []
    for attribute in attributes(asked.train, creators):
        asked.progress(f"Measuring exposure by {attribute.name}", 0, 0)
        users, likes = asked.maker.users, asked.train.likes
        of_attribute, some_hidden = exposure_rows(asked.lists.short, users, likes, attribute, asked.seed)
        rows += of_attribute
        hidden += [attribute.name] if some_hidden else []
    return rows, hidden


def _remedies(
    asked: RerankChain | str | None, known: Graph, settings: Settings, walk: str | None
) -> RerankChain | None:
    if not isinstance(asked, str):
        return asked
    if not asked.strip():
        return None
    from cinewalk.graph.rerank.chain import RerankChain

    parts = Registry(known, settings)
    return RerankChain.parse(asked, known, parts=parts, walk=None if walk is None else parts.walk(walk))


def _split(graph: Graph, seed: int) -> Split:
    """Hold out the last fifth of each viewer's events; a random one where nothing has a time."""
    kind = usual_split(graph)
    parts = split(graph, kind, seed=seed)
    if kind == "user-time":
        return parts
    return replace(parts, notes=(*parts.notes, "No event has a time: a random fifth is held out."))
