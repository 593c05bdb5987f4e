"""Words that nobody means: empty, overlong, no text, or files that cannot be written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.base.whole_file import write_whole
from cinewalk.loaders.store.graph_folder import save

pytestmark = [pytest.mark.integration, pytest.mark.fault]

NO_TEXT = "\udcff"
LONG = "x" * 100_000

#: Words, the exit code, and what the one line says.
ASKS = {
    "no graph's name": ("recommend ann -g EMPTY", 2, "it is empty"),
    "a blank graph's name": ("recommend ann -g BLANK", 2, "it is empty"),
    "no source's name": ("card EMPTY", 2, "it is empty"),
    "no user": ("mark EMPTY heat --thumb up -g GRAPH", 1, "id is empty"),
    "a user that is no text": ("mark NO_TEXT heat --thumb up -g GRAPH", 1, "control character U+DCFF"),
    "somebody unknown that is no text": ("recommend NO_TEXT -g GRAPH", 1, "control character U+DCFF"),
    "a title that is no text": ("similar NO_TEXT -g GRAPH", 1, "There is no title"),
    "a genre that is no text": ("taste --genre NO_TEXT -g GRAPH", 1, "There is no genre"),
    "a person that is no text": ("taste --person NO_TEXT -g GRAPH", 1, "There is no person"),
    "a graph that is no text": ("recommend ann -g NO_TEXT", 1, "no such graph folder"),
    "a source that is no text": ("load NO_TEXT", 1, "there is no such"),
    "years that are no text": ("recommend ann --years NO_TEXT -g GRAPH", 2, "is not 1994"),
    "a time that is no text": ("mark ann heat --thumb up --at NO_TEXT -g GRAPH", 2, "is not an instant"),
    "remedies that are no text": ("recommend ann --remedies NO_TEXT -g GRAPH", 1, ""),
    "settings that are no text": ("recommend ann --config NO_TEXT -g GRAPH", 1, "cannot be read"),
    "a walk that is no text": ("recommend ann --walk NO_TEXT -g GRAPH", 2, "Invalid value"),
    "a command that is no text": ("NO_TEXT", 2, "No such command"),
    "a long user": ("recommend LONG -g GRAPH", 1, "There is no user"),
    "a long title": ("similar LONG -g GRAPH", 1, "There is no title"),
    "a long genre": ("taste --genre LONG -g GRAPH", 1, "There is no genre"),
    "a long graph": ("recommend ann -g LONG", 3, ""),
    "a long source": ("load LONG", 1, ""),
    "long years": ("recommend ann --years LONG -g GRAPH", 2, "is not 1994"),
    "a long number": ("recommend ann -k LONG -g GRAPH", 2, "Invalid value"),
    "long remedies": ("recommend ann --remedies LONG -g GRAPH", 1, ""),
    "long settings": ("recommend ann --config LONG -g GRAPH", 1, ""),
    "a long walk": ("recommend ann --walk LONG -g GRAPH", 2, "Invalid value"),
    "a long command": ("LONG", 2, "No such command"),
    "a long option": ("recommend --LONG", 2, "No such option"),
    "a long time": ("mark ann heat --thumb up --at LONG -g GRAPH", 2, "is not an instant"),
    "to erase nobody": ("erase EMPTY -g GRAPH", 1, "id is empty"),
    "to erase who is no text": ("erase NO_TEXT -g GRAPH", 1, "control character U+DCFF"),
    "to erase a long user": ("erase LONG -g GRAPH", 1, "There is no user"),
    "to erase from no graph": ("erase ann -g EMPTY", 2, "it is empty"),
    "to export nobody": ("export EMPTY -g GRAPH --out out", 1, "id is empty"),
    "to export who is no text": ("export NO_TEXT -g GRAPH --out out", 1, "control character U+DCFF"),
    "to export nowhere": ("export ann -g GRAPH --out GRAPH/manifest.json/x", 3, "cannot be written"),
    "to use no graph": ("use EMPTY", 2, "it is empty"),
    "to use what is no text": ("use NO_TEXT", 1, "no such graph folder"),
    "to use a long name": ("use LONG", 3, ""),
    "to compact no graph": ("compact -g EMPTY", 2, "it is empty"),
    "to compact what is no text": ("compact -g NO_TEXT", 1, "no such graph folder"),
    "to compact a long name": ("compact -g LONG", 3, ""),
    "a card nowhere": ("card GRAPH --no-audit --out nowhere/card.md", 3, "cannot be written"),
    "a card in a folder's place": ("card GRAPH --no-audit --out folder", 3, "cannot be written"),
    "a page nowhere": ("explain ann brazil -g GRAPH --html nowhere/why.html", 3, "cannot be written"),
    "lists nowhere": ("batch -g GRAPH -o nowhere/lists.jsonl", 3, "cannot be written"),
}


@pytest.mark.parametrize("ask", ASKS)
def test_one_short_line_and_the_right_exit_code(run, tmp_path, ask):
    words, code, said = ASKS[ask]
    (tmp_path / "folder").mkdir()
    meant = {"EMPTY": "", "BLANK": " ", "NO_TEXT": NO_TEXT, "LONG": LONG}
    meant["GRAPH"] = str(save(example_graph(), tmp_path / "some.cinewalk"))
    given = []
    for word in words.split():
        for name, value in meant.items():
            word = word.replace(name, value)  # noqa: PLW2901 - word by word
        given.append(word)
    left, shown, err = run(*given)
    assert (left, shown) == (code, ""), err
    assert said in err
    assert len(err) < 3000
    assert "Traceback" not in err
    assert len([line for line in err.splitlines() if "rror: " in line]) == 1


@pytest.mark.parametrize(
    "command", ["card GRAPH --no-audit --out out", "explain ann brazil -g GRAPH --html out"]
)
def test_a_full_disk_leaves_the_file_of_before(run, tmp_path, monkeypatch, command):
    graph = str(save(example_graph(), tmp_path / "some.cinewalk"))
    (tmp_path / "out").write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run(*(graph if word == "GRAPH" else word for word in command.split()))
    assert (code, "No space left on device" in err) == (3, True)
    assert (tmp_path / "out").read_text() == "before"
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(".out")) == []


def test_a_link_is_followed_and_a_device_is_written_as_it_is(tmp_path):
    (tmp_path / "file").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", "after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "after"
    write_whole("/dev/null", "gone")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_rights_are_what_the_mask_leaves_or_the_owner_s_alone(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "page.html", "")
        write_whole(tmp_path / "people.csv", "", private=True)
    finally:
        os.umask(before)
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == mode
    assert (tmp_path / "people.csv").stat().st_mode & 0o777 == 0o600
