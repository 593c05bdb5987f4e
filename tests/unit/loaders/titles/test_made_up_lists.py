"""Names of made-up lists in the form of MovieLens' newer sets: articles behind, names in brackets, remakes, sequels."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
import pytest

from cinewalk.loaders.titles.catalogue_names import CatalogueNames, NamedTitle
from cinewalk.loaders.titles.names import parse_title
from cinewalk.loaders.titles.title_matching import Matcher

pytestmark = pytest.mark.unit

WORDS = (
    "river shadow garden winter glass paper silent broken northern golden letter mirror stranger summer island voyage "
    "hunter dancer orchard lantern harvest marble thunder willow harbor compass feather ember canyon meadow ribbon "
    "falcon cinder velvet hollow signal anchor cradle prairie timber"
)
FOREIGN = (
    "rivière ombre jardín invierno vidrio papier stille zerbrochen nördlich dorado lettre miroir étranger été isla "
    "reise cacciatore ballerina frutteto lanterna récolte marmo donner weide hafen bússola pluma brasa cañón prado "
    "nastro faucon cendre velours öde signale âncora berço pradera legno"
)
ARTICLES = {
    "": "",
    "The": "The ",
    "A": "A ",
    "La": "La ",
    "Les": "Les ",
    "Der": "Der ",
    "Das": "Das ",
    "El": "El ",
    "L'": "L'",
}


class MadeUp(NamedTuple):
    """A title: as the list writes it, and as people say its main and its other name."""

    written: str
    main: str
    other: str
    year: int


def made_up_list(seed: int, count: int) -> list[MadeUp]:
    """Make a list in which no two titles have a name and about the year in common."""
    dice = random.Random(seed)
    taken: set[tuple[str, int]] = set()
    titles: list[MadeUp] = []
    while len(titles) < count:
        year = dice.randint(1920, 2023)
        main, other = (" ".join(dice.sample(words, 2)).title() for words in (WORDS.split(), FOREIGN.split()))
        if dice.random() < 0.15:  # a sequel
            main = f"{main} {dice.choice(['2', 'II', '3', 'III'])}"
        if dice.random() < 0.15:
            main = f"{main}: {dice.choice(WORDS.split()).title()}"
        if titles and dice.random() < 0.1:  # a remake of another year
            main = dice.choice(titles).main.removeprefix("The ").removeprefix("A ")
        article, foreign = dice.choice(["", "The", "A"]), dice.choice(["", *list(ARTICLES)[3:]])
        keys = {(name.casefold(), year + off) for name in (main, other) for off in range(-1, 2)}
        if keys & taken:
            continue
        taken |= keys
        style = dice.choice(["none", "bracket", "aka", "both"])
        behind = f"{other}, {foreign}" if foreign else other
        brackets = {"none": "", "bracket": f" ({behind})", "aka": f" (a.k.a. {ARTICLES[foreign]}{other})"}
        brackets["both"] = f" (a.k.a. {dice.choice(WORDS.split())} {len(titles)} night) ({behind})"
        written = f"{main}, {article}" if article else main
        said = "" if style == "none" else f"{ARTICLES[foreign]}{other}"
        titles.append(
            MadeUp(f"{written}{brackets[style]} ({year})", f"{ARTICLES[article]}{main}", said, year)
        )
    return titles


def matched(titles: list[MadeUp], asked: list[tuple[int, NamedTitle]]) -> tuple[int, int]:
    """Return how many of the names were matched with the right title, and how many with a wrong one."""
    parsed = [parse_title(title.written) for title in titles]
    ids = [str(place) for place in range(len(titles))]
    years = np.array([year or 0 for _, year in parsed])
    matcher = Matcher(CatalogueNames(ids, [name for name, _ in parsed], years, ["film"] * len(titles)))
    found = matcher.match([wanted for _, wanted in asked])
    settled = [
        (place, match.title_id) for (place, _), match in zip(asked, found, strict=True) if match.title_id
    ]
    right = sum(str(place) == title_id for place, title_id in settled)
    return right, len(settled) - right


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_of_a_made_up_list_are_matched_with_the_right_title_and_none_with_a_wrong_one(seed):
    titles = made_up_list(seed, 3_000)
    mains = [(place, NamedTitle(t.main, t.year, "film")) for place, t in enumerate(titles)]
    right, wrong = matched(titles, mains)
    assert wrong == 0
    assert right >= 0.999 * len(mains)
    others = [(place, NamedTitle(t.other, t.year, "film")) for place, t in enumerate(titles) if t.other]
    right, wrong = matched(titles, others)
    assert wrong == 0
    assert right >= 0.95 * len(others)
