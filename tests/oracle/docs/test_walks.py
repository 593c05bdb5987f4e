"""The formulas of docs/walks.md give what the product gives."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.profile import profile_of, profile_of_titles
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles
from cinewalk.graph.walks.cold_start.taste import TasteWalk
from cinewalk.graph.walks.pagerank.pagerank import PageRank
from cinewalk.graph.walks.registry import Registry
from cinewalk.graph.walks.spectral.basis import fit_basis
from tests.conftest import ROOT

from .formulas import Case, Check, differing, source, unnoticed
from .graphs import crowded, small_graphs, viewers_of

pytestmark = pytest.mark.oracle

PAGE = "walks"
OF_USERS = (
    "shared-viewers",
    "shared-titles",
    "learned-titles",
    "learned-viewers",
    "spectral-titles",
    "spectral-viewers",
    "sequence",
    "blend",
    "neighbours",
    "pagerank",
)


def checks_of(graph):
    registry = Registry(graph, Settings())
    yield from _of_users(graph, registry)
    liked = graph.likes.matrix(graph.likes.properties["preference"]).toarray()
    yield Check.of("preferences", (), liked)
    similar = SimilarTitles.of(registry)
    for title in np.random.default_rng(1).permutation(len(graph.titles))[:40].tolist():
        scores = similar.run(profile_of_titles(graph, np.array([title], np.int32), np.ones(1))).scores
        yield Check.of("similar", (title,), scores)
    taste = TasteWalk(similar, registry.get(PageRank))
    for titles, genres, people in _tastes(graph):
        others = {("Genre", g): 1 / len(genres) / (bool(genres) + bool(people)) for g in genres}
        others |= {("Person", p): 1 / len(people) / (bool(genres) + bool(people)) for p in people}
        scores = taste.walk_from(np.array(titles, np.int32), others).scores
        yield Check.of("taste", (titles, genres, people), scores)


def _of_users(graph, registry):
    for user in viewers_of(graph):
        profile = profile_of(graph, user, Settings().half_life)
        for name in OF_USERS:
            if name != "pagerank" or len(profile.titles):
                scores = registry.walk(name).run(profile).scores
                yield Check.of(name.replace("-", "_"), (user,), scores)


def of_shares(graph):
    """Compare what each like gives to the first titles of some lists."""
    registry = Registry(graph, Settings())
    for user in viewers_of(graph):
        profile = profile_of(graph, user, Settings().half_life)
        for name in ("blend", "pagerank") if len(profile.titles) else ():
            outcome = registry.walk(name).run(profile)
            for title in topk.rank(outcome.scores, profile.hidden, 2)[0].tolist():
                given = outcome.contributions(np.array([title], np.int32)).values()
                shares = np.zeros(len(graph.titles))
                shares[profile.titles] = np.sum(list(given), axis=0)[0]
                yield Check.of(f"{name}_shares", (user, title), shares)


def _tastes(graph):
    """Draw titles, genres and people to walk from."""
    rng = np.random.default_rng(2)
    sizes = [len(graph.titles), len(graph.genres), len(graph.nodes["Person"])]
    for counts in ((1, 1, 0), (2, 2, 1), (0, 1, 0), (0, 1, 2), (1, 0, 1), (0, 3, 4), (2, 0, 3)):
        drawn = [
            sorted(rng.permutation(size)[:count].tolist()) for size, count in zip(sizes, counts, strict=True)
        ]
        if drawn[1] or drawn[2]:
            yield tuple(drawn)
    yield from (([], [genre], []) for genre in range(min(sizes[1], 8)))
    yield from (([], [], [person]) for person in range(min(sizes[2], 8)))


def of_subspace(graph):
    """Compare the subspace, rounded as it is kept, by what its vectors say: their products."""
    basis = fit_basis(Registry(graph, Settings()).likes, Settings().spectral)
    vectors = basis.vectors * basis.scales.astype(float)[:, None]

    def of_page(page):
        whole, scale = page["rounded"](page["subspace"]())
        return (whole * scale) @ (whole * scale).T

    return Check("subspace", of_page, vectors @ vectors.T)


@pytest.fixture(scope="module")
def cases():
    """The small graphs and the crowded one, and what is compared on each."""
    small = [
        Case.on(graph, [*checks_of(graph), *of_shares(graph), of_subspace(graph)]) for graph in small_graphs()
    ]
    return [*small, Case.on(crowded(), [*checks_of(crowded()), *of_shares(crowded())])]


@pytest.mark.parametrize("place", range(6))
def test_on_made_graphs(cases, place):
    assert not differing(source(PAGE), cases[place])


@pytest.mark.slow
def test_on_movielens(movielens, movielens_walks):
    assert not differing("", Case(movielens_walks, [*checks_of(movielens), *of_shares(movielens)]))


@pytest.mark.slow
def test_no_number_can_be_another(cases):
    assert not unnoticed(source(PAGE), cases)


#: What each letter of the table stands for in the settings.
LETTERS = {
    "shared-viewers": "a:source_exponent γ:viewer_exponent b:target_exponent q:sharpness ν:row_exponent k:size",
    "shared-titles": "γ:title_exponent b:target_exponent c:viewer_exponent q:sharpness k:size",
    "learned-titles": "a:source_exponent γ:viewer_exponent k:size λ:ridge",
    "learned-viewers": "γ:title_exponent b:target_exponent k:size λ:ridge",
    "spectral-titles": "a:source_exponent k:size",
    "spectral-viewers": "b:target_exponent q:sharpness k:size",
    "sequence": "a:source_exponent γ:viewer_exponent b:target_exponent q:sharpness ν:row_exponent k:size D:span "
    "f:ahead",
}


def test_the_table_of_parameters_has_the_defaults():
    text, settings = (ROOT / "docs" / "walks.md").read_text(encoding="utf-8"), Settings()
    lines = [
        [cell.strip(" `") for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    header = next(line for line in lines if line[0] == "part")
    for part, letters in LETTERS.items():
        row = dict(zip(header, next(line for line in lines if line[0] == part), strict=True))
        names = dict(pair.split(":") for pair in letters.split()) | {"weight": part.replace("-", "_")}
        parameters = getattr(settings, part.replace("-", "_"))
        told = {name: float(cell) for name, cell in row.items() if cell and name != "part"}
        defaults = {
            letter: getattr(settings.weights if letter == "weight" else parameters, name)
            for letter, name in names.items()
        }
        assert told == defaults, part
