"""Exports of Letterboxd."""

from __future__ import annotations

import pytest

from cinewalk.loaders.exports.history_rows import Rated, Watched
from cinewalk.loaders.history.reading import read_history
from tests.histories import letterboxd, packed, seconds

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("as_zip", [False, True])
def test_letterboxd(tmp_path, as_zip):
    folder = letterboxd(tmp_path / "letterboxd-anna")
    found = read_history("letterboxd", packed(folder, tmp_path / "l.zip") if as_zip else folder)
    assert found.count == 7
    assert [reject.reason for reject in found.unreadable] == ["has the rating 9, and there are 0.5 to 5"]
    diary = [row for row in found.rows if row.record == "diary"]
    assert [row.events for row in diary] == [
        (Watched(1.0, 2), Rated(4.5)),
        (Watched(1.0, 1), Rated(5.0)),
        (Watched(1.0, 1),),
    ]
    assert [row.timestamp for row in diary] == [seconds(2024, 1, 1), seconds(2024, 2, 1), 0]
    assert {row.name for row in found.rows} == {"Heat", "Up", "Alien"}
    assert "deleted/diary.csv" in found.notes[0]
