"""Rows of a history, and a catalogue that they may be of."""

from __future__ import annotations

import numpy as np

from cinewalk.loaders.exports.history_rows import HistoryRow, Watched
from cinewalk.loaders.titles.catalogue_names import CatalogueNames, Match, NamedTitle
from cinewalk.loaders.titles.title_matching import Matcher

CATALOGUE = [
    ("1", "Heat", 1995, ""),
    ("2", "Heat", 1986, ""),
    ("3", "The Matrix", 1999, ""),
    ("4", "Star Wars", 1977, ""),
    ("5", "La Double vie de Véronique (The Double Life of Veronique)", 1991, ""),
    ("6", "Rocky II", 1979, ""),
    ("7", "Fargo", 1996, ""),
    ("8", "Dark", 2017, "series"),
    ("9", "Amélie", 2001, "film"),
    ("10", "Twister", 1996, ""),
    ("11", "Twisted", 1996, ""),
    ("12", "Nameless", 0, ""),
    ("tt0113277", "Heat of the Night", 1967, ""),
]


def catalogue_names() -> CatalogueNames:
    ids, titles, years, kinds = zip(*CATALOGUE, strict=True)
    return CatalogueNames(ids, titles, np.array(years), kinds, viewers=np.arange(len(ids)))


def one(names: CatalogueNames, *wanted: object) -> Match:
    return Matcher(names).match([NamedTitle(*wanted)])[0]


def row(name: str, *events, timestamp: int = 0, record: str = "r", line: int = 2, **more) -> HistoryRow:
    return HistoryRow("x.csv", line, name, events or (Watched(1.0, 1),), timestamp, record=record, **more)
