"""Facts about titles, joined to the tables of a source."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cinewalk
from cinewalk.errors import CinewalkError, FileFormatError, RejectedRowsError, RequestError
from cinewalk.graph.model.schema import TABLES
from cinewalk.loaders.sources.facts import with_facts
from cinewalk.loaders.sources.sources import read_tables

pytestmark = pytest.mark.integration


TITLES = """title_id,title,year,kind,maturity,genres
1,"Net, The",1995,,,Thriller
2,Heat,1995,,17,Crime|Drama
3,Heat,1986,,,Crime
4,Solaris,,,,
"""


PEOPLE = """person_id,name,title_id,role,born
7,Michael Mann,2,directed,1940s
8,Al Pacino,2,acted_in,1940s
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    return write(
        folder, titles=TITLES, people=PEOPLE, ratings="user_id,title_id,rating\nann,1,4\nann,2,5\nbob,4,3\n"
    )


def joined(source: Path, facts: str, **options):
    path = source.parent / "facts.csv"
    path.write_text(facts, encoding="utf-8")
    return with_facts(read_tables(source), path, **options)


def test_by_id_values_fill_and_replace_and_empty_cells_say_nothing(source):
    tables, count = joined(
        source,
        "title_id,kind,maturity,released,year,genres\n"
        "2,film,FSK 16,1995-12-15,,\n"
        "4,film,PG,1972-03-20,1972,Drama|Science Fiction\n"
        "99,film,,,,\n",
    )
    assert count == (3, 2, 1, 0, 0)
    titles = tables.titles.set_index("title_id")
    assert titles["kind"].tolist() == ["", "film", "", "film"]
    assert titles["maturity"].tolist() == [-1, 16, -1, 8]
    assert titles["year"].tolist() == [1995, 1995, 1986, 1972]
    assert titles["genres"].tolist() == [
        ("Thriller",),
        ("Crime", "Drama"),
        ("Crime",),
        ("Drama", "Science Fiction"),
    ]
    assert str(titles["released"][4])[:10] == "1972-03-20"
    assert titles.dtypes.equals(read_tables(source).titles.set_index("title_id").dtypes)
    assert "facts.csv: 3 rows of facts: 2 matched, 1 not in the source, 0 ambiguous, 0 bad." in tables.notes
    assert "facts.csv: not in the source: 99." in tables.notes


def test_by_name_and_year(source):
    tables, count = joined(
        source,
        "title,year,maturity\nThe Net,1996,12\nHeat,,18\nHeat (1986),,15\nHeat,2010,6\nSolaris,1972,6\nHeet,1995,6\n",
    )
    assert count == (6, 3, 2, 1, 0)
    titles = tables.titles
    assert titles["maturity"].tolist() == [12, 17, 15, 6]
    assert titles["year"].tolist() == [1995, 1995, 1986, 1972]


def test_people_take_the_place_of_those_in_their_role(source):
    tables, _ = joined(source, 'title_id,directors,actors\n2,,"Robert De Niro|Al Pacino"\n3,Dick Richards,\n')
    people = {(p.name, p.title_id, p.role, p.person_id, p.born) for p in tables.people.itertuples()}
    assert people == {
        ("Michael Mann", 2, "directed", "7", "1940s"),
        ("Robert De Niro", 2, "acted_in", "Robert De Niro", ""),
        ("Al Pacino", 2, "acted_in", "8", "1940s"),
        ("Dick Richards", 3, "directed", "Dick Richards", ""),
    }


def test_the_graph_has_them(source):
    (source.parent / "facts.csv").write_text("title_id,maturity,actors\n4,TV-MA,Natalya Bondarchuk\n")
    told: list[str] = []
    graph = cinewalk.load(source, facts=source.parent / "facts.csv", notify=told.append)
    assert graph.titles.array("maturity")[graph.titles.ids.position("4")] == 17
    assert "Natalya Bondarchuk" in graph.nodes["Person"].text("name")[:]
    assert any("1 matched" in note for note in told)
    # People are not in the source at all.
    (source / "people.csv").unlink()
    graph = cinewalk.load(source, facts=source.parent / "facts.csv")
    assert graph.nodes["Person"].ids.ids[:] == ["Natalya Bondarchuk"]


@pytest.mark.parametrize(
    "row", ["4,ZZ,,", "4,12,yesterday,", "4,12,1972-02-30,", "4,12,,72", ",12,,", "4,12,,1,2", '4,"12,,'],
)  # fmt: skip
def test_a_bad_row_stops_it_unless_it_is_allowed(source, row):
    text = f"title_id,maturity,released,year\n{row}\n2,18,,\n"
    with pytest.raises(RejectedRowsError, match=r"1 bad row, 0 allowed.*facts.csv:2"):
        joined(source, text)
    tables, count = joined(source, text, max_rejects=1)
    assert count == (2, 1, 0, 0, 1)
    assert [reject.line for reject in tables.rejects] == [2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("year,kind\n", "has no column title_id"),
        ("title,year\n", "holds no facts"),
        ("title_id,colour\n", "holds no facts"),
    ],
)
def test_files_that_are_none(source, text, said):
    with pytest.raises(FileFormatError, match=said):
        joined(source, text)


def test_facts_go_with_files(tmp_path):
    for place in ("bolt://localhost:1", tmp_path / "x.cinewalk"):
        with pytest.raises(RequestError, match="go with files"):
            cinewalk.load(place, facts="facts.csv")


@given(st.binary(max_size=120), st.sampled_from([b"title_id,maturity,actors\n", b"title,year,genres\n", b""]))
def test_any_file_is_joined_or_refused_and_adds_up(junk, head):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "mine"
        folder.mkdir()
        write(folder, titles=TITLES, ratings="user_id,title_id,rating\nann,1,4\n")
        facts = Path(name) / "facts.csv"
        facts.write_bytes(head + b"2,12,A|B\nHeat,1995,Crime\n" + junk)
        try:
            tables, count = with_facts(read_tables(folder), facts, max_rejects=10**9)
        except CinewalkError as error:
            assert "\n" not in str(error)
            return
        assert count.rows == sum(count[1:])
        for table in TABLES:
            assert list(getattr(tables, table).columns[: len(TABLES[table].columns)])
        assert np.isin(tables.titles["maturity"], range(-1, 22)).all()
