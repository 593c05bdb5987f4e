"""Checked reading of text files: the fast way where it is safe, the careful one elsewhere."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pandas as pd

from cinewalk.loaders.tables.cells import (
    DECIMAL_COMMA,
    POINTS_OF_THOUSANDS,
    as_column,
    convert,
    note_on_invisible,
)
from cinewalk.loaders.tables.checks import columns_of, failures, reason
from cinewalk.loaders.tables.fast import read_fast
from cinewalk.loaders.tables.layouts import Columns, TableRows, join_rows, kind_of
from cinewalk.loaders.tables.lines import (
    LONGEST_LINE,
    MOST_LINES,
    BadRowError,
    OpenQuoteError,
    count_line_ends,
    decode,
    file_encoding,
    is_blank,
    read_blocks,
    readable,
    split_cells,
    split_lines,
)
from cinewalk.loaders.tables.tables import Reject
from cinewalk.loaders.text.encodings import WINDOWS, note_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.tables.cells import Field
    from cinewalk.loaders.tables.checks import RatingRange
    from cinewalk.loaders.tables.layouts import Layout, TextFile


def read_text_file(file: TextFile, rating_range: RatingRange, progress: Progress) -> TableRows:
    """Read and check every row of a text file."""
    path = file.path
    layout = dataclasses.replace(file.layout, encoding=file_encoding(path))
    with readable(path):
        size = path.stat().st_size
    parts = []
    done = layout.offset
    line, rest = layout.first_line, b""
    for _, read in read_blocks(path, layout.offset, layout.first_line):
        done += len(read)
        block = rest + read
        parts.append(read_block(block, line, layout, path.name, rating_range, is_last=done >= size))
        rest = parts[-1].rest
        line += count_line_ends(block) - count_line_ends(rest)
        progress(f"Reading {path.name}", done, size)
    if rest:
        parts.append(read_carefully(rest, line, layout, path.name, rating_range))
    rows = join_rows(parts or [read_carefully(b"", layout.first_line, layout, path.name, rating_range)])
    if layout.encoding == WINDOWS:
        blocks = (block for _, block in read_blocks(path, layout.offset, layout.first_line))
        rows.notes = (*rows.notes, note_on(path.name, blocks))
    return rows


def read_block(
    block: bytes,
    first_line: int,
    layout: Layout,
    file: str,
    rating_range: RatingRange,
    *,
    is_last: bool = True,
) -> TableRows:
    """Read a block of whole lines; a bad value anywhere in it is worth a careful look at all of it."""
    frame = read_fast(block, first_line, layout)
    if frame is None or failures(frame, layout.table, rating_range):
        return read_carefully(block, first_line, layout, file, rating_range, is_last=is_last)
    return TableRows(layout.table, file, frame, len(frame))


def read_carefully(
    block: bytes,
    first_line: int,
    layout: Layout,
    file: str,
    rating_range: RatingRange,
    *,
    is_last: bool = True,
) -> TableRows:
    """Read a block of whole lines row by row, and name every bad cell.

    Of one that is not the last of its file, a row at the end that goes on is left.
    """
    lines = split_lines(block)
    numbers, rows, rejects, end = _split_rows(lines, first_line, layout, file, is_last=is_last)
    count = len(rows) + len(rejects)
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(layout.fields)
    used = {known.name: (known, texts) for known, texts in zip(layout.fields, cells, strict=True) if known}
    result = check_cells(used, pd.Index(numbers, dtype="int64"), layout, file, rating_range)
    result.rejects = sorted([*rejects, *result.rejects], key=lambda reject: reject.line)
    result.count = count
    result.rest = b"\n".join(lines[end:])
    return result


def _split_rows(
    lines: list[bytes], first_line: int, layout: Layout, file: str, *, is_last: bool
) -> tuple[list[int], list[list[str]], list[Reject], int]:
    """Split lines into rows of cells, each with the line's number, name every line that is no row, and count them."""
    numbers: list[int] = []
    rows: list[list[str]] = []
    rejects: list[Reject] = []
    at = 0
    while at < len(lines):
        taken = 1
        if not is_blank(lines[at]):
            try:
                cells, taken = _split_row(lines, at, layout)
                rows.append(cells)
                numbers.append(first_line + at)
            except OpenQuoteError as error:
                if not is_last and at + MOST_LINES > len(lines):
                    return numbers, rows, rejects, at
                rejects.append(Reject(file, first_line + at, "", "", str(error)))
            except BadRowError as error:
                # Which cell is whose is not known, and some may point to people: none is kept.
                rejects.append(Reject(file, first_line + at, "", "", str(error)))
        at += taken
    return numbers, rows, rejects, at


