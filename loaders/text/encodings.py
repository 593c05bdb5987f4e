"""In which encoding a text file is written: one rule for every file, whatever its name.

A byte order mark says it; else what is UTF-8 is UTF-8; else it is Windows-1252, which holds Latin-1, and that is said.
A file of which only some lines are no UTF-8 is UTF-8 with bad lines, and not Windows-1252 with odd letters.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

UTF_8: Final = "utf-8"
WINDOWS: Final = "cp1252"
#: The marks, the longest first, because one is the start of another.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Of so many lines that are no UTF-8 one may look like it by chance.
_CHANCE: Final = 10
#: A word with a letter outside of ASCII, and how much of it is shown.
_WORD: Final = re.compile(r"\w*[^\W\x00-\x7f]\w*")
_LONGEST_SAMPLE: Final = 30


class Decoded(NamedTuple):
    """A text, and what a person should know about its encoding; nothing where there is nothing to say."""

    text: str
    note: str


def marked(start: bytes) -> tuple[str, int]:
    r"""Return the encoding that a byte order mark says, and the mark's length; no name where there is no mark.

    >>> marked(b"\xff\xfea\x00"), marked(b"a,b")
    (('utf-16', 2), ('', 0))
    """
    return next(((name, len(mark)) for mark, name in _MARKS if start.startswith(mark)), ("", 0))


def encoding_of(blocks: Iterable[bytes]) -> str:
    """Tell UTF-8 from Windows-1252, for text without a byte order mark.

    Parameters
    ----------
    blocks
        All of the text, in blocks of whole lines.

    Examples
    --------
    >>> encoding_of(["Amélie".encode(), b"x"]), encoding_of(["Amélie".encode("latin-1")])
    ('utf-8', 'cp1252')
    """
    right = wrong = 0
    for block in blocks:
        if block.isascii() or (not wrong and _is_utf_8(block)):
            right += not block.isascii()
            continue
        lines = [line for line in block.splitlines() if not line.isascii()]
        fitting = sum(map(_is_utf_8, lines))
        right, wrong = right + fitting, wrong + len(lines) - fitting
    return WINDOWS if wrong > _CHANCE * right else UTF_8


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True


def decoded(data: bytes, file: str) -> Decoded:
    """Decode a whole file.

    Bytes that are no text become lone surrogates (in UTF-16 and UTF-32 U+FFFD), so that only their row is bad.

    Parameters
    ----------
    data
        What the file holds.
    file
        Its name, for the note.

    Examples
    --------
    >>> decoded("Amélie".encode("cp1252"), "x.csv").text
    'Amélie'
    """
    name, length = marked(data)
    if name and name != UTF_8:
        return Decoded(data.decode(name, errors="replace"), "")
    encoding = name or encoding_of([data])
    note = note_on(file, [data]) if encoding == WINDOWS else ""
    return Decoded(data[length:].decode(encoding, errors="surrogateescape"), note)


def note_on(file: str, blocks: Iterable[bytes]) -> str:
    """Say of a file that it is taken for Windows-1252, with the first word that shows whether it is that.

    Parameters
    ----------
    file, blocks
        Its name, and what it holds.

    Examples
    --------
    >>> print(note_on("x.csv", ["1,Les Misérables".encode("cp1252")]))
    x.csv: is not UTF-8, so it was read as Windows-1252, as in 'Misérables'; save it as UTF-8 if letters look wrong.
    """
    words = (_WORD.search(block.decode(WINDOWS, errors="replace")) for block in blocks if not block.isascii())
    word = next(filter(None, words), None)
    sample = f", as in {word[0][:_LONGEST_SAMPLE]!r}" if word else ""
    return f"{file}: is not UTF-8, so it was read as Windows-1252{sample}; save it as UTF-8 if letters look wrong."
