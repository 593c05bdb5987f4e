"""A part of MovieLens-100K in which people have also watched, thumbed and blocked, some with a maturity limit.

Some titles are said to be the same film under two or three ids.
"""

from __future__ import annotations

import numpy as np

from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.graph import Graph
from tests.graphs import with_same

#: Who is new, by how many titles they like; all but the last are in groups.
NEWCOMERS = {"new0": 0, "new1": 1, "new3": 3, "newLimited": 3, "newAlone": 0}

#: The latest instant of what is made up, in seconds since 1970.
END = 893_286_638

_DAY = 86_400


def lively(movielens: Graph, users: int = 90, titles: int = 500) -> Graph:
    """Take the first users and titles, and make the rest up; every number is drawn from one seed."""
    rng = np.random.default_rng(7)
    ids = [*movielens.users.ids.ids[:users], *NEWCOMERS]
    limits = np.full(len(ids), -1)
    limits[[2, 3, 4, ids.index("newLimited")]] = 12, 16, 0, 12
    user_nodes, places = sorted_nodes("User", ids, {"maturity_limit": limits})
    shown = _titles(movielens, titles, rng)
    edges = {
        name: _part(movielens, name, places[:users], titles)
        for name in ("rated", "in_genre", "user_in_group")
    }
    newcomers = {name: int(places[ids.index(name)]) for name in NEWCOMERS}
    edges["rated"] = _with_first_likes(edges["rated"], newcomers, titles)
    groups = movielens.nodes["DemographicGroup"]
    own = [groups.ids.position(group) for group in ("age=25-34", "gender=F", "occupation=lawyer")]
    members = [place for name, place in newcomers.items() if name != "newAlone"]
    edges["user_in_group"] = Edges(
        np.append(edges["user_in_group"].sources, np.repeat(members, len(own))),
        np.append(edges["user_in_group"].targets, np.tile(own, len(members))),
    )
    edges |= _made_up(rng, users, places, titles)
    people = sorted_nodes(
        "Person", [f"p{i}" for i in range(40)], {"name": [f"Person {i}" for i in range(40)]}
    )
    edges["directed"] = Edges(rng.integers(0, 10, titles), np.arange(titles))
    acts = np.unique(np.stack([rng.integers(0, 40, 300), rng.integers(0, titles, 300)]), axis=1)
    edges["acted_in"] = Edges(*acts)
    nodes = {"User": user_nodes, "Title": shown, "Person": people[0], "DemographicGroup": groups}
    return with_same(assemble({**nodes, "Genre": movielens.genres}, edges), share=0.1)


def _titles(movielens, count, rng):
    """Return titles with made-up maturities and days; of some, nobody knows when they came out."""
    columns = {name: movielens.titles.text(name)[:count] for name in ("title", "kind")}
    years = movielens.titles.array("year")[:count].copy()
    years[::9] = 0
    released = np.full(count, "NaT", "datetime64[D]")
    days = rng.integers(9_000, 10_340, count)
    released[::4] = days[::4].astype("datetime64[D]")
    maturity = rng.choice([-1, 0, 6, 12, 16, 18], count)
    numbers = {"year": years, "released": released, "maturity": maturity}
    return sorted_nodes("Title", list(movielens.titles.ids.ids[:count]), {**columns, **numbers})[0]


def _part(movielens, name, places, titles):
    """Return the relationships between those who are left."""
    relation = movielens.relations[name]
    if name == "in_genre":
        kept = relation.sources < titles
        return Edges(relation.sources[kept].astype(np.int64), relation.indices[kept].astype(np.int64))
    kept = relation.sources < len(places)
    if name == "rated":
        kept &= relation.indices < titles
    properties = {key: values[kept] for key, values in relation.properties.items()}
    return Edges(places[relation.sources[kept]], relation.indices[kept].astype(np.int64), properties)


def _with_first_likes(rated, newcomers, titles):
    popular = np.argsort(-np.bincount(rated.targets, minlength=titles), kind="stable")
    pairs = [
        (place, popular[5 * number + 2 * i])
        for number, (name, place) in enumerate(newcomers.items())
        for i in range(NEWCOMERS[name])
    ]
    times = END - _DAY * np.arange(len(pairs))
    return Edges(
        np.append(rated.sources, [user for user, _ in pairs]).astype(np.int64),
        np.append(rated.targets, [title for _, title in pairs]).astype(np.int64),
        {
            "rating": np.append(rated.properties["rating"], np.full(len(pairs), 5.0)),
            "timestamp": np.append(rated.properties["timestamp"], times),
        },
    )


def _made_up(rng, users, places, titles):
    """Return watches, thumbs and blocks: of everybody a few, some without a time."""

    def some(count):
        pairs = np.unique(np.stack([rng.integers(0, users, count), rng.integers(0, titles, count)]), axis=1)
        times = END - rng.integers(0, 40 * _DAY, pairs.shape[1])
        times[::7] = 0
        return places[pairs[0]], pairs[1], times

    who, what, when = some(900)
    progress = rng.choice([0.04, 0.05, 0.3, 0.5, 0.6999, 0.7, 0.95, 0.951, 1.0], len(who))
    finished = np.where(progress > 0.9, rng.integers(0, 4, len(who)), 0)
    watched = Edges(who, what, {"progress": progress, "finished": finished, "timestamp": when})
    who, what, when = some(300)
    thumbed = Edges(who, what, {"value": rng.choice([-1, 1, 2], len(who)), "timestamp": when})
    who, what, when = some(200)
    return {"watched": watched, "thumbed": thumbed, "blocked": Edges(who, what, {"timestamp": when})}
