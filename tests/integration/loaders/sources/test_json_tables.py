"""Tables in a JSON file are read as the same tables in CSV files."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.errors import FileFormatError, RejectedRowsError

pytestmark = [pytest.mark.integration, pytest.mark.fault]

RATINGS = [
    {"user_id": "ann", "title_id": "heat", "rating": 4.5, "timestamp": "1999-05-01"},
    {"user_id": "ann", "title_id": "up", "rating": 3},
    {"user_id": 7, "title_id": "heat", "rating": 5, "timestamp": None},
]
TITLES = [
    {"title_id": "heat", "title": "Heat", "genres": ["Crime", "Drama"]},
    {"title_id": "up", "title": "Up"},
]


def written(folder, said, name="some.json"):
    file = folder / name
    file.write_text(said if isinstance(said, str) else json.dumps(said))
    return file


def test_tables_by_name_are_those_of_csv(tmp_path):
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "ratings.csv").write_text(
        "user_id,title_id,rating,timestamp\nann,heat,4.5,1999-05-01\nann,up,3,\n7,heat,5,\n"
    )
    (folder / "titles.csv").write_text("title_id,title,genres\nheat,Heat,Crime|Drama\nup,Up,\n")
    said = {"user_id": "ann", "titles": TITLES, "ratings": RATINGS, "likes": [1, 2], "thumbs": []}
    there, back = cinewalk.load(folder).to_frames(), cinewalk.load(written(tmp_path, said)).to_frames()
    assert there.keys() == back.keys()
    for name, frame in there.items():
        assert frame.equals(back[name]), name


def test_a_list_is_of_interactions_by_its_columns(tmp_path):
    said = [{"userId": 1, "movieId": 2, "score": 5}, {"userId": 3, "movieId": 2, "score": 1}]
    graph = cinewalk.load(written(tmp_path, said, "Ratings.JSON"))
    assert [len(graph.relations[kind]) for kind in ("rated", "likes")] == [2, 1]
    graph = cinewalk.load(written(tmp_path, [{"user": "a", "item": "b"}]))
    assert len(graph.likes) == 1


def test_a_bad_row_is_named_by_the_file_that_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = {"ratings": [*RATINGS, {"user_id": "bob", "title_id": "heat", "rating": 9}]}
    with pytest.raises(RejectedRowsError, match=r"ratings\.csv:5: rating: '9' is above 5") as refused:
        cinewalk.load(written(tmp_path, said))
    assert "cinewalk-" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('"text"', "holds no list of objects"),
        ("3", "holds no list of objects"),
        ("null", "holds no interactions"),
        ("[]", "holds no interactions"),
        ("{}", "holds no interactions"),
        ({"likes": [{"user_id": 1, "title_id": 2}]}, "holds no interactions"),
        ({"titles": TITLES}, "holds no interactions"),
        ({"ratings": {"user_id": 1}}, "holds no list of objects as ratings"),
        ({"ratings": RATINGS, "titles": [1]}, "holds no list of objects as titles"),
        ([RATINGS], "holds no list of objects"),
        ([{"name": "x"}], "user_id"),
        ('[{"user_id": "\\ud83d", "title_id": "up"}]', r"interactions\.csv: holds half of a character"),
        ('[{"user_id": "ann", "title_id": "up", "\\ud83d": 1}]', "holds half of a character"),
        ("[{}]", "some.json"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_none_is_one_line(tmp_path, said, problem):
    with pytest.raises(FileFormatError, match=problem) as refused:
        cinewalk.load(written(tmp_path, said))
    assert str(tmp_path / "some.json") in str(refused.value)
    assert "\n" not in str(refused.value)
