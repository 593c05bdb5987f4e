"""Each feed against plain lists, and what feeds say where there is nothing to show."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.errors import RequestError, UnknownUserError
from cinewalk.graph.attributes.series import series
from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.model.profile import shown_as
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.time_windows import newest_time, release_days
from tests.graphs import OPEN, from_ratings, random_graph, with_same

pytestmark = pytest.mark.unit


DAY = 86_400


@pytest.fixture(scope="module")
def reco() -> Recommender:
    return Recommender(random_graph(3, users=40), walk="blend", settings=OPEN)


@pytest.fixture
def example() -> Recommender:
    return Recommender(example_graph(), walk="blend")


def ids(found) -> list[str]:
    return [item.title_id for item in found]


def events(graph, user: int):
    """Every event of a user as (kind, title, values)."""
    for kind in schema.EVENTS:
        relation = graph.relations[kind.name]
        own = relation.row(user)
        for place in range(own.start, own.stop):
            values = {name: array[place].item() for name, array in relation.properties.items()}
            yield kind.name, int(relation.indices[place]), values


@pytest.mark.parametrize("days", [None, 1, 7, 400])
def test_top_counts_each_viewer_once(reco, days) -> None:
    graph = reco.graph
    until = newest_time(graph)
    counts: Counter[str] = Counter()
    for user in range(len(graph.users)):
        titles = {
            title
            for kind, title, values in events(graph, user)
            if (days is None or until - days * DAY < values["timestamp"] <= until)
            and not (kind == "thumbed" and values["value"] < 0)
            and kind != "blocked"
        }
        counts.update(graph.titles.ids.ids[title] for title in titles)
    expected = sorted(counts, key=lambda title: (-counts[title], title))[:8]
    found = reco.top(8, days=days)
    assert ids(found) == expected
    assert [item.score for item in found] == [counts[title] for title in expected]
    assert all("viewer" in item.text for item in found)


def test_top_counts_whoever_watched_a_film_under_any_id_once() -> None:
    graph = with_same(random_graph(3, users=40), 1)
    films = shown_as(graph).tolist()
    counts: Counter[int] = Counter()
    for user in range(len(graph.users)):
        wanted = (t for k, t, v in events(graph, user) if k != "blocked" and v.get("value", 1) > 0)
        counts.update({films[title] for title in wanted})
    found = Recommender(graph, settings=OPEN).top(99, days=None)
    names = graph.titles.ids.ids
    assert {item.title_id: item.score for item in found} == {names[t]: n for t, n in counts.items()}
    assert any(films[title] != title for title in range(len(films)))


def test_a_film_under_two_ids_is_gone_on_with_once(example) -> None:
    titles = example.graph.titles.ids
    alien, heat = titles.position("alien"), titles.position("heat")
    same = Relation.of(np.array([alien]), np.array([heat]), (len(titles), len(titles)))
    reco = Recommender(example.graph.with_relations({"same_as": same}), walk="blend")
    at = dt.datetime(2024, 1, 15, tzinfo=dt.UTC)
    for title, progress in (("alien", 0.6), ("heat", 0.4), ("brazil", 0.5)):
        reco.watch("zoe", title, progress=progress, at=at)
    assert ids(reco.continue_watching("zoe", at=at)) == ["alien", "brazil"]
    assert ids(reco.continue_watching("zoe", 1, at=at)) == ["alien"]
    reco.thumb("zoe", "heat", -1, at=at)
    assert ids(reco.continue_watching("zoe", at=at)) == ["brazil"]
    assert not {"alien", "heat"} & set(ids(reco.top(99, days=None, user="zoe")))


def test_top_of_a_group_counts_its_members_and_hides_small_ones(reco) -> None:
    graph, group = reco.graph, "age=25-34"
    members = graph.relations["user_in_group"]
    place = graph.nodes["DemographicGroup"].ids.position(group)
    users = members.reverse_indices[members.reverse_row(place)].tolist()
    assert len(users) >= 11
    counts = Counter(
        title
        for user in users
        for title in {t for k, t, v in events(graph, user) if k != "blocked" and v.get("value", 1) > 0}
    )
    best = reco.top(1, days=None, group=group)[0]
    assert best.score == max(counts.values())
    with pytest.raises(RequestError, match="fewer than 11 members"):
        Recommender(example_graph()).top(group="age=18-24")


def test_because_you_watched_starts_from_the_newest_likes(reco) -> None:
    graph, user = reco.graph, reco.graph.users.ids.ids[5]
    likes = graph.likes
    own = likes.row(5)
    times = likes.properties["timestamp"][own].tolist()
    names = [graph.titles.ids.ids[title] for title in likes.indices[own].tolist()]
    newest = [name for _, name in sorted(zip([-t for t in times], names, strict=True))]
    rows = reco.because_you_watched(user, rows=3, k=4)
    assert [row.because_id for row in rows] == [
        name for name in newest[:3] if name in {r.because_id for r in rows}
    ]
    seen = {graph.titles.ids.ids[title] for _, title, _ in events(graph, 5)}
    for row in rows:
        close = [item.title_id for item in reco.similar(row.because_id, k=25) if item.title_id not in seen]
        assert ids(row.titles) == close[:4]


def test_continue_watching_knows_what_is_begun(example) -> None:
    at = dt.datetime(2024, 1, 15, tzinfo=dt.UTC)
    for title, progress, days in (
        ("Alien", 0.04, 0),
        ("Blade Runner", 0.05, 0),
        ("Brazil", 0.95, 14),
        ("Heat", 0.5, 1),
        ("Fargo", 0.96, 0),
        ("Solaris", 0.5, 1),
    ):
        example.watch("zoe", title, progress=progress, at=at - dt.timedelta(days=days))
    example.thumb("zoe", "Solaris", -1, at=at)
    found = example.continue_watching("zoe", at=at)
    assert ids(found) == ["heat", "blade", "brazil"]
    assert [item.score for item in found] == pytest.approx([0.75 / (1 + 1 / 14), 0.525, 0.975 / 2])
    assert found[0].text == "you are 50 % through it"
    example.block("zoe", "Heat")
    assert ids(example.continue_watching("zoe", at=at)) == ["blade", "brazil"]


def test_new_releases_are_likes_first_then_genres_then_newest(reco) -> None:
    graph = reco.graph
    user = 7
    at = dt.datetime(1990, 6, 1, tzinfo=dt.UTC)
    found = reco.new_releases(graph.users.ids.ids[user], k=50, days=9000, at=at)
    assert found
    scores = {
        item.title_id: item.score
        for item in reco.recommend(graph.users.ids.ids[user], 99, walk="shared-viewers")
    }
    assert [item.score for item in found] == [scores.get(item.title_id, 0.0) for item in found]
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    seen = {graph.titles.ids.ids[title] for _, title, _ in events(graph, user)}
    days = dict(zip(graph.titles.ids.ids, release_days(graph).tolist(), strict=True))
    new = {
        t
        for t, day in days.items()
        if day is not None and day.year >= 1966 and day <= at.date() and t not in seen
    }
    assert set(ids(found)) <= new
    assert all(item.because or "out since" in item.text for item in found)
    none = reco.new_releases(graph.users.ids.ids[user], days=1, at=at)
    assert not none
    assert "Nothing came out" in none.note


def test_the_challenge_has_none_of_the_top_genres(reco) -> None:
    graph, user = reco.graph, 9
    joined = graph.relations["in_genre"]
    liked = graph.likes.indices[graph.likes.row(user)].tolist()
    genres = Counter(genre for title in liked for genre in joined.indices[joined.row(title)].tolist())
    top = {genre for genre, _ in sorted(genres.items(), key=lambda pair: (-pair[1], pair[0]))[:3]}
    found = reco.challenge(graph.users.ids.ids[user], 20)
    for item in found:
        title = graph.titles.ids.position(item.title_id)
        assert top.isdisjoint(joined.indices[joined.row(title)].tolist())
    assert "In none of the genres that you like most" in found.note


@pytest.mark.parametrize("feed", ["because_you_watched", "continue_watching", "new_releases", "challenge"])
def test_feeds_of_nobody_and_of_somebody_new(example, feed) -> None:
    with pytest.raises(UnknownUserError):
        getattr(example, feed)("nobody")
    example.watch("new", "Alien", progress=0.01)
    assert not [item for item in getattr(example, feed)("new") if not getattr(item, "score", None)]


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "3"])
def test_wrong_numbers_are_refused(example, k) -> None:
    for name, ask in (
        ("k", lambda: example.top(k)),
        ("k", lambda: example.challenge("eve", k)),
        ("days", lambda: example.top(days=k)),
        ("days", lambda: example.new_releases("eve", days=k)),
        ("rows", lambda: example.because_you_watched("eve", rows=k)),
    ):
        with pytest.raises(RequestError, match=f"^{name} is"):
            ask()


@pytest.fixture(scope="module")
def stories() -> Recommender:
    """Forty titles in stories of four parts; in each the first is of the newest year but one."""
    graph = random_graph(3, users=40)
    size = len(graph.titles)
    names = [
        f"Story {chr(97 + title // 4)} {'' if title % 4 == 3 else title % 4 + 2}" for title in range(size)
    ]
    years = np.array([1980 + 10 * (title % 4 != 3) + title % 4 for title in range(size)])
    given = {**graph.titles.properties, "title": StringArray.of(names), "year": years.astype(np.int16)}
    released = np.full(size, "NaT", "datetime64[D]")
    nodes = {**graph.nodes, "Title": replace(graph.titles, properties=given | {"released": released})}
    return Recommender(replace(graph, nodes=nodes))


def test_of_a_story_the_first_part_that_was_not_seen_comes_first(stories) -> None:
    every, position = series(stories.graph), stories.graph.titles.ids.position
    moved = told = 0
    for user in stories.graph.users.ids.ids:
        for ask in (
            lambda user, **order: [row.titles for row in stories.because_you_watched(user, 3, 40, **order)],
            lambda user, **order: [stories.new_releases(user, 40, days=9999, at=900_000_000, **order)],
            lambda user, **order: [stories.challenge(user, 40, **order)],
        ):
            ordered, plain = ask(user), ask(user, order=None)
            for titles, by_score in zip(ordered, plain, strict=True):
                scores = [item.score for item in titles]
                assert scores == pytest.approx([item.score for item in by_score], rel=1e-12)
                listed = [position(item.title_id) for item in titles if item.score > 0]
                for parts in every:
                    shown = [title for title in listed if title in parts]
                    assert shown == sorted(shown, key=parts.tolist().index)
                moved += ids(titles) != ids(by_score)
                assert all(not item.adjustments for item in by_score)
                told += any("earlier part first" in item.text for item in titles)
    assert moved > told > 40


def test_an_order_that_there_is_not_is_refused(example) -> None:
    for feed in (example.because_you_watched, example.new_releases, example.challenge):
        with pytest.raises(RequestError, match=r"^order is 'newest'"):
            feed("eve", order="newest")


def test_a_signal_of_today_leaves_feeds_where_the_data_end() -> None:
    reco = Recommender(random_graph(3, users=40))
    user = reco.graph.users.ids.ids[7]
    before = [ids(reco.top(8)), ids(reco.new_releases(user, 8, days=9000))]
    assert all(before)
    reco.watch("zoe", "t001", progress=0.5)
    assert [ids(reco.top(8)), ids(reco.new_releases(user, 8, days=9000))] == before
    day = dt.datetime.fromtimestamp(newest_time(reco.graph), dt.UTC).date()
    note = f"As of {day}, where the data end; `at` sets another time."
    assert reco.top(8).note == reco.new_releases(user, 8, days=9000).note == note
    assert reco.top(8, at=newest_time(reco.graph)).note == ""
    # What somebody has begun is as fresh as they say.
    begun = reco.continue_watching("zoe")
    assert (begun[0].score, begun.note) == (0.75, "")
    reco.refresh()
    assert [ids(reco.top(8)), reco.top(8).note] == [before[0], note]


def test_what_is_close_says_how_many_liked_both_and_whether_right_after() -> None:
    rows = [(f"u{v}", title, 5, 900_000_000 + 100 * at) for v in range(4) for at, title in enumerate("ab")]
    rows += [(f"w{v}", title, 5, 900_000_000 + 100 * at) for v in range(3) for at, title in enumerate("ca")]
    reco = Recommender(from_ratings(rows), settings=OPEN)
    assert {item.title_id: item.text for item in reco.similar("a")} == {
        "b": "4 viewers liked both, many right after",
        "c": "3 viewers liked both",
    }
    assert [item.text for item in reco.similar("c")][:1] == ["3 viewers liked both, many right after"]
    (shelf, *_) = reco.because_you_watched("w0", 1)
    assert shelf.titles[0].text == "4 viewers liked both, many right after"
    assert reco.similar("a").walk == shelf.titles.walk == "close-titles"
    named = reco.similar("a", walk="shared-viewers")
    assert named.walk == "shared-viewers"
    assert "because you asked for" in named[0].text


def test_without_times_nothing_is_said_to_come_after() -> None:
    rows = [(f"u{v}", title, 5, 0) for v in range(4) for title in "ab"]
    (item,) = Recommender(from_ratings(rows), settings=OPEN).similar("a")
    assert item.text == "4 viewers liked both"
