"""The account of an import: whose rows they are, and where each one went."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.loaders.exports.history_rows import ExportedHistory
from cinewalk.loaders.history.account import (
    bring_together,
    match_titles,
    only_profile,
    take_best,
    users_of,
    wanted_of,
)
from cinewalk.loaders.titles.catalogue_names import CatalogueNames
from tests.history_rows import catalogue_names, row

pytestmark = pytest.mark.unit


@pytest.fixture
def names() -> CatalogueNames:
    return catalogue_names()


def test_yes_takes_the_best_over_the_threshold(names):
    history = ExportedHistory((row("Heat"), row("Matrixx", year=1999), row("Rocky III", year=1980)))
    matches = take_best(match_titles(history, names, {}), 90)
    assert [matches[wanted_of(r)].title_id for r in history.rows] == ["2", "3", None]
    assert [take_best(matches, 100)[wanted_of(r)].how for r in history.rows] == ["best", "best", ""]


def test_profiles_become_users():
    rows = (row("Heat", profile="Anna"), row("Heat", profile="Ben"), row("Heat"))
    assert users_of(ExportedHistory(rows), None, "netflix") == {"": "netflix", "Anna": "Anna", "Ben": "Ben"}
    assert users_of(ExportedHistory(rows[:1]), "me", "netflix") == {"Anna": "me"}
    with pytest.raises(RequestError, match="several profiles"):
        users_of(ExportedHistory(rows), "me", "netflix")
    only = only_profile(ExportedHistory(rows), "Ben")
    assert (only.count, len(only.rows)) == (3, 1)
    with pytest.raises(RequestError, match="no profile 'Cleo'; it has Anna, Ben"):
        only_profile(ExportedHistory(rows), "Cleo")


def test_every_row_is_in_the_account(names):
    history = ExportedHistory((row("Heat", year=1995), row("Heat"), row("Nothing")))
    found = bring_together(history, match_titles(history, names, {}), {"": "me"})
    assert found.account == (3, 1, 1, 1, 0, 0)
    assert [reject.reason for reject in found.left_out] == [
        "could be Heat (1986) [2] 100; Heat (1995) [1] 100",
        "is not in the catalogue",
    ]
