"""What a recommender does for everybody together: all lists in a file, and an audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from cinewalk.loaders.progress import no_progress
from cinewalk.queries.asking import Asking
from cinewalk.queries.results import NAMED_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cinewalk.loaders.progress import Progress
    from cinewalk.queries.audit_figures import Audit
    from cinewalk.queries.batch import BatchSummary
    from cinewalk.queries.recommender import Recommender


class Overall(Asking):
    """What a :class:`cinewalk.Recommender` does for everybody together."""

    def batch(
        self,
        out: str | Path,
        k: int = 10,
        *,
        users: Iterable[str] | None = None,
        walk: str | None = None,
        remedies: str | None = None,
        reasons: int = NAMED_REASONS,
        threads: int | None = None,
        force: bool = False,
        restart: bool = False,
        block_size: int | None = None,
        progress: Progress = no_progress,
    ) -> BatchSummary:
        """Write the lists of many users into a file; see :func:`cinewalk.queries.batch.batch`.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import cinewalk
        >>> from cinewalk.graph.example import example_graph
        >>> reco = cinewalk.Recommender(example_graph())
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     summary = reco.batch(Path(folder) / "lists.parquet", k=2, remedies="calibrated=0.1")
        >>> summary.users, summary.recommendations
        (7, 14)
        """
        from cinewalk.queries.batch import batch

        return batch(
            cast("Recommender", self),
            out,
            k,
            users=users,
            walk=walk,
            remedies=remedies,
            reasons=reasons,
            threads=threads,
            force=force,
            restart=restart,
            block_size=block_size,
            progress=progress,
        )

    def audit(
        self, by: str | Iterable[str] | None = None, creators: str | Iterable[str] | None = None
    ) -> Audit:
        """Measure how groups of viewers are served, and what is shown; see :func:`cinewalk.queries.audit.audit`."""
        from cinewalk.queries.audit import audit

        groups: Literal["all", "none"] = "all" if self._groups else "none"
        walk, remedies = self._default, self._usual
        return audit(self.graph, self.settings, by, creators, walk=walk, groups=groups, remedies=remedies)
