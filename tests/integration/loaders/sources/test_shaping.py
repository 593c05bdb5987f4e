"""Groups from any column, banded by rule, chosen, or left out."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.errors import RequestError

pytestmark = pytest.mark.integration


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "users.csv").write_text(
        "user_id,age,income,town\n1,24,19999,Bern\n2,60,20000,\n3,31,70000.5,Bonn\n4,31,,Bonn\n"
    )
    (tmp_path / "people.csv").write_text("person_id,name,title_id,role,born\np,Ada,1,directed,1950\n")
    (tmp_path / "ratings.csv").write_text("user_id,title_id,rating\n1,1,5\n2,1,4\n3,1,4\n4,1,4\n")
    return tmp_path


def groups(graph) -> set[str]:
    return set(graph.nodes["DemographicGroup"].ids.ids)


def test_every_column_makes_groups_and_numbers_are_banded_by_rule(folder) -> None:
    assert groups(cinewalk.load(folder)) >= {"age=18-24", "income=19999", "town=Bonn", "born=1950"}
    banded = groups(cinewalk.load(folder, bands={"income": (20_000, 50_000), "born": (1900, 2000)}))
    assert banded == {
        "age=18-24", "age=25-34", "age=56+", "born=1900-1999",
        "income=20000-49999", "income=50000+", "income=Under 20000", "town=Bern", "town=Bonn",
    }  # fmt: skip


def test_groups_are_chosen_or_left_out(folder) -> None:
    assert groups(cinewalk.load(folder, groups=["town"])) == {"town=Bern", "town=Bonn", "born=1950"}
    graph = cinewalk.load(folder, groups="none")
    assert groups(graph) == {"born=1950"}
    assert not len(graph.relations["user_in_group"])


@pytest.mark.parametrize(
    ("shape", "line"),
    [
        ({"groups": ["shoe"]}, "no column 'shoe' makes groups; there are age, income, town"),
        ({"bands": {"shoe": (1,)}}, "no column 'shoe' makes groups; there are age, income, town, born"),
        ({"bands": {"town": (1,)}}, "the column town is to be banded, and holds 'Bern', which is no number"),
        ({"bands": {"income": (5, 5)}}, "the bands of income begin at"),
        ({"bands": {"income": ()}}, "the bands of income begin at"),
    ],
)
def test_wrong_shapes_get_one_line(folder, shape, line) -> None:
    with pytest.raises(RequestError, match=line):
        cinewalk.load(folder, **shape)


def test_a_graph_cannot_be_shaped_again(folder, tmp_path) -> None:
    place = cinewalk.save(cinewalk.load(folder), tmp_path / "g.cinewalk")
    with pytest.raises(RequestError, match="go with files"):
        cinewalk.load(place, groups="none")
