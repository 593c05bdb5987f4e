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

    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.result import Walk

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
    """Prepare the title walk, and rank for everybody."""
    from cinewalk.graph.model.settings import TitleParameters
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.neighbours.lists import lists_of_all
    from cinewalk.graph.walks.neighbours.shared import SharedViewers

    parameters = TitleParameters(size=size)
    lists_of_all(SharedViewers(_warm(folder), parameters), _LIST)  # compiled code is read
    walk = SharedViewers(Likes(synthetic.stored(folder)), parameters)
    watch = Watch()
    walk.rows  # noqa: B018 - computed when it is first asked for
    watch.stage("rows")
    lists_of_all(walk, _LIST)
    watch.stage("lists")
    return watch.told()


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
    """Prepare every part of the default blend, and rank for everybody."""
    from cinewalk.graph.model.profile import profile_of
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric import topk
    from cinewalk.graph.walks.prepare import expect
    from cinewalk.graph.walks.registry import Registry

    settings = Settings()
    small = Registry(synthetic.graph_of(synthetic.likes(_FEW)), settings)
    small.expect("blend", len(small.graph.users))
    small.blend.run(profile_of(small.graph, 0, settings.half_life))
    parts = Registry(synthetic.graph_of(synthetic.stored(folder)), settings)
    watch = Watch()
    for name in ("shared_viewers", "learned_titles", "sequence"):
        parts.walk(name.replace("_", "-")).rows  # noqa: B018 - computed when it is first asked for
        watch.stage(name)
    expect(parts, "blend", len(parts.graph.users))
    watch.stage("both viewer walks")
    for user in range(len(parts.graph.users)):
        profile = profile_of(parts.graph, user, settings.half_life)
        topk.rank(parts.walk("blend").run(profile).scores, profile.hidden, _LIST)
    watch.stage("lists")
    return watch.told()


def one_user(folder: Path, size: int) -> dict[str, float]:
    """Time single lists: from stored rows, and with the viewer walk, which is always computed on demand."""
    from cinewalk.graph.model.profile import profile_of
    from cinewalk.graph.model.settings import Settings, TitleParameters
    from cinewalk.graph.numeric import topk
    from cinewalk.graph.walks.registry import Registry

    settings = Settings(shared_viewers=TitleParameters(size=size))
    parts = Registry(synthetic.graph_of(synthetic.stored(folder)), settings)
    graph, found = parts.graph, {}

    def listed(walk: Walk, user: int) -> float:
        profile = profile_of(graph, user, settings.half_life)
        # Processor time: a few milliseconds by the clock are easily another process's.
        start = time.thread_time()
        topk.rank(walk.run(profile).scores, profile.hidden, _LIST)
        return time.thread_time() - start

    users = np.random.default_rng(0).integers(0, len(graph.users), _SOME_USERS).tolist()
    for name in ("shared_viewers", "shared_titles", "neighbours"):
        walk = parts.walk(name.replace("_", "-"))
        listed(walk, users[0])
        times = [listed(walk, user) for user in users]
        found |= {
            f"{name} p50": float(np.quantile(times, 0.5)),
            f"{name} p99": float(np.quantile(times, 0.99)),
        }
    return found


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
        viewers,
        blend,
        one_user,
        networkx,
        igraph,
        scikit_network,
    )
}


if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
