"""Every list is the same from Python, from Cypher and from the command line: order, and scores within 1e-9."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.errors import RequestError
from cinewalk.graph.model.maturity import too_mature
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.graph_folder import save
from cinewalk.queries.words.ready import ready_query
from tests.graphs import OPEN
from tests.neo4j_lively import END, NEWCOMERS
from tests.neo4j_queries import CLOSE, column, ids, undone

pytestmark = pytest.mark.integration

K = 30
AS_OF = datetime.fromtimestamp(END, UTC)
#: The third to fifth user of the lively graph have a limit.
USERS = ("1", "10", "100", "101", "102", "11", *NEWCOMERS)
ASKED_BY_COMMAND = ("100", "11", "new3")


@pytest.fixture(scope="module")
def reco(lively_graph):
    return Recommender(lively_graph)


@pytest.fixture
def ask(lively_published):
    def run(name, **parameters):
        query = ready_query(name)
        query.check(parameters)
        return [dict(row) for row in lively_published[1].read(query.text, **parameters)]

    return run


@pytest.fixture(scope="module")
def telling(lively_graph):
    """One that tells of few viewers, too, as those queries do that draw nodes."""
    return Recommender(lively_graph, settings=OPEN)


@pytest.fixture(scope="module")
def folder(lively_graph, tmp_path_factory):
    """The graph on disk, for commands."""
    place = tmp_path_factory.mktemp("lively") / "lively.cinewalk"
    save(prepare(Registry(lively_graph, Settings())), place)
    return str(place)


def command(run, folder, *words):
    code, shown, _ = run(*words, "--graph", folder, "--json")
    assert code == 0
    return json.loads(shown)


def same(rows, items, score="score", k=K):
    """Compare a list of Cypher's with one of Python's, or of a command's.

    Cypher adds up in any order, so that titles whose scores are equal but for rounding may change places there;
    whole numbers are never rounded.
    """
    items = [item if isinstance(item, dict) else item.to_dict() for item in items]
    scores = [item["score"] for item in items]
    assert [row[score] or 0 for row in rows] == pytest.approx(scores, rel=CLOSE, abs=1e-15)
    told = [(row["titleId"], row["title"], row["year"]) for row in rows]
    expected = [(item["title_id"], item["title"], item["year"]) for item in items]
    rounded = score != "viewers"
    near = [rounded and scores[i] == pytest.approx(scores[i - 1], rel=CLOSE) for i in range(1, len(scores))]
    runs = [0, *(i for i, tied in enumerate(near, start=1) if not tied), len(scores)]
    assert len(told) == len(expected)
    for first, last in pairwise(runs):
        # Where a list is full, others with the score of its last may have had no place.
        if last < len(scores) or len(scores) < k or last - first == 1:
            assert sorted(told[first:last]) == sorted(expected[first:last])


def test_the_graph_has_everything(lively_graph, reco):
    assert {
        name: reco._session.snapshot.person(name).profile.titles.size for name in NEWCOMERS
    } == NEWCOMERS | {"newLimited": reco._session.snapshot.person("newLimited").profile.titles.size}
    limits = dict(
        zip(lively_graph.users.ids.ids, lively_graph.users.array("maturity_limit").tolist(), strict=True)
    )
    assert (limits["100"], limits["101"], limits["102"], limits["newLimited"]) == (12, 16, 0, 12)
    assert (np.diff(lively_graph.likes.reverse_indptr) == 0).any()
    counts = np.diff(lively_graph.likes.indptr)
    assert (counts < Settings().newcomers.enough).sum() > 10
    assert (counts >= Settings().newcomers.enough).sum() > 10


@pytest.mark.parametrize("user", USERS)
def test_for_you(ask, reco, run, folder, user):
    rows = ask("recommend", userId=user, k=K)
    same(rows, reco.recommend(user, K))
    if user in ASKED_BY_COMMAND:
        same(rows, command(run, folder, "feed", "for-you", user, "-k", str(K)))


def test_for_you_of_everybody(ask, reco, lively_graph):
    for user in lively_graph.users.ids.ids:
        same(ask("recommend", userId=user, k=10), reco.recommend(user, 10), k=10)


@pytest.mark.parametrize("user", [user for user in USERS if user not in ("new0", "newAlone")])
def test_pagerank(ask, reco, user):
    expected = reco.recommend(user, K, walk="pagerank")
    rows = ask("recommend_pagerank", userId=user, k=K)
    if expected.walk == "pagerank":
        same(rows, expected)
    else:
        assert rows == []


@pytest.mark.parametrize("user", USERS)
def test_because_you_watched(ask, reco, run, folder, user):
    rows = ask("because_you_watched", userId=user, rows=4, k=6)
    for found in reco.because_you_watched(user, 4, 6):
        own = [row for row in rows if row["becauseId"] == found.because_id]
        same(own, found.titles)
        rows = [row for row in rows if row not in own]
    assert rows == []
    if user in ASKED_BY_COMMAND:
        found = command(run, folder, "feed", "because-you-watched", user, "--rows", "4", "-k", "6")
        rows = ask("because_you_watched", userId=user, rows=4, k=6)
        assert [(row["becauseId"], row["titleId"]) for row in rows] == [
            (one["because_id"], item["title_id"]) for one in found for item in one["titles"]
        ]


@pytest.mark.parametrize("user", USERS)
def test_continue_watching(ask, reco, run, folder, user):
    rows = ask("continue_watching", userId=user, asOf=AS_OF, k=K)
    same(rows, reco.continue_watching(user, K, at=AS_OF))
    assert column(rows, "score") == sorted(column(rows, "score"), reverse=True)
    if user in ASKED_BY_COMMAND:
        words = ("feed", "continue-watching", user, "-k", str(K), "--at", AS_OF.isoformat())
        same(rows, command(run, folder, *words))


def test_much_has_been_begun(ask, lively_graph):
    found = [ask("continue_watching", userId=user, asOf=AS_OF, k=99) for user in lively_graph.users.ids.ids]
    assert sum(map(len, found)) > 300
    assert {0.05, 0.3, 0.5, 0.95} <= {round(row["progress"], 4) for rows in found for row in rows}
    assert any(row["timestamp"] is None and row["score"] == 0 for rows in found for row in rows)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("days", [365, 3000])
def test_new_releases(ask, reco, run, folder, user, days):
    rows = ask("new_releases", userId=user, asOf=AS_OF.date(), days=days, k=K)
    same(rows, reco.new_releases(user, K, days=days, at=AS_OF))
    if user in ASKED_BY_COMMAND:
        words = ("feed", "new-releases", user, "-k", str(K), "--days", str(days))
        same(rows, command(run, folder, *words, "--at", AS_OF.isoformat()))


def test_some_came_out_when_they_were_first_seen(ask, lively_graph):
    titles = lively_graph.titles
    unknown = np.isnat(titles.array("released")) & (titles.array("year") == 0)
    wanted = {titles.ids.ids[title] for title in np.flatnonzero(unknown)}
    assert wanted & set(ids(ask("new_releases", userId="new0", asOf=AS_OF.date(), days=365, k=500)))


@pytest.mark.parametrize("user", USERS)
def test_challenge(ask, reco, run, folder, user):
    rows = ask("bubble", userId=user, k=K)
    same(rows, reco.challenge(user, K))
    if user in ASKED_BY_COMMAND:
        same(rows, command(run, folder, "feed", "challenge", user, "-k", str(K)))


@pytest.mark.parametrize("group", [None, "gender=F", "age=25-34"])
@pytest.mark.parametrize("days", [7, 30, None])
def test_top(ask, reco, run, folder, group, days):
    rows = ask("top_this_week", asOf=AS_OF, days=days, groupId=group, k=K)
    same(rows, reco.top(K, days=days, at=AS_OF, group=group), "viewers")
    assert rows
    words = ("feed", "top", "-k", str(K), "--days", str(days or 0), "--at", AS_OF.isoformat())
    same(rows, command(run, folder, *words, *(() if group is None else ("--group", group))), "viewers")


def test_top_of_a_small_group_is_told_by_nobody(ask, reco):
    assert ask("top_this_week", asOf=AS_OF, days=7, groupId="occupation=doctor", k=K) == []
    with pytest.raises(RequestError, match="fewer than 11"):
        reco.top(K, at=AS_OF, group="occupation=doctor")


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("k", [3, 10])
def test_home(ask, reco, user, k):
    page = reco.home(user, k, because=2, at=AS_OF)
    rows = ask("home", userId=user, asOf=AS_OF, because=2, k=k)
    assert list(dict.fromkeys((row["row"], row["heading"]) for row in rows)) == [
        (shelf.name, shelf.heading) for shelf in page
    ]
    for shelf in page:
        own = [row for row in rows if row["heading"] == shelf.heading]
        assert column(own, "rank") == [item.rank for item in shelf.titles]
        same(own, shelf.titles, k=k)
    assert len(set(ids(rows))) == len(rows)


def test_every_row_of_a_home_page_was_there(reco):
    names = {shelf.name for user in USERS for shelf in reco.home(user, 10, at=AS_OF)}
    assert len(names) == 6


@pytest.mark.parametrize(
    "users", [("1", "10"), ("1", "100", "11"), ("new0", "new1"), ("new3", "newAlone", "10", "101")]
)
def test_group_night(ask, reco, run, folder, users):
    rows, expected = ask("group_night", userIds=list(users), k=K), reco.together(users, K)
    same(rows, expected)
    for row, item in zip(rows, expected, strict=True):
        assert column(row["shares"], "userId") == [reason.id for reason in item.because]
        shares = [reason.share for reason in item.because]
        assert column(row["shares"], "share") == pytest.approx(shares, rel=CLOSE)
        assert sum(column(row["shares"], "share")) == pytest.approx(1, rel=CLOSE)
    same(rows, command(run, folder, "feed", "together", *users, "-k", str(K)))


def test_a_group_night_of_fewer_than_two_has_no_answer(ask):
    assert ask("group_night", userIds=["1"], k=K) == ask("group_night", userIds=["1", "1", "x"], k=K) == []
    assert ask("group_night", userIds=["1", "x", "10"], k=K) == ask("group_night", userIds=["10", "1"], k=K)


@pytest.mark.parametrize("user", USERS)
def test_why(ask, reco, telling, user):
    found = reco.recommend(user, 400)
    for item in {found[0], found[len(found) // 2], found[-1]}:
        why, told = (each.explain(user, item.title_id) for each in (reco, telling))
        rows = ask("explain_shares", userId=user, titleId=item.title_id)
        expected = {(reason.label, reason.id): reason for reason in why.shares}
        assert {(row["label"], row["id"]) for row in rows} == expected.keys()
        for row in rows:
            reason = expected[row["label"], row["id"]]
            assert (row["score"], row["share"]) == pytest.approx((reason.score, reason.share), rel=CLOSE)
            assert row["viewers"] == reason.viewers
        assert sum(column(rows, "score")) == pytest.approx(item.score, rel=CLOSE)
        paths = list(told.paths(10))
        rows = ask("explain_paths", userId=user, titleId=item.title_id, k=10)
        assert column(rows, "share") == pytest.approx([path.share for path in paths], rel=CLOSE)
        assert column(rows, "score") == pytest.approx([path.score for path in paths], rel=CLOSE)


@pytest.mark.parametrize("user", USERS)
def test_why_as_a_picture(ask, reco, telling, user):
    """The reasons, their shares, who is drawn and how many there are: as in Python's picture that draws everybody."""
    items = reco.recommend(user, 400)
    for item in {items[0], items[len(items) // 2], items[-1]}:
        picture, few = (each.explain(user, item.title_id).picture() for each in (telling, reco))
        rows = ask("explain_reasons", userId=user, titleId=item.title_id, k=len(picture.branches))
        reasons = {row["because"]: row for row in rows}
        drawn = [branch.reason for branch in picture.branches]
        assert column(list(reasons.values()), "share") == pytest.approx([r.share for r in drawn], rel=CLOSE)
        assert column(list(reasons.values()), "score") == pytest.approx([r.score for r in drawn], rel=CLOSE)
        for row in rows:
            assert row["path"].nodes[-1]["titleId"] == item.title_id
        for branch, other, row in zip(picture.branches, few.branches, reasons.values(), strict=True):
            if branch.reason.label != "Title":
                continue
            mine = [each for each in rows if each["because"] == row["because"]]
            steps = [step for step in branch.after if step.id]
            assert column(mine, "part") == pytest.approx([step.share for step in steps], rel=CLOSE)
            assert set(column(mine, "viewers")) == {other.reason.viewers}


def test_reasons_of_all_kinds_were_among_them(ask, reco, lively_graph):
    unliked = np.diff(lively_graph.likes.reverse_indptr) == 0
    wanted = {lively_graph.titles.ids.ids[title] for title in np.flatnonzero(unliked)}
    labels, drawn = set(), set()
    for user in ("new0", "new3"):
        items = reco.recommend(user, 400)
        new = next(item for item in items if item.title_id in wanted)
        for item in (items[0], new):
            labels |= set(column(ask("explain_shares", userId=user, titleId=item.title_id), "label"))
            rows = ask("explain_reasons", userId=user, titleId=item.title_id, k=999)
            drawn |= {label for row in rows for node in row["path"].nodes for label in node.labels}
    assert labels == {"Title", "DemographicGroup", "Genre", "Person", ""}
    assert drawn >= {"User", "Title", "DemographicGroup", "Genre", "Person"}


LISTS = {
    "recommend": {"k": 999},
    "recommend_pagerank": {"k": 999},
    "because_you_watched": {"rows": 99, "k": 99},
    "continue_watching": {"asOf": AS_OF, "k": 999},
    "new_releases": {"asOf": AS_OF.date(), "days": 9999, "k": 999},
    "bubble": {"k": 999},
    "home": {"asOf": AS_OF, "because": 3, "k": 99},
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("user", ["100", "101", "102", "newLimited"])
def test_nothing_above_a_limit_and_nothing_unknown_is_in_any_list(ask, lively_graph, reco, name, user):
    own = reco._session.snapshot.events_of(user)
    above = too_mature(lively_graph.titles, own.limit)
    rows = ask(name, userId=user, **LISTS[name])
    shown = {row[key] for row in rows for key in ("titleId", "becauseId") if key in row}
    assert not any(above[lively_graph.titles.ids.position(title)] for title in shown)
    assert rows or name in ("bubble", "because_you_watched", "continue_watching", "recommend_pagerank")


@pytest.mark.parametrize("name", ["explain_shares", "explain_paths", "explain_reasons"])
def test_what_must_not_be_shown_is_not_explained(lively_published, lively_graph, reco, name):
    above = too_mature(lively_graph.titles, 12) & ~reco._session.snapshot.person("new3").profile.hidden
    titles = [lively_graph.titles.ids.ids[title] for title in np.flatnonzero(above)]
    rest = {} if name == "explain_shares" else {"k": 5}
    items = [item.title_id for item in reco.recommend("1", 400) if item.title_id in set(titles)]
    with undone(lively_published[1]) as run:
        asked = {"userId": "1", "titleId": items[0], **rest}
        assert run(ready_query(name).text, **asked)
        run("MATCH (u:User {userId: '1'}) SET u.maturityLimit = 12")
        assert run(ready_query(name).text, **asked) == []
        blocked = next(item for item in reco.recommend("10", 400))
        asked = {"userId": "10", "titleId": blocked.title_id, **rest}
        assert run(ready_query(name).text, **asked)
        run(
            "MATCH (u:User {userId: '10'}), (t:Title {titleId: $id}) CREATE (u)-[:BLOCKED]->(t)",
            id=blocked.title_id,
        )
        assert run(ready_query(name).text, **asked) == []


def test_a_run_that_knows_no_newcomers_gives_what_it_gave(lively_published, reco):
    """As published before there were any: the blend, and nothing for somebody without likes."""
    with undone(lively_published[1]) as run:
        run(
            "MATCH (r:CinewalkRun) REMOVE r.newcomersEnough, r.newcomersStrength, r.newcomersPrior, r.newcomersKin"
        )
        same(run(ready_query("recommend").text, userId="new3", k=K), reco.recommend("new3", K, walk="blend"))
        assert run(ready_query("recommend").text, userId="new0", k=K) == []


def test_together_whoever_they_are(ask, reco, lively_graph):
    draw = random.Random(3)
    for _ in range(5):
        users = draw.sample(list(lively_graph.users.ids.ids), 3)
        same(ask("group_night", userIds=users, k=10), reco.together(users, 10), k=10)
