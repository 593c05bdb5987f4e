"""What is kept of bad rows: where and why, and nothing that points to people."""

from __future__ import annotations

import pytest

from cinewalk.errors import RejectedRowsError
from cinewalk.loaders.history.reading import read_history
from cinewalk.loaders.load import load

pytestmark = [pytest.mark.integration, pytest.mark.fault]

SECRETS = ("Jane Roe", "90210", "jane@example.org", "203.0.113.9")
HEAD = "user_id,age,name,zip_code,email,ip\n"
GOOD = 'ann,24,"Jane Roe",90210,jane@example.org,203.0.113.9\n'
#: A users.csv with one bad row each, and the line that it is on.
USERS = {
    "a cell too many": (HEAD + GOOD + "bob,24,Jane Roe,90210,jane@example.org,203.0.113.9,1\n", 3),
    "a cell too few": (HEAD + GOOD + "bob,Jane Roe,90210,jane@example.org\n", 3),
    "a quote": (HEAD + GOOD + 'bob,24,"Jane Roe,90210,jane@example.org,203.0.113.9\n', 3),
    "a control character": (HEAD + GOOD + "bob,24,Jane Roe,90210,jane@example.org\x1b,203.0.113.9\n", 3),
    "a wrong age": (HEAD + GOOD + "bob,999,Jane Roe,90210,jane@example.org,203.0.113.9\n", 3),
    "no id": (HEAD + GOOD + ",24,Jane Roe,90210,jane@example.org,203.0.113.9\n", 3),
    "an id twice": (HEAD + GOOD + GOOD, 3),
}


@pytest.mark.parametrize("kind", USERS)
def test_no_cell_of_a_dropped_column_is_told_or_kept(tmp_path, monkeypatch, kind):
    text, line = USERS[kind]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "users.csv").write_text(text, newline="")
    (tmp_path / "data" / "ratings.csv").write_text("user_id,title_id,rating\nann,alien,5\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RejectedRowsError) as error:
        load(tmp_path / "data")
    rejects = tmp_path / "data.rejects.csv"
    told = str(error.value) + rejects.read_text()
    assert f"users.csv:{line}" in told
    assert not [secret for secret in SECRETS if secret in told]
    assert rejects.stat().st_mode & 0o777 == 0o600


def test_of_an_export_only_titles_are_kept(tmp_path):
    head = (
        "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
        "Latest Bookmark,Country\n"
    )
    row = "Jane Roe,2020-01-01 20:00:00,{took},,Alien,,203.0.113.9,00:40:00,00:40:00,90210\n"
    (tmp_path / "ViewingActivity.csv").write_text(
        head + row.format(took="long") + row.format(took="00:40:00")
    )
    history = read_history("netflix", tmp_path / "ViewingActivity.csv")
    (bad,) = history.unreadable
    assert (bad.line, bad.value) == (2, "Alien")
