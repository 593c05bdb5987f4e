"""Parts of stories as relationships: each later part leads to the first, with its number."""

from __future__ import annotations

import pytest

from cinewalk.graph.attributes.series import series
from cinewalk.graph.model import schema
from cinewalk.graph.walks.published import part_of
from tests.graphs import from_titles

pytestmark = pytest.mark.unit


def test_each_later_part_leads_to_the_first():
    names = ["Jaws 3", "Heat", "Alien", "Jaws", "Alien 3", "Jaws 2", "Alien: Resurrection"]
    graph = from_titles(names, [1983, 1995, 1979, 1975, 1992, 1978, 1997])
    title = graph.titles.text(schema.TITLE.name)
    edges = part_of(graph)
    assert {
        (title[source], title[target], int(part))
        for source, target, part in zip(edges.sources, edges.targets, edges.properties["part"], strict=True)
    } == {
        ("Jaws 2", "Jaws", 2),
        ("Jaws 3", "Jaws", 3),
        ("Alien 3", "Alien", 2),
        ("Alien: Resurrection", "Alien", 3),
    }
    assert edges.sources.tolist() == sorted(edges.sources.tolist())


@pytest.mark.integration
def test_stories_can_be_read_off(movielens):
    edges = part_of(movielens)
    stories = series(movielens)
    assert len(edges.sources) == sum(map(len, stories)) - len(stories) > 20
    first_of = dict(zip(edges.sources.tolist(), edges.targets.tolist(), strict=True))
    for parts in stories:
        assert {first_of.get(part, part) for part in parts.tolist()} == {parts[0]}
