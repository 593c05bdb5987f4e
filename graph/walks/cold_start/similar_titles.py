"""What is like a title: by who likes both, and by genres and people where too few like it to be told of."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base.blend import MixedOutcome, Part
from cinewalk.graph.walks.base.result import Walk
from cinewalk.graph.walks.cold_start.alike import AlikeTitles
from cinewalk.graph.walks.neighbours.close_titles import CloseTitles

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.walks.base.result import Ground, Outcome


class SimilarTitles(Walk):
    """Titles that are like one title.

    The rows of :class:`~cinewalk.graph.walks.neighbours.close_titles.CloseTitles`, but those of
    :class:`~cinewalk.graph.walks.cold_start.alike.AlikeTitles` for titles that fewer than ``s`` viewers like: whoever
    sees what is close to a title of one viewer sees what that viewer likes.

    Parameters
    ----------
    close, alike
        The two walks of one graph; ``s`` is that of the second.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of_titles
    >>> from cinewalk.graph.model.settings import PrivacyParameters, Settings
    >>> from cinewalk.graph.walks.registry import Registry
    >>> graph = example_graph()
    >>> heat = profile_of_titles(graph, np.array([graph.titles.ids.position("heat")], np.int32), np.ones(1))
    >>> for smallest in (0, 5):
    ...     registry = Registry(graph, Settings(privacy=PrivacyParameters(smallest)))
    ...     print(graph.titles.ids.ids[int(SimilarTitles.of(registry).run(heat).scores.argmax())])
    convo
    fargo
    """

    name = CloseTitles.name

    def __init__(self, close: CloseTitles, alike: AlikeTitles) -> None:
        self.close, self.alike = close, alike

    @classmethod
    def of(cls, ground: Ground) -> SimilarTitles:
        """Make the walk on what is given."""
        return cls(CloseTitles.of(ground), AlikeTitles(ground.graph, ground.settings.privacy.smallest))

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self.close.graph

    @cached_property
    def few(self) -> BoolArray:
        """Of every title, whether too few viewers like it to be told of."""
        viewers = np.diff(self.graph.likes.reverse_indptr)
        return frozen(viewers < self.alike.smallest)

    @cached_property
    def rows(self) -> CSR:
        """The row of every title."""
        close = self.close.rows_of(np.flatnonzero(~self.few).astype(np.int32))
        alike = self.alike.rows_of(np.flatnonzero(self.few).astype(np.int32))
        sources = np.concatenate(
            [np.repeat(np.arange(len(self.few)), np.diff(r.indptr)) for r in (close, alike)]
        )
        order = np.argsort(sources, kind="stable")
        indices = np.concatenate([close.indices, alike.indices])[order]
        values = np.concatenate([close.values, alike.values])[order]
        return CSR(frozen(close.indptr + alike.indptr), frozen(indices), frozen(values))

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes, as from named titles."""
        few = self.few[profile.titles]
        if not few.any():
            return self.close.run(profile)
        alike = self.alike.walk_over(self.alike.rows_of(profile.titles[few]), profile)
        if few.all():
            return alike
        near = self.close.walk_over(self.close.rows_of(profile.titles[~few]), profile)
        return MixedOutcome.of([Part(near, 1.0), Part(alike, 1.0)], len(profile.titles))
