"""The ready queries that list what to watch, on MovieLens-100K in a real Neo4j, against Python on the same graph."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from cinewalk.errors import DatabaseError
from cinewalk.graph.model import schema
from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query
from tests import neo4j_queries as shared
from tests.neo4j_queries import CLOSE, USERS, column, example_of, ids, ranked, told, undone

pytestmark = pytest.mark.integration

ask, connection, facts, projected = shared.ask, shared.connection, shared.facts, shared.projected

END = datetime(1998, 4, 22, 23, 10, 38, tzinfo=UTC)


@pytest.mark.parametrize("user_id", USERS)
def test_recommend(ask, facts, user_id):
    rows, expected = (
        ask("recommend", userId=user_id, k=20),
        Recommender(facts.graph).recommend(user_id, 20),
    )
    assert ids(rows) == [item.title_id for item in expected]
    assert column(rows, "score") == pytest.approx([item.score for item in expected], rel=CLOSE)


def test_project_pagerank(ask, connection, facts):
    again = [ask("project_pagerank") for _ in range(2)][1]
    relations = [facts.graph.relations[name] for name in ("likes", "in_genre", "directed", "acted_in")]
    assert again == [
        {
            "graphName": "cinewalk",
            "nodes": sum(len(facts.graph.nodes[label]) for label in ("User", "Title", "Genre", "Person")),
            "relationships": 2 * sum(map(len, relations)),
        }
    ]
    assert len(connection.read("CALL gds.graph.list() YIELD graphName RETURN graphName")) == 1


@pytest.mark.parametrize("user_id", USERS)
def test_recommend_pagerank(ask, facts, projected, user_id):
    rows = ask("recommend_pagerank", userId=user_id, k=50)
    expected = Recommender(facts.graph, walk="pagerank").recommend(user_id, 50)
    assert ids(rows) == [item.title_id for item in expected]
    assert column(rows, "score") == pytest.approx([item.score for item in expected], rel=CLOSE)


def test_without_its_projection_pagerank_says_so(ask, connection, projected):
    connection.read("CALL gds.graph.drop('cinewalk') YIELD graphName")
    with pytest.raises(DatabaseError, match="cinewalk"):
        ask("recommend_pagerank", userId="196", k=1)


@pytest.mark.parametrize(
    ("titles", "genres", "years"),
    [
        (["56", "98"], ["Thriller"], (1990, 1999)),
        (["50"], [], None),
        (["50", "483", "172"], ["Romance", "War"], None),
        (["1467", "50"], [], None),
        (["1467", "1130"], ["War"], None),
        ([], ["Film-Noir", "War"], (1940, 1950)),
    ],
)
def test_taste(ask, facts, projected, titles, genres, years):
    expected = Recommender(facts.graph).taste(titles=titles, seed_genres=genres, years=years, k=30)
    first, last = years or (None, None)
    limits = {"firstYear": first, "lastYear": last, "maturity": None}
    # What does not exist and what is named twice changes nothing.
    more = {"titleIds": [*titles, *titles, "no such title"], "genres": [*genres, "no such genre"]}
    rows = ask("taste", **more, **limits, k=30)
    assert ids(rows) == [item.title_id for item in expected]
    assert column(rows, "score") == pytest.approx([item.score for item in expected], rel=CLOSE)


def test_taste_takes_one_year_alone_and_leaves_out_unknown_ones(ask, facts, projected):
    asked = {"titleIds": [], "genres": ["Drama"], "maturity": None, "k": 2000}
    everything = set(ids(ask("taste", **asked, firstYear=None, lastYear=None)))
    newer = set(ids(ask("taste", **asked, firstYear=1990, lastYear=None)))
    older = set(ids(ask("taste", **asked, firstYear=None, lastYear=1989)))
    unknown = {facts.titles[j] for j in np.flatnonzero(facts.years == schema.UNKNOWN_YEAR)}
    assert len(everything) > 1600
    assert not newer & older
    assert everything - newer - older == unknown & everything


def test_taste_keeps_to_a_maturity(connection, projected):
    asked = {"titleIds": [], "genres": ["Drama"], "firstYear": None, "lastYear": None, "k": 2000}
    query = ready_query("taste").text
    with undone(connection) as run:
        rows = [["181", 6], ["172", 12], ["1", 16]]
        run("UNWIND $rows AS row MATCH (t:Title {titleId: row[0]}) SET t.maturity = row[1]", rows=rows)
        assert sorted(ids(run(query, **asked, maturity=12))) == ["172", "181"]
        assert len(run(query, **asked, maturity=None)) > 1600


@pytest.mark.parametrize("user_id", USERS)
def test_because_you_watched(ask, facts, user_id):
    user = facts.user(user_id)
    expected, scores = [], SimilarTitles.of(facts.parts).rows
    for liked in facts.newest(user)[:4]:
        own = slice(scores.indptr[liked], scores.indptr[liked + 1])
        row = np.zeros(len(facts.titles))
        row[scores.indices[own]] = scores.values[own]
        row = facts.in_order(row, ~facts.hidden[user])
        best, values = ranked(facts, row, (row > 0) & ~facts.hidden[user], 6)
        expected += [(facts.titles[liked], title, value) for title, value in zip(best, values, strict=True)]
    rows = ask("because_you_watched", userId=user_id, rows=4, k=6)
    assert [(row["becauseId"], row["titleId"]) for row in rows] == [found[:2] for found in expected]
    assert column(rows, "score") == pytest.approx([found[2] for found in expected], rel=CLOSE)


def test_continue_watching(connection):
    at = datetime(2020, 1, 5, tzinfo=UTC)
    watches = [
        ("1", 0.5, "2020-01-03"),
        ("2", 0.04, "2020-01-05"),
        ("3", 0.96, "2020-01-05"),
        ("4", 0.05, "2020-01-04"),
        ("5", 0.95, "2020-01-03"),
        ("6", 0.5, None),
        ("7", 0.5, "2020-01-04"),
        ("8", 0.5, "2020-01-04"),
        ("9", 0.5, "2020-01-05T12:00"),
        ("10", 0.6, None),
    ]
    with undone(connection) as run:
        run(
            "UNWIND $watches AS watch MATCH (u:User {userId: '196'}), (t:Title {titleId: watch[0]}) "
            "CREATE (u)-[:WATCHED {progress: watch[1], timestamp: datetime(watch[2])}]->(t)",
            watches=watches,
        )
        run("MATCH (u:User {userId: '196'}), (t:Title {titleId: '7'}) CREATE (u)-[:THUMBED {value: -1}]->(t)")
        run("MATCH (u:User {userId: '196'}), (t:Title {titleId: '8'}) CREATE (u)-[:BLOCKED]->(t)")
        asked = {"userId": "196", "asOf": at}
        rows = run(ready_query("continue_watching").text, **asked, k=10)
        assert ids(rows) == ["5", "9", "1", "4", "10", "6"]
        days = [2, 0, 2, 1, np.inf, np.inf]
        progress = [0.95, 0.5, 0.5, 0.05, 0.6, 0.5]
        expected = [(1 + p) / 2 / (1 + d / 14) for p, d in zip(progress, days, strict=True)]
        assert column(rows, "score") == pytest.approx(expected, rel=CLOSE)
        assert column(rows, "progress") == progress
        assert rows[3]["title"] == "Get Shorty"
        assert len(run(ready_query("continue_watching").text, **asked, k=2)) == 2
        run(
            "MATCH (u:User {userId: '196'}), (t:Title {titleId: '9'}) SET u.maturityLimit = 6, t.maturity = 6"
        )
        assert ids(run(ready_query("continue_watching").text, **asked, k=10)) == ["9"]


def releases(facts, user, released, first, last):
    """Return the unseen titles released after one day and up to another, best first, with their numbers."""
    likes = facts.liked[user] @ facts.in_genre
    shares = facts.in_genre @ likes / max(likes.sum(), 1)
    chosen = [j for j, day in released.items() if first < day <= last and not facts.hidden[user, j]]
    scores = facts.in_order(facts.walk(user), np.isin(np.arange(len(facts.titles)), chosen))
    order = sorted(chosen, key=lambda j: (-scores[j], -shares[j], -released[j].toordinal(), facts.titles[j]))
    return [(facts.titles[j], released[j], scores[j], shares[j]) for j in order]


def check_releases(rows, expected):
    assert [(row["titleId"], row["released"].to_native()) for row in rows] == [row[:2] for row in expected]
    assert column(rows, "score") == pytest.approx([row[2] for row in expected], rel=CLOSE)
    assert column(rows, "genreShare") == pytest.approx([row[3] for row in expected], rel=CLOSE)


@pytest.mark.parametrize("user_id", USERS)
def test_new_releases(ask, connection, facts, user_id):
    user = facts.user(user_id)
    rated = facts.graph.relations["rated"]
    first = np.full(len(facts.titles), END.timestamp())
    np.minimum.at(first, rated.indices, rated.properties["timestamp"])
    released = {
        j: date(year, 1, 1) if year else datetime.fromtimestamp(first[j], UTC).date()
        for j, year in enumerate(facts.years.tolist())
    }
    last, days = date(1998, 4, 22), 500
    expected = releases(facts, user, released, last - timedelta(days), last)
    asked = {"userId": user_id, "asOf": last, "days": days, "k": 500}
    check_releases(ask("new_releases", **asked), expected)
    assert 0 < len(expected) < 500
    with undone(connection) as run:
        # A known day comes before the year, and the first day of the window is the day after the one before it.
        known = {
            "1": "1998-04-22",
            "2": "1996-12-08",
            "3": "1996-12-09",
            "4": "1998-04-23",
            "1467": "1998-01-01",
        }
        run(
            "UNWIND $rows AS row MATCH (t:Title {titleId: row[0]}) SET t.released = date(row[1])",
            rows=list(known.items()),
        )
        released |= {facts.title(i): date.fromisoformat(day) for i, day in known.items()}
        expected = releases(facts, user, released, last - timedelta(days), last)
        check_releases(run(ready_query("new_releases").text, **asked), expected)


def test_new_releases_for_somebody_without_likes(connection):
    with undone(connection) as run:
        run("CREATE (:User {userId: 'new'})")
        rows = run(ready_query("new_releases").text, userId="new", asOf=date(1998, 4, 22), days=365, k=5)
    assert column(rows, "score") == column(rows, "genreShare") == [0.0] * 5
    assert ids(rows) == sorted(ids(rows))


@pytest.mark.parametrize("group_id", [None, "gender=F", "age=25-34", "occupation=lawyer"])
@pytest.mark.parametrize("days", [7, 30])
def test_top_this_week(ask, facts, group_id, days):
    rated = facts.graph.relations["rated"]
    times = rated.properties["timestamp"]
    last = int(END.timestamp())
    recent = (times > last - days * 86_400) & (times <= last)
    viewers = np.zeros(facts.seen.shape, bool)
    viewers[rated.sources[recent], rated.indices[recent]] = True
    same = facts.graph.relations["same_as"]
    for title, shown in zip(same.sources, same.indices, strict=True):
        viewers[:, shown] |= viewers[:, title]
        viewers[:, title] = False
    if group_id is not None:
        viewers = viewers[facts.members(group_id)]
    numbers = viewers.sum(axis=0)
    rows = ask("top_this_week", asOf=END, days=days, groupId=group_id, k=50)
    best, values = ranked(facts, numbers, numbers > 0, 50)
    assert (ids(rows), column(rows, "viewers")) == (best, told(values))


def test_top_this_week_counts_viewers_of_all_events_once_and_no_thumbs_down(connection):
    query = ready_query("top_this_week").text
    at = datetime(2020, 1, 8, tzinfo=UTC)
    events = [
        ("1", "WATCHED", "1", "2020-01-02", None),
        ("1", "THUMBED", "1", "2020-01-03", 2),
        ("2", "WATCHED", "1", "2020-01-08", None),
        ("3", "WATCHED", "1", "2020-01-01", None),
        ("1", "THUMBED", "2", "2020-01-03", -1),
        ("4", "THUMBED", "3", "2020-01-03", 1),
        ("5", "WATCHED", "4", "2020-01-09", None),
        ("6", "WATCHED", "4", None, None),
    ]
    with undone(connection) as run:
        for user, kind, title, day, value in events:
            run(
                "MATCH (u:User {userId: $user}), (t:Title {titleId: $title}) "
                f"CREATE (u)-[:{kind} {{timestamp: datetime($day), value: $value}}]->(t)",
                user=user,
                title=title,
                day=day,
                value=value,
            )
        rows = run(query, asOf=at, days=7, groupId=None, k=9)
        assert [(row["titleId"], row["viewers"]) for row in rows] == [("1", None), ("3", None)]
        run("MATCH (run:CinewalkRun) SET run.privacySmallest = 2")
        rows = run(query, asOf=at, days=7, groupId=None, k=9)
        assert [(row["titleId"], row["viewers"]) for row in rows] == [("1", 2), ("3", None)]


@pytest.mark.parametrize("group_id", ["occupation=doctor", "occupation=none", "no such group"])
def test_a_small_group_gives_no_answer(ask, group_id):
    assert ask("top_this_week", asOf=END, days=365, groupId=group_id, k=9) == []


@pytest.mark.parametrize(
    ("groups", "strength", "prior"),
    [
        ([], 1.0, 20.0),
        (["gender=F"], 1.0, 20.0),
        (["age=18-24", "gender=M", "occupation=student"], 2.5, 0.0),
        (["occupation=doctor", "no such group", "age=56+", "age=56+"], 1, 20),
    ],
)
def test_cold_start(ask, facts, groups, strength, prior):
    share = facts.liked.mean(axis=0)
    known = [group for group in dict.fromkeys(groups) if group != "no such group"]
    members = [facts.members(group) for group in known]
    members = [some for some in members if len(some) >= 11]
    inside = [(facts.liked[some].sum(axis=0) + prior * share) / (len(some) + prior) for some in members]
    telling = [1 - len(some) / len(facts.users) for some in members]
    scores = share + strength * np.average(inside, axis=0, weights=telling) if inside else share
    rows = ask("cold_start", groupIds=groups, strength=strength, prior=prior, k=40)
    assert column(rows, "score") == pytest.approx(ranked(facts, scores, share > 0, 40)[1], rel=CLOSE)
    found = [scores[facts.title(i)] for i in ids(rows)]
    assert column(rows, "score") == pytest.approx(found, rel=CLOSE)
    assert len(set(ids(rows))) == 40


@pytest.mark.parametrize("user_id", USERS)
def test_bubble(ask, facts, user_id):
    user = facts.user(user_id)
    likes = facts.liked[user] @ facts.in_genre
    top = sorted(range(len(facts.genres)), key=lambda g: (-likes[g], facts.genres[g]))[:3]
    may = ~facts.hidden[user] & ~facts.in_genre[:, top].any(axis=1)
    scores = facts.in_order(facts.walk(user), may)
    keep = (scores > 0) & may
    best, values = ranked(facts, scores, keep, 20)
    rows = ask("bubble", userId=user_id, k=20)
    assert ids(rows) == best
    assert column(rows, "score") == pytest.approx(values, rel=CLOSE)
    for row in rows:
        assert row["outside"] == [facts.genres[g] for g in top]
        own = facts.in_genre[facts.title(row["titleId"])]
        assert row["genres"] == [facts.genres[g] for g in np.flatnonzero(own)]


@pytest.fixture(scope="module")
def pages(facts):
    reco = Recommender(facts.graph)
    return {user_id: reco.home(user_id, 8, because=3, at=END) for user_id in USERS}


@pytest.mark.parametrize("user_id", USERS)
def test_home(ask, pages, user_id):
    page = pages[user_id]
    rows = ask("home", userId=user_id, asOf=END, because=3, k=8)
    expected = [(shelf, item) for shelf in page for item in shelf.titles]
    assert [(row["row"], row["heading"], row["rank"]) for row in rows] == [
        (shelf.name, shelf.heading, item.rank) for shelf, item in expected
    ]
    assert [(row["titleId"], row["title"], row["year"]) for row in rows] == [
        (item.title_id, item.title, item.year) for _, item in expected
    ]
    assert column(rows, "score") == pytest.approx([item.score for _, item in expected], rel=CLOSE)


def test_home_pages_have_tops_of_groups(pages):
    assert any("Top of the week among" in shelf.heading for page in pages.values() for shelf in page)


@pytest.mark.parametrize(
    "name", ["recommend_pagerank", "because_you_watched", "continue_watching", "bubble", "nearest_viewers"]
)
def test_somebody_without_likes_gets_nothing(connection, projected, name):
    query = ready_query(name)
    with undone(connection) as run:
        run("CREATE (:User {userId: 'new'})")
        assert run(query.text, **example_of(connection, query) | {"userId": "new"}) == []


def test_taste_from_a_title_that_nothing_leads_on_from(ask, connection, facts, projected):
    """It takes nothing from what is close to the others."""
    asked = {"genres": [], "firstYear": None, "lastYear": None, "maturity": None, "k": 20}
    alone = ask("taste", titleIds=["50"], **asked)
    connection.write("CREATE (:Title {titleId: 'isolated'})")
    try:
        ask("project_pagerank")
        rows = ask("taste", titleIds=["50", "isolated"], **asked)
        assert ids(rows) == ids(alone)
        assert column(rows, "score") == pytest.approx(column(alone, "score"), rel=CLOSE)
        assert ask("taste", titleIds=["isolated"], **asked) == []
    finally:
        connection.write("MATCH (t:Title {titleId: 'isolated'}) DELETE t")
