"""What ``benchmarks/scale.py`` measures, one job a process: ``python -m benchmarks.scale_jobs JOB FOLDER SIZE``.

Prints what it measured as JSON: processor seconds by stage, the wall's seconds, and the process's peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import synthetic

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk import Recommender
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.registry import WalkName

_LIST: Final = 20
_SOME_USERS: Final = 2_000
_SLOW_USERS: Final = 3
#: How many likes warm a process up, and where they are.
_FEW: Final = 2_000
_WARM: Final = "warm"


class Watch:
    """A stopwatch for processor time, which other processes on the machine disturb least."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._last, self._start = time.process_time(), time.perf_counter()

    def stage(self, name: str) -> None:
        """Say what has been done since the last stage."""
        now = time.process_time()
        self.stages[name], self._last = now - self._last, now

    def told(self) -> dict[str, float]:
        """Return all stages, the wall's seconds and the peak in MiB."""
        return {**self.stages, "wall": time.perf_counter() - self._start, "peak": _peak()}


def _peak() -> float:
    """Return the most memory that this process has had, in MiB.

    What ``getrusage`` says would be that of the parent where that had more: it outlives ``exec``.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def make(folder: Path, edges: int) -> dict[str, float]:
    """Make a graph and write it."""
    watch = Watch()
    synthetic.store(synthetic.likes(edges), folder)
    # Stored too: making it where something is measured would bring in what that does not need.
    synthetic.store(synthetic.likes(_FEW), folder / _WARM)
    watch.stage("make")
    return watch.told()


def _warm(folder: Path) -> Likes:
    """Return a few likes, for what happens once in every process."""
    from cinewalk.graph.walks.base.like_rows import Likes

    return Likes(synthetic.stored(folder / _WARM))


def implicit(folder: Path, size: int, transposed: bool = False) -> dict[str, float]:
    """Fit implicit's cosine model, and recommend to everybody unless the matrix is transposed."""
    from implicit.nearest_neighbours import CosineRecommender
    from scipy.sparse import csr_matrix

    parts = [np.load(folder / f"{name}.npy") for name in ("preference", "indices", "indptr")]
    matrix = csr_matrix(tuple(parts))
    if transposed:
        matrix = matrix.T.tocsr()
    del parts
    watch = Watch()
    model = CosineRecommender(K=size, num_threads=1)
    model.fit(matrix, show_progress=False)
    watch.stage("rows")
    if not transposed:
        model.recommend(np.arange(matrix.shape[0]), matrix, N=_LIST)
        watch.stage("lists")
    return watch.told()


def implicit_viewers(folder: Path, size: int) -> dict[str, float]:
    """Fit implicit's cosine model to viewers."""
    return implicit(folder, size, transposed=True)


def titles(folder: Path, size: int) -> dict[str, float]:
    """Recommend to everybody by the title walk; as implicit's, its likes count the same whenever they were given."""
    watch, ask = _asked(folder, _like_implicit(size), "shared-viewers")
    ask().recommend_many(k=_LIST)
    watch.stage("recommend_many")
    return watch.told()


def titles_batch(folder: Path, size: int) -> dict[str, float]:
    """Write everybody's list by the title walk into a file, without reasons."""
    watch, ask = _asked(folder, _like_implicit(size), "shared-viewers", reasons=0)
    ask().batch(folder / "lists.parquet", _LIST, reasons=0, threads=1, force=True, restart=True)
    watch.stage("batch")
    return watch.told()


def _like_implicit(size: int) -> Settings:
    from cinewalk.graph.model.settings import Settings, TitleParameters

    return Settings(shared_viewers=TitleParameters(size=size), half_life=np.inf)


def _asked(
    folder: Path, settings: Settings, walk: WalkName | None, reasons: int | None = None
) -> tuple[Watch, Callable[[], Recommender]]:
    """Read all compiled code with a few likes; return a stopwatch, and what makes a recommender of all likes."""
    from cinewalk import Recommender

    small = Recommender(synthetic.graph_of(synthetic.stored(folder / _WARM)), settings=settings, walk=walk)
    small.recommend_many(k=_LIST)
    if reasons is not None:
        small.batch(folder / "warm.parquet", _LIST, reasons=reasons, threads=1, force=True, restart=True)
    graph = synthetic.graph_of(synthetic.stored(folder))
    return Watch(), lambda: Recommender(graph, settings=settings, walk=walk)


