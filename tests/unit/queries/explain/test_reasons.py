"""What reasons say they are."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.walks.base.result import EVERYBODY
from cinewalk.queries.explain.reasons import Seed, id_and_name, reasons_of
from cinewalk.queries.words.catalogue import Catalogue

pytestmark = pytest.mark.unit


def test_every_kind_of_seed_has_a_name_and_others_say_what_they_are():
    catalogue = Catalogue(example_graph())
    seeds = [Seed("Title", 0), Seed("DemographicGroup", 1), Seed(*EVERYBODY), Seed("Genre", 0)]
    assert [id_and_name(catalogue, seed) for seed in seeds] == [
        ("alien", "Alien (1979)"),
        ("age=25-34", "viewers aged 25–34"),
        ("", "most viewers"),
        ("Action", "Action"),
    ]
    given = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.0, 0.9, 0.0]])
    (first, rest), (second, other) = reasons_of(catalogue, seeds, np.array([1, 2], np.int32), given, 1)
    assert (first[0].name, rest.count, rest.noun) == ("Alien (1979)", 3, "reason")
    assert (second[0].label, other.count, other.noun) == ("", 1, "title")
