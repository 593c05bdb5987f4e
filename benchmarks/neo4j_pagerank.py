"""One user's PageRank in this process beside Graph Data Science on the same graph."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from benchmarks.measure import Row, percentile, read, seconds
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.model.graph import Graph
    from cinewalk.loaders.neo4j.server.connection import Connection

_USERS = 50
_STREAM = (
    "MATCH (user:User {userId: $userId})-[like:LIKES]->(title:Title) "
    "WITH collect([title, like.preference]) AS seeds "
    "CALL gds.pageRank.stream('cinewalk', {sourceNodes: seeds, dampingFactor: 0.3, "
    "relationshipWeightProperty: 'weight'}) YIELD nodeId, score RETURN nodeId, score"
)


def rows(graph: Graph, connection: Connection) -> list[Row]:
    """Compare them; the database holds the published graph."""
    connection.read(ready_query("project_pagerank").text)
    ready, reco = ready_query("recommend_pagerank").text, Recommender(graph)
    parts = Registry(graph, reco.settings)

    def ranked(walk: str, user: str) -> object:
        profile = profile_of(graph, graph.users.ids.position(user), reco.settings.half_life)
        return topk.rank(parts.walk(walk).run(profile).scores, profile.hidden, 10)

    actions: dict[str, Callable[[str], object]] = {
        "stream": lambda user: connection.read(_STREAM, userId=user),
        "ready": lambda user: connection.read(ready, userId=user, k=10),
        "pagerank": lambda user: ranked("pagerank", user),
        "pagerank with reasons": lambda user: read(reco.recommend(user, 10, walk="pagerank")),
        "blend": lambda user: ranked("blend", user),
        "blend with reasons": lambda user: read(reco.recommend(user, 10)),
    }
    times: dict[str, list[float]] = {name: [] for name in actions}
    users = random.Random(7).sample(list(graph.users.ids.ids), _USERS)
    for warm in (False, True):
        for user in users:
            for name, action in actions.items():
                taken = seconds(lambda: action(user))  # noqa: B023 - called at once
                if warm:
                    times[name].append(taken)
    half = {name: percentile(values, 0.5) for name, values in times.items()}
    stream = half["stream"]

    def faster(name: str) -> str:
        return f"p50 {half[name] * 1e3:.2f} ms, {stream / half[name]:.0f} × faster"

    return [
        Row("gds.pageRank.stream for one user, every node", f"p50 {stream * 1e3:.0f} ms", ""),
        Row("recommend_pagerank.cypher, ten titles", faster("ready"), ""),
        Row("PageRank in this process, ten titles", faster("pagerank"), "≥ 20 ×"),
        Row("the same with reasons", faster("pagerank with reasons"), ""),
        Row("the default walk, ten titles", faster("blend"), "≥ 100 ×"),
        Row("the same with reasons", faster("blend with reasons"), ""),
    ]
