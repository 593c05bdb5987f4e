"""Physical lines of a text file, in blocks that fit in memory: one line is one row."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from cinewalk.errors import FileFormatError
from cinewalk.loaders.text.encodings import UTF_8, encoding_of, marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: How much of a file is read at once, in bytes.
BLOCK_SIZE: Final = 1 << 25
#: The longest line that is taken for a row, in bytes.
LONGEST_LINE: Final = 1 << 16
#: A quoted cell that goes on for more lines than this has lost its closing quote.
MOST_LINES: Final = 12

_LEAST_READ: Final = 1 << 12
#: The most that a file of UTF-16 may hold, in bytes: it is read as a whole.
_LARGEST_WIDE: Final = 1 << 28
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_SEPARATOR: Final = re.compile(rb'"?sep=.?"?', re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class BadRowError(ValueError):
    """A line that is no row; the message is the reason."""


class OpenQuoteError(BadRowError):
    """A line with a quoted cell that goes on in the next one, or has lost its closing quote."""


@dataclass(frozen=True, slots=True)
class Header:
    """The line that names the columns, its number, and the byte of the text at which the rows begin."""

    text: str
    line: int
    offset: int


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the operating system says about a file into an error of ours."""
    try:
        yield
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise FileFormatError(path, problem, "Check that it is a file and that you may read it") from error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a text file after its byte order mark, if it has one; text that is UTF-16 or UTF-32 comes as UTF-8.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or is UTF-16 and too large for that.
    """
    with readable(path), path.open("rb") as file:
        encoding, length = marked(file.read(4))
        file.seek(0)
        if encoding in {"", UTF_8}:
            file.seek(length)
            yield file
            return
        data = file.read(_LARGEST_WIDE + 1)
    if len(data) > _LARGEST_WIDE:
        raise FileFormatError(
            path, f"is {encoding.upper()} text of over {_LARGEST_WIDE} bytes", "Save it as UTF-8"
        )
    text = data.decode(encoding, errors="replace").encode("utf-8")
    # What was no text is none in UTF-8 either, so that its row is bad.
    yield io.BytesIO(text.replace("\ufffd".encode(), b"\xff"))


def file_encoding(path: Path) -> str:
    """Tell in which encoding the lines of a file come, by all of them."""
    with readable(path), path.open("rb") as file:
        if marked(file.read(4))[0]:
            return UTF_8
    return encoding_of(block for _, block in read_blocks(path, 0, 1))


def is_blank(line: bytes) -> bool:
    """Tell whether a line holds nothing but blanks and tabs, and so is no row."""
    return not line.strip(b" \t")


def read_header(path: Path) -> Header:
    """Read the first line that is neither blank nor Excel's word on what parts cells (``sep=;``).

    Raises
    ------
    FileFormatError
        If there is none, or it is no clean text.
    """
    advice = "Its first line must name its columns"
    with opened(path) as file:
        start = file.read(LONGEST_LINE)
    number, position = 1, 0
    while position < len(start):
        end_mark = _LINE_END.search(start, position)
        end, following = end_mark.span() if end_mark else (len(start), len(start))
        line = start[position:end]
        if not is_blank(line) and not _SEPARATOR.fullmatch(line):
            if end_mark is None and len(start) == LONGEST_LINE:
                raise FileFormatError(path, f"has a line of over {LONGEST_LINE} bytes", advice, line=number)
            try:
                return Header(decode(line, encoding_of([line])), number, following)
            except BadRowError as error:
                if line.count(0) > len(line) // 3:
                    problem = "holds bytes of zero, as UTF-16 has that lacks its byte order mark"
                    raise FileFormatError(path, problem, "Save it as UTF-8", line=number) from None
                raise FileFormatError(path, str(error), advice, line=number) from None
        number, position = number + 1, following
    raise FileFormatError(path, "is empty", advice)


def read_blocks(path: Path, offset: int, first_line: int) -> Iterator[tuple[int, bytes]]:
    """Read a file from a byte on, in blocks of whole lines, each with the number of its first line."""
    with opened(path) as file:
        start = file.tell()
        left = file.seek(0, os.SEEK_END) - file.seek(start + offset)
        rest = b""
        # Asking for no more than there is keeps a small file from costing a large buffer.
        while more := file.read(max(min(BLOCK_SIZE, left), _LEAST_READ)):
            left -= len(more)
            data = rest + more
            # A carriage return at the very end may be the first half of a line end.
            cut = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
            block, rest = data[:cut], data[cut:]
            if block:
                yield first_line, block
                first_line += count_line_ends(block)
        if rest:
            yield first_line, rest


def count_line_ends(block: bytes) -> int:
    """Count the lines that end in a block."""
    feeds = block.count(b"\n")
    return feeds + block.count(b"\r") - block.count(b"\r\n") if b"\r" in block else feeds


def split_lines(block: bytes) -> list[bytes]:
    """Split at every line end: LF, CR LF or CR, and nothing else."""
    return _LINE_END.split(block) if b"\r" in block else block.split(b"\n")


def decode(line: bytes, encoding: str) -> str:
    """Decode one line, or say why it is no text."""
    if len(line) > LONGEST_LINE:
        raise BadRowError(f"is longer than {LONGEST_LINE} bytes")
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding == UTF_8 else "Windows-1252"
        raise BadRowError(f"is not valid {name} (byte {error.start + 1} of the line)") from None
    if control := _CONTROL.search(text):
        raise BadRowError(f"holds the control character U+{ord(control[0]):04X}")
    return text


def split_cells(text: str, delimiter: str, *, quoted: bool) -> list[str]:
    """Split one line into its cells, or say why it cannot be split."""
    if not quoted or len(delimiter) > 1 or '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise OpenQuoteError("has a quote that is not closed") from None
        raise BadRowError(f"has a stray quote ({error})") from None
