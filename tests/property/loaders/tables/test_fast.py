"""The fast and the careful way to read a block give the same, whatever is in it."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cinewalk.graph.model.schema import RATING, TIMESTAMP, TITLE_ID, USER_ID
from cinewalk.loaders.tables.cells import field
from cinewalk.loaders.tables.fast import read_fast
from cinewalk.loaders.tables.join import join_tables
from cinewalk.loaders.tables.layouts import Layout
from cinewalk.loaders.tables.reading import read_block, read_carefully

pytestmark = pytest.mark.property

RATINGS = (0.5, 5.0)
FIELDS = (field(USER_ID), field(TITLE_ID), field(RATING), field(TIMESTAMP))

#: Cells that a parser and a person may read differently.
TRICKY = [
    "", "0", "00", "007", "1.0", "1.", ".5", "1e1", "+1", "-1", " 1", "1 ", "1_0", "0x1", "nan", "inf", "1,5",
    "٣", "5.0", "4.5", "0.1", "9", "3.5.1", ".", "1" * 19, "9" * 18, "4." + "9" * 20, "4.35", "2.675",
    "881250949", "881250949.5", "881250949000", "1997-12-04T15:55:49Z", '"3"', "\x00", "\x1c3",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(TRICKY),
    st.integers(0, 30).map(str),
    st.integers(631_152_000, 1_700_000_000).map(str),
    st.decimals(0, 6, places=3).map(str),
)
LINES = st.one_of(
    st.tuples(CELLS, CELLS, CELLS, CELLS),
    st.tuples(
        st.integers(0, 20).map(str),
        st.integers(0, 20).map(str),
        st.sampled_from(["1", "3.5", "4.25", "5.0"]),
        st.integers(631_152_000, 1_700_000_000).map(str),
    ),
    st.lists(CELLS, max_size=5).map(tuple),
)


def comparable(tables):
    return tables.ratings, tables.counts, tables.rejects


@given(
    st.sampled_from([("\t", False), (",", True), (";", True), ("::", False)]),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
@example(("\t", False), [("1", "2", "3", "881250949")], "\n", False)
@example(("::", False), [("1", "2", "3", "881250949"), ("1", "2:", "3", "881250949")], "\n", True)
@example((",", True), [("7", "1.0", "3.0", "881250949.0")], "\n", True)
def test_fast_and_careful_agree(style, lines, line_end, ends):
    delimiter, quoted = style
    layout = Layout("ratings", FIELDS, delimiter, quoted=quoted)
    text = line_end.join(delimiter.join(cells) for cells in lines) + (line_end if ends else "")
    block = text.encode()
    quick = join_tables([read_block(block, 3, layout, "f", RATINGS)], ())
    slow = join_tables([read_carefully(block, 3, layout, "f", RATINGS)], ())
    pd.testing.assert_frame_equal(quick.ratings, slow.ratings)
    assert quick.counts == slow.counts
    assert quick.rejects == slow.rejects


@given(st.lists(st.tuples(*[st.integers(0, 999)] * 2, st.sampled_from(["1", "3.5", "5.0"])), min_size=1))
def test_clean_numbers_take_the_fast_way(rows):
    layout = Layout("ratings", FIELDS, "\t")
    text = "".join(f"{user}\t{title}\t{rating}\t881250949\n" for user, title, rating in rows)
    frame = read_fast(text.encode(), 5, layout)
    assert frame is not None
    assert frame.to_numpy().tolist() == [[u, t, float(r), 881250949] for u, t, r in rows]
    assert list(frame.index) == list(range(5, 5 + len(rows)))


@given(st.binary(max_size=200))
def test_any_bytes_agree(block):
    layout = Layout("ratings", FIELDS, ",", quoted=True)
    for encoding in ("utf-8", "latin-1"):
        layout = dataclasses.replace(layout, encoding=encoding)
        quick = read_block(block, 1, layout, "f", RATINGS)
        slow = read_carefully(block, 1, layout, "f", RATINGS)
        assert (quick.count, quick.rejects) == (slow.count, slow.rejects)
