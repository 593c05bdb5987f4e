"""`cinewalk import` as a person runs it: accounts, questions, whose history it is, and what comes of it."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph

pytestmark = pytest.mark.integration

ROWS = ("read", "matched", "ambiguous", "missing", "ignored", "unreadable")


@pytest.fixture
def example(tmp_path) -> str:
    return str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))


def history(folder: Path, *rows: str, name: str = "NetflixViewingHistory.csv") -> str:
    (folder / name).write_text("\n".join(["Title,Date", *rows]), encoding="utf-8-sig")
    return name


FILMS = (
    '"Alien","12/30/24"',
    '"Brazil","12/29/24"',
    '"Nothing at all","12/28/24"',
    '"Brasil","12/27/24"',
    "Alien",
)


def test_a_history_becomes_a_user_who_gets_recommendations(run, example, tmp_path):
    path = history(tmp_path, *FILMS)
    code, out, err = run("import", "netflix", path, "--user", "zoe", "-g", example, "--json")
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert list(report["rows"]) == list(ROWS)
    assert list(report["rows"].values()) == [5, 2, 1, 1, 0, 1]
    assert (report["users"], report["titles"], report["events"]) == (["zoe"], 2, {"watches": 2})
    with Path(report["unmatched"]).open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert {row["line"]: row["reason"] for row in listed} == {
        "5": "could be Brazil (1985) [brazil] 83",
        "4": "is not in the catalogue",
        "6": "has 1 cells instead of 2",
    }
    code, out, _ = run("recommend", "zoe", "--json", "-g", example)
    seen = {"Alien", "Brazil"}
    assert code == 0
    assert json.loads(out)
    assert not seen & {row["title"] for row in json.loads(out)}


def test_people_read_an_account_that_adds_up_and_what_to_do_next(run, example, tmp_path):
    code, out, _ = run("import", "netflix", history(tmp_path, *FILMS), "--user", "zoe", "-g", example)
    assert code == 0
    words = " ".join(out.split())
    assert "read 5 matched 2 ambiguous 1 not in the catalogue 1 ignored 0 unreadable 1" in words
    assert f"Next: cinewalk recommend zoe --graph {example}" in words


@pytest.mark.parametrize(
    ("rating", "said"),
    [
        ("19", "every row was unreadable; the first one, line 2, has the rating 19, and there are 1 to 10"),
        ("", "every row was of no use; the first one, line 2, has no rating"),
        ("9", "nothing of it is in this graph"),
    ],
)
def test_the_reason_is_said_why_an_import_came_to_nothing(run, example, tmp_path, rating, said):
    (tmp_path / "ratings.csv").write_text(f"Title,Your Rating\nNowhere to be found,{rating}\n")
    code, _, err = run("import", "imdb", str(tmp_path / "ratings.csv"), "--user", "zoe", "-g", example)
    assert code == 1
    assert f"{said}, so nothing was imported" in " ".join(err.split())


def test_what_was_taken_for_what_is_shown_the_least_sure_first(run, example, tmp_path):
    words = ("import", "netflix", history(tmp_path, *FILMS), "--user", "zoe", "-g", example, "--yes")
    found = json.loads(run(*words, "--json", "--threshold", "80")[1])["found"]
    assert [(title["wanted"], title["title_id"], title["how"]) for title in found] == [
        ("Brasil", "brazil", "best"),
        ("Alien", "alien", "name"),
        ("Brazil", "brazil", "name"),
    ]
    films = [f'"Film {number}","12/30/24"' for number in range(30)]
    titles = [f"f{number},Film {number}" for number in range(30)]
    ratings = [f"ann,f{number},4" for number in range(30)]
    for name, header, rows in (
        ("titles", "title_id,title", titles),
        ("ratings", "user_id,title_id,rating", ratings),
    ):
        (tmp_path / "many").mkdir(exist_ok=True)
        (tmp_path / "many" / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n")
    cinewalk.save(cinewalk.load(tmp_path / "many"), tmp_path / "many.cinewalk")
    words = (
        "import",
        "netflix",
        history(tmp_path, *films, name="films.csv"),
        "-g",
        str(tmp_path / "many.cinewalk"),
    )
    _, out, err = run(*words, "--user", "zoe")
    assert out.count("Film") == 2 * 20
    assert "and 10 more: --show" in out + err
    _, out, err = run(*words, "--user", "zed", "--show")
    assert out.count("Film") == 2 * 30
    assert "--show" not in out + err


def test_yes_takes_the_best_over_the_threshold(run, example, tmp_path):
    words = (
        "import",
        "netflix",
        history(tmp_path, *FILMS),
        "--user",
        "zoe",
        "-g",
        example,
        "--json",
        "--yes",
    )
    assert json.loads(run(*words, "--threshold", "80")[1])["rows"]["matched"] == 3
    assert json.loads(run(*words, "--replace")[1])["rows"]["matched"] == 2


def test_somebody_else_is_never_overwritten_unless_told(run, example, tmp_path):
    first, second = history(tmp_path, *FILMS), history(tmp_path, '"Solaris","12/30/24"', name="other.csv")
    before = cinewalk.load(example)
    code, out, err = run("import", "netflix", first, "--user", "ann", "-g", example)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "there is a user 'ann' in this graph already" in err
    assert cinewalk.load(example).equals(before)
    assert run("import", "netflix", first, "--user", "zoe", "-g", example)[0] == 0
    assert run("import", "netflix", second, "--user", "zoe", "-g", example)[0] == 1
    assert run("import", "netflix", second, "--user", "zoe", "-g", example, "--add")[0] == 0
    assert watches(example, "zoe") == {"alien", "brazil", "solaris"}
    assert run("import", "netflix", second, "--user", "zoe", "-g", example, "--replace")[0] == 0
    assert watches(example, "zoe") == {"solaris"}
    assert run("import", "netflix", second, "--user", "zoe", "-g", example, "--replace", "--add")[0] == 1
    others = cinewalk.load(example)
    assert len(others.users) == len(before.users) + 1
    assert len(others.relations["rated"]) == len(before.relations["rated"])


def watches(graph: str, user: str) -> set[str]:
    found = cinewalk.load(graph)
    watched = found.relations["watched"]
    row = watched.row(found.users.ids.position(user))
    return {found.titles.ids.ids[title] for title in watched.indices[row].tolist()}


@pytest.fixture
def person(monkeypatch):
    """Put somebody at the terminal who types these answers; returns what they have not typed yet."""
    monkeypatch.setattr("cinewalk.cli.import_history._is_asked", lambda: True)

    def sits_down(*answers: str) -> list[str]:
        left = list(answers)
        monkeypatch.setattr("typer.prompt", lambda *_, **__: left.pop(0))
        return left

    return sits_down


def test_a_person_is_asked_once_and_the_answer_is_remembered(run, example, tmp_path, person):
    path = history(tmp_path, *FILMS, '"Solariss","12/26/24"')
    words = ("import", "netflix", path, "--user", "zoe", "-g", example, "--json")
    left = person("7", "what", "1", "s")
    code, out, err = run(*words)
    assert (code, left) == (0, [])
    assert "Brasil (1 row) could be" in err
    assert json.loads(out)["rows"] == dict(zip(ROWS, (6, 3, 0, 2, 0, 1), strict=True))
    person()
    assert json.loads(run(*words, "--replace")[1])["rows"]["matched"] == 3
    left = person("q")
    code, out, _ = run(*words, "--replace", "--forget")
    assert (code, left) == (0, [])
    assert json.loads(out)["rows"]["ambiguous"] == 2


def test_a_graph_that_has_none_of_it_is_left_alone(run, example, tmp_path):
    before = cinewalk.load(example)
    code, _, err = run("import", "netflix", history(tmp_path, '"Nothing at all","12/30/24"'), "-g", example)
    assert code == 1
    assert "nothing was imported" in err
    assert cinewalk.load(example).equals(before)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("netflix", "nowhere.csv"), 1, "there is no such file"),
        (("hulu", "x.csv"), 2, "Invalid value"),
        (("netflix", "undecided.csv"), 1, "--date-order"),
        (
            ("netflix", "undecided.csv", "--date-order", "dmy", "--unmatched", "no/where.csv"),
            3,
            "cannot be written",
        ),
        (("netflix", "undecided.csv", "--date-order", "dym"), 2, "Invalid value"),
    ],
)
def test_wrong_asks(run, example, tmp_path, words, code, said):
    history(tmp_path, "Alien,1/2/24", name="undecided.csv")
    left, _, err = run("import", *words, "-g", example)
    assert left == code
    assert said in " ".join(err.split())
    assert code == 2 or err.count("\n") == 1


def test_profiles_become_users(run, example, tmp_path):
    (tmp_path / "ViewingActivity.csv").write_text(
        "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
        "Latest Bookmark,Country\n"
        "Zoe,2024-03-05 22:00:00,01:50:00,,Alien,,TV,01:50:00,01:50:00,DE\n"
        "Yan,2024-03-05 22:00:00,01:50:00,,Brazil,,TV,01:50:00,01:50:00,DE\n",
        encoding="utf-8",
    )
    report = json.loads(run("import", "netflix", "ViewingActivity.csv", "-g", example, "--json")[1])
    assert report["users"] == ["Yan", "Zoe"]
    assert watches(example, "Zoe") == {"alien"}
    words = ("import", "netflix", "ViewingActivity.csv", "-g", example, "--json")
    assert run(*words, "--user", "me")[0] == 1
    report = json.loads(run(*words, "--user", "me", "--profile", "Yan")[1])
    assert (report["users"], report["rows"]["ignored"]) == (["me"], 1)


def test_fifty_thousand_rows(run, tmp_path, movielens):
    """An account's whole history, with commas and quotes, beside MovieLens."""
    graph = str(cinewalk.save(movielens, tmp_path / "m.cinewalk"))
    titles = movielens.titles.text("title")[:]
    newest = dt.date(2024, 12, 30)
    rows = []
    for i in range(50_000):
        day = (newest - dt.timedelta(days=i // 20)).strftime("%d.%m.%y")
        title = titles[i % 300] if i % 2 else f'Series {i % 400}: Staffel {i % 7}: "Folge", die {i}.'
        quoted = title.replace('"', '""')
        rows.append(f'"{quoted}","{day}"')
    path = history(tmp_path, *rows)
    code, out, err = run("import", "netflix", path, "--user", "zoe", "-g", graph, "--json", "--yes")
    assert (code, err) == (0, "")
    account = json.loads(out)["rows"]
    assert account["read"] == 50_000 == sum(account.values()) - 50_000
    assert account["matched"] > 20_000
    assert account["unreadable"] == 0


def test_an_id_that_would_command_a_terminal_is_not_imported(run, example, tmp_path):
    """What is in the journal is laid over the graph whenever it is opened: such an id would close it for everybody."""
    path = history(tmp_path, *FILMS)
    code, _, err = run("import", "netflix", path, "--user", "zoe\x1b", "-g", example)
    assert code == 1
    assert r"'zoe\x1b' holds the control character U+001B" in err
    assert run("recommend", "ann", "-g", example)[0] == 0
