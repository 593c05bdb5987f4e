"""The model card: what it says is what is loaded and what was measured."""

from __future__ import annotations

import re

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import NewcomerParameters, PrivacyParameters, Settings, Weights
from cinewalk.queries.report.card import accuracy, card
from cinewalk.queries.report.card_data import counts, limits, time_span
from cinewalk.queries.report.summary import summary
from tests.graphs import from_ratings

pytestmark = pytest.mark.integration


#: The sections of Mitchell et al. 2019, in their order.
SECTIONS = [
    "Model details",
    "Intended use",
    "Factors",
    "Metrics",
    "Evaluation data",
    "Training data",
    "Quantitative analyses",
    "Ethical considerations",
    "Caveats and recommendations",
]


def section(text: str, name: str) -> str:
    return text.split(f"## {name}\n")[1].split("\n## ", maxsplit=1)[0].replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def made(movielens, audited):
    settings = Settings()
    measured = accuracy(movielens, settings)
    return measured, audited, card(movielens, settings, source="ml", measured=measured, audit=audited)


def test_a_card_has_the_sections_of_model_cards(made) -> None:
    text = made[2]
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    for row in re.findall(r"^\|.*\|$", text, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) >= 3
    assert all(line.strip() == line.rstrip() or line.startswith("  ") for line in text.splitlines())


def test_its_figures_are_those_that_were_measured(made, movielens) -> None:
    measured, audited, text = made
    analyses = section(text, "Quantitative analyses")
    walk, popularity = measured.to_dict()
    assert walk["ndcg@10"] == pytest.approx(audited.everybody.figures["ndcg@10"].mean)
    assert f"| the walk in force | {walk['ndcg@10']:.3f} (" in analyses
    assert f"| popularity | {popularity['ndcg@10']:.3f} (" in analyses
    for point in summary(audited):
        assert f"**{point.heading}.**" in analyses
    for row in audited.groups:
        assert f"| {row.viewers} |" in analyses
    data = section(text, "Training data")
    assert "| users | 943 |" in data
    assert "| ratings | 100,000 |" in data
    assert "Events are from 1997-09-20 to 1998-04-22." in data
    assert "910 users with a like on both sides" in section(text, "Evaluation data")
    assert "age, gender and occupation" in section(text, "Factors")
    assert "hidden" in section(text, "Caveats and recommendations")


def test_hidden_groups_are_not_named(made) -> None:
    assert "doctor" not in made[2]
    assert "homemaker" not in made[2]


def test_settings_in_force_are_those_given(movielens) -> None:
    settings = Settings(weights=Weights(sequence=0), newcomers=NewcomerParameters(enough=7), half_life=9)
    text = section(card(movielens, settings), "Model details")
    assert "sequence 0" in text
    assert "learned viewers 33 % and spectral titles 17 %)" in text
    assert "below 7 likes" in text
    assert "| half life | 9 |" in text
    assert "Remedies in force: none." in text
    assert "Remedies in force: `bubble=2`." in section(
        card(movielens, settings, remedies="bubble=2"), "Model details"
    )


@pytest.mark.parametrize(
    ("smallest", "said"),
    [(5, "Fewer than 5 are"), (20, "Fewer than 20 are"), (0, "count even a single viewer")],
)
def test_it_says_how_few_viewers_may_be_told(smallest, said) -> None:
    settings = Settings(privacy=PrivacyParameters(smallest))
    text = card(example_graph(), settings)
    assert said in " ".join(section(text, "Ethical considerations").split())
    assert f"smallest {smallest}" in section(text, "Model details")


def test_what_was_not_measured_is_said() -> None:
    text = card(example_graph(), Settings(), source="a|b *c*")
    assert r"# Model card: cinewalk on a\|b \*c\*" in text
    assert "Not measured for this card." in section(text, "Quantitative analyses")
    assert "No audit was made for this card" in section(text, "Quantitative analyses")
    assert section(text, "Evaluation data").strip() == "Nothing was measured for this card."
    assert "Terms: those of the source; not known here." in section(text, "Training data")


def test_known_limits_follow_from_the_graph(movielens) -> None:
    known = " ".join(limits(movielens, Settings()))
    assert "Nobody who made a title is known" in known
    assert "No title has a maturity" in known
    assert "No event has a time" not in known
    known = limits(example_graph(), Settings())
    assert any(text.startswith("Fewer than 11 of 7 users have fewer than 20 likes") for text in known)


def test_a_graph_without_anything_but_likes() -> None:
    bare = from_ratings([("ann", "alien", 5.0, 0), ("ben", "heat", 4.0, 0)])
    known = limits(bare, Settings())
    assert [text.split(":")[0] for text in known[:3]] == [
        "No event has a time",
        "No title has a genre",
        "Nobody is in a group",
    ]
    assert any("No title has a year" in text for text in known)
    assert time_span(bare) == ""
    assert dict(counts(bare))["users"] == 2
    text = card(bare, Settings())
    assert "Groups are known by: nothing." in section(text, "Factors")
    assert "Titles are known by: nothing." in section(text, "Factors")
