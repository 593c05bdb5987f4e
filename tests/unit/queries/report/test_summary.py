"""The sentences of an audit's summary, on figures that are made up: every branch, word for word where it matters."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.audit.figures import Audit, ExposureRow
from cinewalk.queries.charts.words import beyond_chance, titles_of, viewers_of
from cinewalk.queries.report.example import Example, worked_example
from cinewalk.queries.report.summary import summary, tilts
from tests.unit.queries.report.figures import EVERYBODY, MEN, PLAIN, WOMEN, change, gap, group, shown

pytestmark = pytest.mark.unit


def said(audit: Audit) -> dict[str, str]:
    points = summary(audit)
    assert 3 <= len(points) <= 6
    assert all(point.text.endswith(".") and point.text.count(". ") == 0 for point in points), points
    return {point.heading: point.text.replace("\N{NO-BREAK SPACE}", " ") for point in points}


def test_everybody_alone() -> None:
    text = said(PLAIN)
    assert text == {
        "Service": "100 viewers were looked at: of what they went on to like, their first twenty titles hold 25 % on "
        "average; everybody's lists of ten together show 25 % of all titles.",
        "Groups of viewers": "No two groups of viewers are large enough to be compared, so nothing is said of gaps.",
        "Popularity": "A list is on average 50 % more popular than what its viewer likes.",
        "Bubble": "Of ten places 2.0 lie outside a viewer's three top genres.",
    }


def test_figures_that_are_not_known_are_not_spoken_of() -> None:
    text = said(
        replace(
            PLAIN,
            everybody=group("", "", 30, popularity_lift=-0.1),
            exposure=(shown("kind", "film", 0.5, 0.5),),
        )
    )
    assert (
        text["Service"]
        == "30 viewers were looked at; everybody's lists of ten together show 25 % of all titles."
    )
    assert "10 % less popular" in text["Popularity"]
    assert "Bubble" not in text


def test_a_gap_that_chance_makes_is_called_that() -> None:
    gaps = (gap("gender", "ndcg@10", 0.4), gap("gender", "recall@20", 0.083, "F", "M"))
    text = said(replace(PLAIN, groups=(WOMEN, MEN), gaps=gaps))["Groups of viewers"]
    assert text == (
        "No gap in quality between groups by gender is more than chance: the one that comes nearest, Recall@20 of 30 % "
        "for women against 20 % for men, is as large 83 times in 1,000 when groups are dealt to viewers at random."
    )


def test_a_gap_beyond_chance_is_named_with_its_probability() -> None:
    gaps = (gap("gender", "ndcg@10", 0.4), gap("gender", "recall@20", 0.001, "F", "M"))
    text = said(replace(PLAIN, groups=(WOMEN, MEN), gaps=gaps))["Groups of viewers"]
    assert text == (
        "They are not served equally well: Recall@20 of 30 % for women against 20 % for men, a gap that chance makes "
        "once in 1,000."
    )


def test_a_small_p_among_many_figures_is_not_enough() -> None:
    names = ("ndcg@10", "recall@20", "popularity_lift", "genre_divergence", "bubble_index")
    gaps = tuple(gap("gender", name, 0.02) for name in names)
    text = said(replace(PLAIN, groups=(WOMEN, MEN), gaps=gaps))
    assert "is more than chance: the one that comes nearest" in text["Groups of viewers"]
    assert text["Popularity"].endswith("and groups differ in that no more than by chance.")
    assert text["Bubble"].endswith("and groups differ in that no more than by chance.")


def test_gaps_in_popularity_and_bubbles() -> None:
    gaps = (
        gap("gender", "ndcg@10", 0.9),
        gap("gender", "popularity_lift", 0.0005),
        gap("gender", "bubble_index", 0.01),
    )
    text = said(replace(PLAIN, groups=(WOMEN, MEN), gaps=gaps))
    lift = (
        "popularity lift of 60 % for men against 60 % for women (as large less than once in 1,000 by chance)"
    )
    assert text["Popularity"].endswith(f"groups differ in that by more than chance: {lift}.")
    assert (
        "bubble index of 10 % for men against 10 % for women (as large 10 times in 1,000 by chance)"
        in text["Bubble"]
    )


def test_what_is_shown_beyond_chance() -> None:
    rows = (shown("decade", "1950s", 0.05, 0.1), shown("decade", "1990s", 0.95, 0.9, reach=0.01))
    text = said(replace(PLAIN, exposure=rows))["What is shown"]
    assert text == (
        "Shown more than they are liked are titles of the 1990s (95 % of what is shown, 90 % of likes); shown less "
        "than they are liked are titles of the 1950s (5.0 % of what is shown, 10 % of likes), by more than chance."
    )


def test_what_a_few_titles_may_explain() -> None:
    rows = (shown("genre", "Drama", 0.1, 0.3, 0.2), shown("creator.gender", "F", 0.1, 0.2))
    text = said(replace(PLAIN, exposure=rows))["What is shown"]
    assert "titles by women (10 % of what is shown, 20 % of likes)" in text
    assert text.endswith(
        "; a few popular titles may explain titles in Drama, as differences come out as large when genre is exchanged "
        "among titles at random."
    )
    text = said(replace(PLAIN, exposure=rows[:1]))["What is shown"]
    assert "may explain any of these" in text


def test_nothing_is_called_tilted_where_the_interval_holds_1() -> None:
    rows = (shown("genre", "Drama", 0.3, 0.31), shown("genre", "unknown", 0.1, 0.5))
    rows += (ExposureRow("genre", "Western", 0.0, 0.1, 0.0, None, None, None, None),)
    assert tilts(rows) == []
    assert (
        said(replace(PLAIN, exposure=rows))["What is shown"]
        == "Nothing is surely shown more or less than it is liked."
    )
    assert worked_example(example_graph(), Settings(), PLAIN) == Example(None)


def test_what_groups_change() -> None:
    changes = (
        change("newcomers", 0.46, 0.37),
        change("others", 0, 0),
        change("newcomers", 0.3, 0.2, "shuffled"),
    )
    text = said(replace(PLAIN, changes=changes))["What groups do to lists"]
    assert text == (
        "If groups were not known, 0.5 of ten titles would change for newcomers (37 % of them would get another list) "
        "and nothing would change for viewers with many likes."
    )
    alone = said(replace(PLAIN, changes=changes[:1]))["What groups do to lists"]
    assert alone.endswith("for newcomers (37 % of them would get another list).")


def test_every_combination_has_three_to_six_sentences() -> None:
    parts = {
        "groups": ((WOMEN, MEN),),
        "gaps": ((), (gap("gender", "ndcg@10", 0.5),), (gap("gender", "bubble_index", 0.0005),)),
        "exposure": ((), (shown("genre", "Drama", 0.2, 0.2),)),
        "changes": ((), (change("others", 0, 0),)),
        "everybody": (EVERYBODY, group("", "", 100, popularity_lift=0.1)),
    }
    for values in product(*parts.values()):
        said(replace(PLAIN, **dict(zip(parts, values, strict=True))))


@given(st.lists(st.floats(0, 1), max_size=12))
def test_more_than_chance_is_never_what_a_single_test_would_not_call_so(ps: list[float]) -> None:
    found = beyond_chance(ps)
    assert all(p <= 0.05 for p, is_sure in zip(ps, found, strict=True) if is_sure)
    # Bonferroni's correction is stricter than Holm's, which in turn keeps the order of p.
    assert all(is_sure for p, is_sure in zip(ps, found, strict=True) if p * len(ps) <= 0.05)
    assert max((p for p, s in zip(ps, found, strict=True) if s), default=0) <= min(
        (p for p, s in zip(ps, found, strict=True) if not s), default=1
    )


@pytest.mark.parametrize("value", ["unknown", "a\nb", "<b>", "|", "F & M"])
def test_groups_may_be_called_anything(value: str) -> None:
    assert value in viewers_of("faith", value)
    assert value in titles_of("creator.faith", value)
