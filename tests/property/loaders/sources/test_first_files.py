"""Files as anybody writes them: each row is loaded as it was meant, rejected, or a duplicate; never something else."""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.loaders.sources.plausible import understood
from cinewalk.loaders.sources.sources import read_tables
from cinewalk.loaders.text.column_names import aliases

pytestmark = pytest.mark.property

SCALES = ((0.5, 5.0), (1.0, 5.0), (1.0, 10.0), (0.0, 100.0), (-10.0, 10.0), (0.0, 1.0))
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252")
MARKS = {"utf-16-be": codecs.BOM_UTF16_BE}
#: Without letters whose bytes in Windows-1252 may happen to be UTF-8, such as ``É’``.
WORDS = st.text("abzéÉßñ -19.", min_size=1, max_size=6).map(str.strip).filter(bool)


@st.composite
def spelt(draw, column):
    """One of the common names of a column, in one of the ways to write it."""
    words = draw(st.sampled_from((column, *aliases(column, "ratings")))).split("_")
    joint = draw(st.sampled_from(("_", " ", "-", "")))
    case = draw(st.sampled_from((str.lower, str.upper, str.title)))
    camel = words[0] + "".join(map(str.title, words[1:]))
    return draw(st.sampled_from((joint.join(map(case, words)), f" {camel} ")))


@st.composite
def written(draw):
    """A file of ratings: its bytes, the rows that were meant, how decimals are written, and the scale."""
    low, high = scale = draw(st.sampled_from(SCALES))
    steps = st.integers(0, 200).map(
        lambda step: round(low - 0.1 * (high - low) + step * 1.2 * (high - low) / 200, 3)
    )
    rows = draw(st.lists(st.tuples(WORDS, WORDS, steps), max_size=8))
    mark = draw(st.sampled_from((".", ".", ",")))
    order = draw(st.permutations(range(4)))
    names = [draw(spelt(column)) for column in ("user_id", "title_id", "rating")] + ["something else"]
    delimiter = draw(st.sampled_from(",;\t|"))
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quoting=draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))),
        lineterminator=draw(st.sampled_from(("\n", "\r\n"))),
    )
    for user, title, rating in [names[:3], *rows]:
        cells = (user, title, str(rating).replace(".", mark), names[3])
        writer.writerow([cells[place] for place in order])
    encoding = draw(st.sampled_from(ENCODINGS))
    return MARKS.get(encoding, b"") + text.getvalue().encode(encoding), rows, mark, scale


@settings(max_examples=400, deadline=None)
@given(written())
def test_a_row_is_what_was_meant_or_bad_or_there_twice(file):
    data, rows, mark, scale = file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mine.csv")
        path.write_bytes(data)
        tables = read_tables(path, max_rejects=99, rejects_path=Path(folder, "out"), rating_range=scale)
    count = tables.counts["ratings"]
    assert count.rows == len(rows) == count.loaded + count.rejected + count.duplicates
    low, high = scale
    meant = {(user, title): rating for user, title, rating in rows if low <= rating <= high and mark == "."}
    loaded = {
        (str(user), str(title)): rating
        for user, title, rating in tables.ratings[["user_id", "title_id", "rating"]].itertuples(index=False)
    }
    assert loaded == meant
    assert loaded.items() <= {((user, title), rating) for user, title, rating in rows}
    assert not any("something else" not in note for note in tables.notes if "left out" in note)


@settings(max_examples=100, deadline=None)
@given(written())
def test_the_paragraph_tells_what_the_graph_is_made_of(file):
    data, _, _, scale = file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mine.csv")
        path.write_bytes(data)
        tables = read_tables(path, max_rejects=99, rejects_path=Path(folder, "out"), rating_range=scale)
    told, preference = understood(tables, None, scale)
    ratings = tables.ratings.rating
    said = re.search(r"like = (\S+) of (\S+)–(\S+): (\d+) % of ratings", told.notes[0])
    assert bool(said) == bool(len(ratings))
    if said:
        assert told.notes[0].startswith(f"{len(tables.users)} user")
        assert said[1] == f"{preference.like_rating:g}"
        assert (float(said[2]), float(said[3])) == scale
        assert float(said[4]) == pytest.approx(100 * (ratings >= preference.like_rating).mean(), abs=0.51)
