"""Why a title is recommended: shares that add up, single walks, and what would have to be otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from cinewalk.errors import RequestError
from cinewalk.queries.explain.paths import limited
from cinewalk.queries.explain.picture import DRAWN_VIEWERS, picture_of
from cinewalk.queries.words.notebook import reasons_html
from cinewalk.queries.words.results import NAMED_REASONS, Others, Reason
from cinewalk.queries.words.wording import (
    adjustments_text,
    because_text,
    count_of,
    label_of,
    viewers_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import networkx as nx
    import pandas as pd

    from cinewalk.graph.attributes.privacy import Counted
    from cinewalk.queries.explain.counterfactual import Counterfactual
    from cinewalk.queries.explain.paths import Path
    from cinewalk.queries.explain.picture import Led, Picture


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """Why a title is recommended: every share of its score.

    Parameters
    ----------
    title_id, title, year
        The title that is explained.
    score
        The walk's score, the sum of ``shares``.
    walk
        The walk that gave it.
    shares
        Every seed that adds to the score, largest first.
    patterns
        The share of each kind of walk, by its name.
    counted
        How many viewers like the title, as it may be told.
    parts
        What each seed gives through each kind of walk, in the score's unit: by kind, in the order of ``shares``.
    relationships
        The share of each type of relationship that leads into the title.
    walks
        Makes the single walks, best first; see :meth:`paths`.
    removals
        Looks for likes without which things change; see :meth:`counterfactual`.
    adjustments
        What remedies added to the score, by what they are called.
    listed
        The score by which the list is ranked, to the last bit; ``None`` where it is ``score``.
    between
        Tells what reasons pass on their way to the title; see :meth:`picture`.
    """

    title_id: str
    title: str
    year: int | None
    score: float
    walk: str
    shares: tuple[Reason, ...]
    patterns: Mapping[str, float]
    counted: Counted
    parts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    relationships: Mapping[str, float] = field(default_factory=dict)
    walks: Callable[[str | None], Iterator[Path]] | None = field(default=None, repr=False, compare=False)
    removals: Callable[[bool], Counterfactual | None] | None = field(default=None, repr=False, compare=False)
    adjustments: Mapping[str, float] = field(default_factory=dict)
    listed: float | None = None
    between: Callable[[Sequence[Reason], int], list[Led]] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def label(self) -> str:
        """The title and its year, as people write it."""
        return label_of(self.title, self.year)

    @property
    def viewers(self) -> int | None:
        """How many viewers like the title; ``None`` where they are too few to be told."""
        return self.counted.viewers

    @property
    def shown_score(self) -> float:
        """The score in the list: the walk's, and what remedies added."""
        return self.score if self.listed is None else self.listed

    def top(self, count: int = NAMED_REASONS) -> tuple[tuple[Reason, ...], Others]:
        """Return the ``count`` largest shares and the remainder; together they are the whole score."""
        rest = self.shares[count:]
        return self.shares[:count], Others(len(rest), sum(reason.share for reason in rest))

    def paths(
        self, k: int | None = 10, *, pattern: str | None = None, per_title: int | None = None
    ) -> Iterator[Path]:
        """Give single walks in the order of what they add to the score, as they are asked for.

        Parameters
        ----------
        k
            How many, at least 1; ``None`` for all.
        pattern
            One kind of walk alone, a key of ``patterns``; its walks then add up to that kind's part.
        per_title
            At most so many with the same first title, among the best 10,000 walks: PageRank's have no end.

        Raises
        ------
        RequestError
            Where a number is below 1, or there is no such kind of walk.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> why = cinewalk.Recommender(example_graph(), walk="blend").explain("ann", "Brazil")
        >>> print(next(why.paths()))
        you liked Blade Runner (1982); a viewer who liked it, too, liked Brazil (1985)
        >>> round(sum(path.share for path in why.paths(None)), 9)
        1.0
        """
        for name, number in (("k", k), ("per_title", per_title)):
            if number is not None and number < 1:
                raise RequestError(f"{name} is {number}; it must be at least 1.")
        if pattern is not None and pattern not in self.patterns:
            raise RequestError(
                f"there is no kind of walk {pattern!r} here; there are {', '.join(self.patterns)}."
            )
        walks = iter(()) if self.walks is None else self.walks(pattern)
        return islice(walks if per_title is None else limited(walks, per_title, len(self.shares)), k)

    def counterfactual(self, *, exhaustive: bool = False) -> Counterfactual | None:
        """Find the fewest likes without which another title comes first, or this one, if it does not yet.

        First is in the list that people see: remedies are in force. What is found has been verified by recomputing;
        whether it is proven to be the smallest it says itself.

        Parameters
        ----------
        exhaustive
            Whether to try every pair of likes rather than those that are predicted to come near.

        Returns
        -------
        Counterfactual or None
            ``None`` where nothing was found.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> why = cinewalk.Recommender(example_graph(), walk="blend").explain("eve", "Blade Runner")
        >>> print(str(why.counterfactual()).partition(" instead of ")[0])
        Without Alien (1979) you would get The Conversation (1974)
        >>> print(str(why.counterfactual()).partition(" instead of ")[2])
        Blade Runner (1982) (not counting that title itself).
        """
        return None if self.removals is None else self.removals(exhaustive)

    def to_dict(self, count: int = NAMED_REASONS) -> dict[str, Any]:
        """Return plain values, with ``count`` seeds named and the others summed up."""
        named, others = self.top(count)
        return {
            "title_id": self.title_id,
            "title": self.title,
            "year": self.year,
            "score": self.score,
            "walk": self.walk,
            **self.counted.to_dict(),
            "patterns": dict(self.patterns),
            "relationships": dict(self.relationships),
            "because": [reason.to_dict() for reason in named],
            "others": {"count": others.count, "share": others.share},
        } | ({"adjustments": dict(self.adjustments)} if self.adjustments else {})

    def to_frame(self) -> pd.DataFrame:
        """Return one row a seed: label, id, name, share, score, viewers (and below), its score by kind of walk."""
        import pandas as pd

        columns = ["label", "id", "name", "share", "score", "viewers", "viewers_below"]
        rows = [tuple(getattr(reason, column) for column in columns) for reason in self.shares]
        frame = pd.DataFrame(rows, columns=columns).astype({"share": "float64", "score": "float64"})
        frame = frame.astype({"viewers": "Int64", "viewers_below": "Int64"})
        return frame.assign(**{kind: list(values) for kind, values in self.parts.items()})

    def to_networkx(self, k: int | None = 10) -> nx.MultiDiGraph:
        """Return the ``k`` best walks as a NetworkX graph: nodes ``(label, id)``, edges by type.

        Each edge's ``score`` is the sum over the walks that take it.
        """
        import networkx as nx

        drawn = nx.MultiDiGraph()
        for path in self.paths(k):
            nodes = [(node.label, node.id) for node in path.nodes]
            for node in path.nodes:
                drawn.add_node((node.label, node.id), name=node.name)
            steps = zip(nodes[:-1], path.relationships, nodes[1:], path.forward, strict=True)
            for key, kind, following, forward in steps:
                before, after = (key, following) if forward else (following, key)
                data = drawn.get_edge_data(before, after, kind) or {"score": 0.0}
                drawn.add_edge(before, after, kind, score=data["score"] + path.score)
        return drawn

    def picture(self, viewers: int = DRAWN_VIEWERS) -> Picture:
        """Return what is drawn: the three to five largest reasons, and through whom each leads to the title.

        They are the reasons of the words, in their order. Their shares and that of the others sum to 1.

        Parameters
        ----------
        viewers
            How many viewers to tell for each reason one by one, at least 1; the others are counted.

        Raises
        ------
        RequestError
            Where that is below 1.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> why = cinewalk.Recommender(example_graph(), walk="blend").explain("ann", "Brazil")
        >>> for branch in why.picture(viewers=1).branches:
        ...     print(branch.text, [step.name for step in branch.after])
        you liked Blade Runner (1982) ['a viewer', '1 more viewer']
        you liked Alien (1979) ['a viewer']
        """
        if viewers < 1:
            raise RequestError(f"viewers is {viewers}; it must be at least 1.")
        return picture_of(self, viewers)

    def to_html(self, *, anonymous: bool = True) -> str:
        """Return a page of its own with the reasons as a picture (see :meth:`picture`), and every share as a table.

        You are on the left, the title on the right, and what lies between is as wide as its share of the score.
        The page holds all that it needs and asks no network.

        Parameters
        ----------
        anonymous
            Whether to leave out who the other viewers are.

        Raises
        ------
        MissingPackageError
            Without jinja2, which the extra ``report`` brings.
        """
        from cinewalk.queries.explain.page import page

        return page(self, anonymous=anonymous)

    def plot(self) -> Any:
        """Draw the shares of the score: an Altair chart, which notebooks show.

        Its ``save`` writes PNG or SVG. Without the extra ``report`` there is a MissingPackageError.
        """
        from cinewalk.queries.charts.shown import explanation_plot

        return explanation_plot(self)

    def _repr_html_(self) -> str:
        """Show the largest shares in a notebook; :meth:`to_frame` has all of them, with each kind of walk."""
        return reasons_html(str(self), *self.top(8))

    def __repr__(self) -> str:
        seeds = count_of(len(self.shares), "seed")
        return f"<Explanation: {self.label} scores {self.shown_score:.3g} by {self.walk}, {seeds}>"

    def __str__(self) -> str:
        if not self.shares:
            liked = viewers_text(self.counted)
            return f"{self.label}: no walk leads to it from your likes; {liked} liked it."
        more = f"; {adjustments_text(self.adjustments)}" if self.adjustments else ""
        return f"{self.label}: {because_text(*self.top())}{more}."
