"""Labels of maturity, and the ages they stand for."""

from __future__ import annotations

import pytest

from cinewalk.loaders.tables.cells import BadCellError
from cinewalk.loaders.tables.maturity_labels import AGES, BOARDS, read_maturity

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("PG-13", 13), ("pg 13", 13), ("NC-17", 18), ("TV-Y7", 7), ("FSK 12", 12), ("fsk12", 12), ("12A", 12),
        ("U", 4), ("16+", 16), ("0", 0), ("", None), ("Not Rated", None), ("G", 0), ("R", 17), ("18", 18),
    ],
)  # fmt: skip
def test_labels_stand_for_ages(text, age):
    assert read_maturity(text) == age


@pytest.mark.parametrize("text", ["22", "-1", "PG-14", "12.5", "twelve"])
def test_other_labels_are_refused(text):
    with pytest.raises(BadCellError, match=r"docs/data.md"):
        read_maturity(text)


def test_every_label_is_an_age():
    assert set(AGES.values()) <= set(range(22))
    assert {age for labels in BOARDS.values() for age in labels.values()} <= set(range(22))


@pytest.mark.parametrize(
    ("board", "text", "age"),
    [
        ("fsk", "16", 16), ("fsk", "ab 16", 16), ("fsk", "FSK 16", 16), ("fsk", "o.A.", 0), ("fsk", "", None),
        ("canada", "R", 18), ("mpa", "R", 17), ("bbfc", "PG", 8), ("bbfc", "BBFC 15", 15), ("eirin", "R15+", 15),
        ("tv", "TV-MA-LSV", 17),
    ],
)  # fmt: skip
def test_labels_of_a_board_that_is_named(board, text, age):
    assert read_maturity(text, board) == age


@pytest.mark.parametrize(
    ("board", "text"), [("fsk", "PG-13"), ("fsk", "14"), ("mpa", "16"), ("bbfc", "TV-14")]
)
def test_labels_of_another_board_are_refused(board, text):
    with pytest.raises(BadCellError, match=f"is no label of {board}, which has"):
        read_maturity(text, board)


@pytest.mark.parametrize(
    ("label", "age"),
    [
        ("M", 8), ("GP", 8), ("X", 18), ("Approved", 0), ("Passed", 0), ("TV-MA-LSV", 17), ("TV-PG-DLSV", 8),
        ("TV-14-DL", 14), ("TV-Y7-FV", 7), ("Rated R", 17), ("Rated PG-13", 13), ("FSK ab 16", 16), ("PG12", 12),
        ("18A", 18), ("14A", 14),
    ],
)  # fmt: skip
def test_labels_of_other_years_and_places(label, age):
    assert read_maturity(label) == age
