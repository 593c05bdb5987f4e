"""What a streaming service is known for, one scenario a line, as a viewer meets it."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

import cinewalk
from cinewalk import Only, Recommender
from cinewalk.errors import RequestError
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.graph import Graph
from cinewalk.queries.recommend.feeds import Feeds

pytestmark = pytest.mark.integration

#: Two tastes: space series, and courtroom ones; everybody who likes one of a kind likes its kin.
SPACE = ("Star Trek: The Next Generation", "Babylon 5", "The Expanse", "Firefly", "Farscape", "Stargate SG-1")
COURT = ("Suits", "Better Call Saul", "The Good Wife", "Matlock", "Boston Legal", "Perry Mason")


@pytest.fixture(scope="module")
def series() -> Graph:
    """Forty viewers of series; a few like a bit of both."""
    names = [*SPACE, *COURT]
    rng = np.random.default_rng(7)
    users, _ = sorted_nodes("User", [f"u{i:02}" for i in range(40)])
    titles, places = sorted_nodes(
        "Title",
        [f"s{i:02}" for i in range(len(names))],
        {"title": names, "kind": ["series"] * 12, "maturity": [12] * 6 + [16] * 6},
    )
    rows = [
        (user, places[title])
        for user in range(40)
        for title in range(len(names))
        if rng.random() < (0.75 if (title < 6) == (user % 2 == 0) else 0.08)
    ]
    sources, targets = np.array(rows).T
    watched = {
        "progress": np.ones(len(rows)),
        "finished": np.ones(len(rows), int),
        "timestamp": 1_600_000_000 + sources,
    }
    return assemble({"User": users, "Title": titles}, {"watched": Edges(sources, targets, watched)})


@pytest.fixture
def movies(movielens) -> Recommender:
    return Recommender(movielens)


def test_season_after_season_raises_what_is_near_it(series) -> None:
    """Pausing says nothing yet; finishing the first season lets its neighbours rise, and each further one more."""
    reco = Recommender(series, walk="blend")
    for title in ("Suits", "The Good Wife"):
        reco.watch("anna", title, at=1_700_000_000)
    before = {item.title: item.score for item in reco.recommend("anna", 12)}
    reco.watch("anna", "Babylon 5", progress=0.3, at=1_700_100_000)
    paused = {item.title: item.score for item in reco.recommend("anna", 12)}
    assert {t: s for t, s in before.items() if t != "Babylon 5"}.keys() == paused.keys()
    shares = []
    for season in range(1, 5):
        reco.watch("anna", "Babylon 5", progress=1.0, at=1_700_200_000 + season)
        found = reco.recommend("anna", 12)
        by_space = [item for item in found if item.title in SPACE]
        shares.append(sum(item.score for item in by_space) / sum(item.score for item in found))
        why = reco.explain("anna", by_space[0].title_id)
        assert why.shares[0].name == "Babylon 5"
    space_before = sum(s for t, s in before.items() if t in SPACE) / sum(before.values())
    assert space_before < shares[0] < shares[1] < shares[2] < shares[3]
    assert min(item.rank for item in by_space) <= 3


def test_viewers_with_similar_habits(movies) -> None:
    """Each single reason is a real viewer who liked both; a few viewers together are nobody in particular."""
    why = movies.explain("196", movies.recommend("196", 1)[0].title_id)
    graph, walks = movies.graph, [[node.id for node in path.nodes] for path in why.paths(20)]
    assert sum(viewer != "" for _, _, viewer, _ in walks) > 10
    for _, first, viewer, last in walks:
        if viewer == "":
            continue
        likes = graph.likes.indices[graph.likes.row(graph.users.ids.position(viewer))]
        liked = {graph.titles.ids.ids[title] for title in likes.tolist()}
        assert {first, last} <= liked


def test_a_thumb_down_never_comes_back(movies) -> None:
    best = movies.recommend("196", 1)[0]
    movies.thumb("196", best.title_id, -1)
    lists = [
        movies.recommend("196", 100),
        movies.challenge("196", 100),
        movies.top(100, days=None, user="196"),
    ]
    lists += [row.titles for row in movies.because_you_watched("196", 5, 20)]
    assert all(best.title_id not in {item.title_id for item in found} for found in lists)
    with pytest.raises(
        RequestError, match=f"{best.title} .* is never recommended to user '196': thumbed down"
    ):
        movies.explain("196", best.title_id)
    movies.undo("196")
    assert movies.recommend("196", 1)[0] == best


def test_a_blocked_inspiration_is_never_a_reason(movies) -> None:
    reason = movies.recommend("196", 1)[0].because[0]
    movies.block("196", reason.id)
    found = movies.recommend("196", 50)
    assert reason.id not in {r.id for item in found for r in item.because}
    why = movies.explain("196", found[0].title_id)
    assert reason.id not in {r.id for r in why.shares}
    assert all(row.because_id != reason.id for row in movies.because_you_watched("196", 10))


def test_what_you_are_watching_now_counts_at_once(movies) -> None:
    near = {item.title_id for item in movies.similar("Alien", 20)}
    before = [item.title_id for item in movies.recommend("196", 20)]
    movies.watch("196", "Alien", progress=0.8, at=Feeds(movies._session.snapshot)._instant(None) + 60)
    after = [item.title_id for item in movies.recommend("196", 20)]
    assert len(near & set(after)) > len(near & set(before))


def test_nobody_knows_me(movies) -> None:
    """A viewer without any history, with groups and without."""
    nothing = movies.taste(k=10)
    young = movies.taste(groups=["age=18-24", "gender=F"], k=10)
    assert nothing[0].text == "because it is liked by most viewers 100 %"
    assert "popular with women" in young[0].text or "popular with viewers aged 18–24" in young[0].text
    assert [item.title_id for item in nothing] != [item.title_id for item in young]


def test_a_group_of_fewer_than_eleven_is_never_named(movies) -> None:
    members = movies.graph.relations["user_in_group"]
    sizes = np.diff(members.reverse_indptr)
    groups = movies.graph.nodes["DemographicGroup"].ids.ids
    small = [groups[place] for place in np.flatnonzero(sizes < 11).tolist()]
    assert small
    found = movies.taste(groups=small, k=5)
    assert {reason.label for item in found for reason in item.because} == {""}


def test_three_likes_are_enough_to_differ(movies) -> None:
    for title in ("Alien", "Blade Runner", "Aliens"):
        movies.thumb("new", title, 1)
    found = movies.recommend("new", 20)
    genres = movies.graph.relations["in_genre"]
    fiction = movies.graph.genres.ids.position("Sci-Fi")
    positions = [movies.graph.titles.ids.position(item.title_id) for item in found]
    some = sum(fiction in genres.indices[genres.row(title)].tolist() for title in positions)
    crowd = [movies.graph.titles.ids.position(item.title_id) for item in movies.taste(k=20)]
    assert some > sum(fiction in genres.indices[genres.row(title)].tolist() for title in crowd)
    assert any(reason.label == "Title" for item in found for reason in item.because)


def test_a_1970s_political_thriller_without_an_account(movies) -> None:
    found = movies.taste(titles=["Chinatown"], seed_genres=["Thriller"], years=(1970, 1979))
    assert found
    assert all(1970 <= item.year <= 1979 for item in found)
    assert {reason.label for reason in found[0].because} <= {"Title", "Genre"}


def test_top_of_a_week(movies) -> None:
    at = dt.datetime(1998, 4, 22, 23, 10, 38, tzinfo=dt.UTC)
    found = movies.top(5, at=at)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    ratings = movies.graph.relations["rated"]
    times = ratings.properties["timestamp"]
    week = (times > at.timestamp() - 7 * 86_400) & (times <= at.timestamp())
    counts = np.bincount(ratings.indices[week], minlength=ratings.shape[1])
    assert found[0].score == counts.max()
    assert found[0].text.endswith("viewers in the 7 days up to 1998-04-22")


def test_only_what_a_child_may_see(series) -> None:
    reco = Recommender(series)
    reco.limit("kid", 12)
    reco.thumb("kid", "Firefly", 1)
    reco.thumb("kid", "Suits", 1)
    found = reco.recommend("kid", 12)
    assert {item.title for item in found} <= set(SPACE) - {"Firefly"}
    assert {reason.name for item in found for reason in item.because if reason.label == "Title"} == {
        "Firefly"
    }
    assert {item.title for item in reco.top(12, days=None, user="kid")} == set(SPACE)
    assert not reco.recommend("kid", only=Only(maturity=6))


def test_python_and_the_command_line_give_the_same(run, tmp_path, movies) -> None:
    place = str(cinewalk.save(movies.graph, tmp_path / "movies.cinewalk"))
    at = dt.datetime(1998, 4, 22, tzinfo=dt.UTC)
    asks = {
        ("recommend", "196", "--years", "1970s"): movies.recommend(
            "196", only=Only(years=(1970, 1979))
        ).to_dict(),
        ("similar", "Alien", "--user", "196"): movies.similar("Alien", user="196").to_dict(),
        ("taste", "-t", "Chinatown", "--genre", "Thriller", "--years", "1970s"): movies.taste(
            ["Chinatown"], ["Thriller"], years=(1970, 1979)
        ).to_dict(),
        ("feed", "for-you", "196"): movies.recommend("196").to_dict(),
        ("feed", "top", "--at", "1998-04-22"): movies.top(at=at).to_dict(),
        ("feed", "top", "--days", "0", "--group", "age=25-34"): movies.top(
            days=None, group="age=25-34"
        ).to_dict(),
        ("feed", "because-you-watched", "196"): [row.to_dict() for row in movies.because_you_watched("196")],
        ("feed", "new-releases", "196", "--at", "1998-04-22"): movies.new_releases("196", at=at).to_dict(),
        ("feed", "challenge", "196"): movies.challenge("196").to_dict(),
        ("feed", "together", "196", "22"): movies.together(["196", "22"]).to_dict(),
        ("feed", "continue-watching", "196"): [],
    }
    for words, expected in asks.items():
        code, out, err = run(*words, "--graph", place, "--json")
        assert code == 0, err
        assert json.loads(out) == json.loads(json.dumps(expected)), words


def test_marks_are_kept_in_the_folder(run, tmp_path, series) -> None:
    place = str(cinewalk.save(series, tmp_path / "series.cinewalk"))
    code, out, err = run("mark", "anna", "Babylon 5", "--thumb", "two-up", "--graph", place)
    assert (code, out) == (0, "anna gave Babylon 5 two thumbs up.\n"), err
    code, out, _ = run("recommend", "anna", "--graph", place, "--json", "-k", "3")
    assert code == 0
    assert {item["title"] for item in json.loads(out)} <= set(SPACE)
    for words, line in (
        (("mark", "anna"), "say what they did"),
        (("mark", "anna", "--thumb", "up"), "name the title"),
        (("mark", "anna", "No such", "--block"), "There is no title"),
        (("feed", "challenge"), "is for one user"),
        (("feed", "top", "--group", "age=90"), "no group"),
    ):
        code, _, err = run(*words, "--graph", place)
        assert code == 1
        assert line in err
        assert err.count("\n") == 1
