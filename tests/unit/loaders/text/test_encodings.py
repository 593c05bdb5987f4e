"""One rule for every text: a mark, else UTF-8, else Windows-1252."""

from __future__ import annotations

import codecs

import pytest

from cinewalk.loaders.text.encodings import decoded, encoding_of, note_on

pytestmark = pytest.mark.unit

NAMES = "Les Misérables\r\nLéon\nCrème brûlée “à la carte” – €5\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_what_a_mark_says_or_is_utf_8_needs_no_note(mark, encoding):
    assert decoded(mark + NAMES.encode(encoding), "x.csv") == (NAMES, "")


def test_what_is_no_utf_8_is_windows_1252_and_that_is_said():
    assert decoded(NAMES.encode("cp1252"), "x.csv") == (NAMES, note_on("x.csv", [NAMES.encode("cp1252")]))
    cyrillic = "id;name\n1;Матрица (1999)\n".encode("cp1251")
    assert decoded(cyrillic, "x.csv").note == (
        "x.csv: is not UTF-8, so it was read as Windows-1252, as in 'Ìàòðèöà'; save it as UTF-8 if letters look wrong."
    )


def test_a_line_that_is_spoilt_makes_no_odd_letters_of_the_others():
    text, note = decoded("Léon\nAmélie\n".encode() + b"Mis\xe9\n", "x.csv")
    assert text.startswith("Léon\nAmélie\nMis\udce9")
    assert not note


def test_one_line_in_many_may_look_like_utf_8_by_chance():
    windows = [("é" * number + "\n").encode("latin-1") for number in range(1, 13)]
    assert encoding_of([b"".join(windows), "Spaß”\n".encode("cp1252")]) == "cp1252"
    assert encoding_of([b"".join(windows[:3]), "Spaß”\n".encode("cp1252")]) == "utf-8"


def test_bytes_that_windows_1252_does_not_have_stay_marked():
    assert decoded(b"\x81\xe9", "x.csv").text == "\udc81é"


@pytest.mark.parametrize("block", [1, 7, 100])
def test_blocks_do_not_change_what_a_text_is(block):
    lines = NAMES.encode().splitlines(keepends=True)
    assert encoding_of(b"".join(lines[at : at + block]) for at in range(0, len(lines), block)) == "utf-8"
