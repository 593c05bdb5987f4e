"""What the tests of the ready queries share: MovieLens-100K as plain arrays, and ways to ask a database."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

from cinewalk.graph.attributes.series import series
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.words.ready import ready_query

USERS = ("196", "1", "405", "13", "655", "926")
TITLES = ("50", "1", "1467", "100")
#: Relative: how near Cypher comes to Python.
CLOSE = 1e-9


class Facts:
    """MovieLens-100K as dense arrays, for plain arithmetic."""

    def __init__(self, graph):
        self.graph = graph
        self.users, self.titles = list(graph.users.ids.ids), list(graph.titles.ids.ids)
        self.likes = np.zeros((len(self.users), len(self.titles)))
        relation = graph.likes
        self.likes[relation.sources, relation.indices] = relation.properties["preference"]
        self.liked = (self.likes > 0).astype(int)
        rated = graph.relations["rated"]
        self.seen = np.zeros(self.liked.shape, bool)
        self.seen[rated.sources, rated.indices] = True
        self.hidden, same = self.seen.copy(), graph.relations["same_as"]
        for title, shown in zip(same.sources, same.indices, strict=True):
            self.hidden[:, shown] |= self.seen[:, title]
            self.hidden[:, title] = True
        self.years = graph.titles.array("year").astype(int)
        in_genre = graph.relations["in_genre"]
        self.genres = list(graph.genres.ids.ids)
        self.in_genre = np.zeros((len(self.titles), len(self.genres)), int)
        self.in_genre[in_genre.sources, in_genre.indices] = 1
        self.parts = Registry(graph, Settings())

    def user(self, user_id):
        return self.users.index(user_id)

    def title(self, title_id):
        return self.titles.index(title_id)

    def members(self, group_id):
        groups = self.graph.nodes["DemographicGroup"].ids
        relation = self.graph.relations["user_in_group"]
        return relation.sources[relation.indices == groups.position(group_id)]

    def walk(self, user):
        """Return how far titles that share viewers lead from a user's likes to every title."""
        return (
            self.parts.walk("shared-viewers").run(profile_of(self.graph, user, Settings().half_life)).scores
        )

    def in_order(self, scores, keep):
        """Deal the scores above 0 of each story's parts that are kept out anew: the highest to the first."""
        scores = np.array(scores, float)
        for parts in series(self.graph):
            own = [part for part in parts if keep[part] and scores[part] > 0]
            scores[own] = sorted(scores[own], reverse=True)
        return scores

    def newest(self, user):
        """Return the user's likes, newest first, ties by id."""
        own = self.graph.likes.row(user)
        titles = self.graph.likes.indices[own]
        times = self.graph.likes.properties["timestamp"][own]
        return [int(titles[i]) for i in np.lexsort((titles, -times))]


@pytest.fixture(scope="module")
def facts(movielens):
    return Facts(movielens)


@pytest.fixture
def connection(published):
    return published[1]


@pytest.fixture
def ask(connection):
    """Run a ready query with READ access, unless it writes."""

    def run(name, **parameters):
        query = ready_query(name)
        query.check(parameters)
        rows = (connection.write if query.writes else connection.read)(query.text, **parameters)
        return [dict(row) for row in rows]

    return run


@pytest.fixture
def projected(ask):
    """The in-memory graph for PageRank, as it is now."""
    return ask("project_pagerank")[0]


@contextmanager
def undone(connection):
    """Give a transaction whose changes are taken back."""
    with connection.driver.session() as session, session.begin_transaction() as transaction:
        yield lambda text, **parameters: [dict(row) for row in transaction.run(text, parameters)]
        transaction.rollback()


def told(counts):
    """Return numbers of viewers as queries tell them: nothing of a few."""
    return [None if 0 < count < Settings().privacy.smallest else int(count) for count in counts]


def ids(rows):
    return [row["titleId"] for row in rows]


def column(rows, name):
    return [row[name] for row in rows]


def ranked(facts, scores, keep, k):
    """Return the ids and scores of the best titles, ties by id."""
    order = [j for j in np.lexsort((np.arange(len(scores)), -scores)) if keep[j]][:k]
    return [facts.titles[j] for j in order], [scores[j] for j in order]


def example_of(connection, query):
    return connection.read(f"RETURN {query.example} AS example")[0]["example"]


def totals(connection):
    """Count all nodes and relationships."""
    return [
        connection.read(query)[0]["count"]
        for query in ("MATCH (n) RETURN count(n) AS count", "MATCH ()-[r]->() RETURN count(r) AS count")
    ]


def counts(connection):
    """Count nodes and relationships of every kind."""
    nodes = connection.read("MATCH (n) RETURN labels(n) AS kind, count(*) AS count ORDER BY kind")
    edges = connection.read("MATCH ()-[r]->() RETURN type(r) AS kind, count(*) AS count ORDER BY kind")
    return [dict(row) for row in (*nodes, *edges)]