def viewers(folder: Path, size: int) -> dict[str, float]:
    """Find everybody's most like-minded viewers."""
    from cinewalk.graph.model.settings import ViewerParameters
    from cinewalk.graph.numeric.cooccurrence import nearest_of_all
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.neighbours.neighbourhoods import viewer_neighbourhood

    parameters = ViewerParameters(size=size)
    nearest_of_all(viewer_neighbourhood(_warm(folder), parameters), 0.0)
    likes = Likes(synthetic.stored(folder))
    watch = Watch()
    nearest_of_all(viewer_neighbourhood(likes, parameters), 0.0)
    watch.stage("rows")
    return watch.told()


def blend(folder: Path, size: int) -> dict[str, float]:  # noqa: ARG001 - the defaults have their own sizes
    """Recommend to everybody by the whole default blend."""
    from cinewalk.graph.model.settings import Settings

    watch, ask = _asked(folder, Settings(), "blend")
    ask().recommend_many(k=_LIST)
    watch.stage("recommend_many")
    return watch.told()


def blend_batch(folder: Path, size: int) -> dict[str, float]:
    """Write everybody's list by the whole default blend into a file, with so many reasons for each title."""
    from cinewalk.graph.model.settings import Settings

    watch, ask = _asked(folder, Settings(), "blend", reasons=size)
    ask().batch(folder / "lists.parquet", _LIST, reasons=size, threads=1, force=True, restart=True)
    watch.stage("batch")
    return watch.told()


def one_user(folder: Path, size: int) -> dict[str, float]:
    """Time single lists: from stored rows, and with the viewer walk, which is always computed on demand."""
    from cinewalk import Recommender
    from cinewalk.graph.model.settings import Settings, TitleParameters

    reco = Recommender(
        synthetic.graph_of(synthetic.stored(folder)),
        settings=Settings(shared_viewers=TitleParameters(size=size)),
    )
    ids, told = reco.graph.users.ids.ids, {}

    def listed(walk: WalkName, user: str) -> float:
        # Processor time: a few milliseconds by the clock are easily another process's.
        start = time.thread_time()
        reco.recommend(user, _LIST, walk=walk)
        return time.thread_time() - start

    users = [ids[user] for user in np.random.default_rng(0).integers(0, len(ids), _SOME_USERS).tolist()]
    for walk in ("shared-viewers", "shared-titles", "neighbours"):
        listed(walk, users[0])
        times, name = [listed(walk, user) for user in users], walk.replace("-", "_")
        told |= {
            f"{name} p50": float(np.quantile(times, 0.5)),
            f"{name} p99": float(np.quantile(times, 0.99)),
        }
    return told


def networkx(folder: Path, size: int) -> dict[str, float]:  # noqa: ARG001 - one form for all jobs
    """Time NetworkX's personalized PageRank for some users, with its own defaults."""
    import networkx as nx

    relation = synthetic.stored(folder)
    users = relation.shape[0]
    graph = nx.Graph()
    graph.add_edges_from(zip(relation.sources.tolist(), (relation.indices + users).tolist(), strict=True))
    return {"one list": _median(lambda user: nx.pagerank(graph, personalization={user: 1.0}))}


def igraph(folder: Path, size: int) -> dict[str, float]:  # noqa: ARG001 - one form for all jobs
    """Time igraph's personalized PageRank for some users."""
    import igraph as ig

    relation = synthetic.stored(folder)
    pairs = np.column_stack((relation.sources, relation.indices + relation.shape[0]))
    graph = ig.Graph(n=sum(relation.shape), edges=pairs)
    return {"one list": _median(lambda user: graph.personalized_pagerank(reset_vertices=[user]))}


def scikit_network(folder: Path, size: int) -> dict[str, float]:  # noqa: ARG001 - one form for all jobs
    """Time scikit-network's personalized PageRank for some users."""
    from scipy.sparse import csr_matrix
    from sknetwork.ranking import PageRank

    relation = synthetic.stored(folder)
    matrix = csr_matrix((relation.properties["preference"], relation.indices, relation.indptr))
    return {"one list": _median(lambda user: PageRank().fit(matrix, weights_row={user: 1.0}))}


def _median(listed: Callable[[int], object]) -> float:
    times = []
    for user in range(_SLOW_USERS):
        start = time.perf_counter()
        listed(user)
        times.append(time.perf_counter() - start)
    return float(np.median(times))


JOBS: Final = {
    job.__name__: job
    for job in (
        make,
        implicit,
        implicit_viewers,
        titles,
        titles_batch,
        viewers,
        blend,
        blend_batch,
        one_user,
        networkx,
        igraph,
        scikit_network,
    )
}


if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