def _split_row(lines: list[bytes], at: int, layout: Layout) -> tuple[list[str], int]:
    """Split a line into its cells, with the lines after it that a quoted cell goes on in; and count the lines.

    Where these lead to no row, the first line alone is bad, and the next line starts anew.
    """
    text = decode(lines[at], layout.encoding)
    try:
        cells, taken = split_cells(text, layout.delimiter, quoted=layout.quoted), 1
    except OpenQuoteError as error:
        cells, taken = _split_open_row(text, lines[at + 1 : at + MOST_LINES], layout, error)
    if len(cells) != len(layout.fields):
        raise BadRowError(f"has {len(cells)} cells instead of {len(layout.fields)}")
    return cells, taken


def _split_open_row(
    text: str, following: list[bytes], layout: Layout, error: OpenQuoteError
) -> tuple[list[str], int]:
    for count, line in enumerate(following, 2):
        try:
            text = f"{text}\n{decode(line, layout.encoding)}"
            if len(text) > LONGEST_LINE:
                break
            cells = split_cells(text, layout.delimiter, quoted=True)
        except OpenQuoteError:
            continue
        except BadRowError:
            break
        if len(cells) != len(layout.fields):
            break
        return cells, count
    raise error


def check_cells(
    cells: dict[str, tuple[Field, tuple[str, ...]]],
    index: pd.Index[int],
    layout: Layout,
    file: str,
    rating_range: RatingRange,
) -> TableRows:
    """Turn columns of text into typed columns, and take out the rows that do not pass.

    Parameters
    ----------
    cells
        By column: how it is read, and the text of each row.
    index
        The line of each row.
    layout
        What the columns make up.
    file
        The file's name.
    rating_range
        The lowest and the highest rating.
    """
    columns: Columns = {}
    bad: dict[tuple[int, str], Reject] = {}
    for name, (known, texts) in cells.items():
        columns[name], reasons = convert(texts, known.read)
        if known.kind == "float" and any(map(DECIMAL_COMMA.fullmatch, reasons)):
            # Where commas are decimal, a point may part thousands: nobody can tell 1.000 from 1.
            points = filter(POINTS_OF_THOUSANDS.fullmatch, set(texts))
            reasons |= dict.fromkeys(
                points, "may have a point for thousands, as other cells have decimal commas"
            )
        if reasons:
            for line, text in zip(index, texts, strict=True):
                if text in reasons:
                    bad[line, name] = Reject(file, line, name, text, reasons[text])
    if layout.combine is not None:
        columns = layout.combine(columns)
    frame = pd.DataFrame(
        {name: as_column(kind_of(layout.table, name), values, index) for name, values in columns.items()},
        index=index,
    ).assign(**layout.constants)
    unfit = _unfit(frame, layout.table, rating_range)
    places = {line: place for place, line in enumerate(index)} if unfit else {}
    for line, name, why in unfit:
        if (line, name) not in bad:
            value = cells[name][1][places[line]] if name in cells else ""
            bad[line, name] = Reject(file, line, name, value, why)
    if bad:
        frame = frame.drop(index=list({line for line, _ in bad}))
    notes = note_on_invisible(file, _ids_in(cells))
    return TableRows(layout.table, file, frame, len(index), list(bad.values()), notes=notes)


def _ids_in(cells: dict[str, tuple[Field, tuple[str, ...]]]) -> Iterator[str]:
    return (text for known, texts in cells.values() if known.kind == "id" for text in texts)


def _unfit(frame: pd.DataFrame, table: str, rating_range: RatingRange) -> list[tuple[int, str, str]]:
    known = columns_of(table, rating_range)
    return [
        (failure.label, failure.column, reason(failure, known[failure.column]))
        for failure in failures(frame, table, rating_range)
    ]
