"""Checked reading of text files: the fast way where it is safe, the careful one elsewhere."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pandas as pd

from cinewalk.loaders.tables.cells import as_column, convert
from cinewalk.loaders.tables.checks import columns_of, failures, reason
from cinewalk.loaders.tables.fast import read_fast
from cinewalk.loaders.tables.layouts import Columns, TableRows, join_rows, kind_of
from cinewalk.loaders.tables.lines import (
    BadRowError,
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
    for first_line, block in read_blocks(path, layout.offset, layout.first_line):
        parts.append(read_block(block, first_line, layout, path.name, rating_range))
        done += len(block)
        progress(f"Reading {path.name}", done, size)
    rows = join_rows(parts or [read_carefully(b"", layout.first_line, layout, path.name, rating_range)])
    if layout.encoding == WINDOWS:
        rows.notes = (note_on(path.name),)
    return rows


def read_block(
    block: bytes, first_line: int, layout: Layout, file: str, rating_range: RatingRange
) -> TableRows:
    """Read a block of whole lines; a bad value anywhere in it is worth a careful look at all of it."""
    frame = read_fast(block, first_line, layout)
    if frame is None or failures(frame, layout.table, rating_range):
        return read_carefully(block, first_line, layout, file, rating_range)
    return TableRows(layout.table, file, frame, len(frame))


def read_carefully(
    block: bytes, first_line: int, layout: Layout, file: str, rating_range: RatingRange
) -> TableRows:
    """Read a block of whole lines row by row, and name every bad cell."""
    numbers, rows, rejects = _split_rows(block, first_line, layout, file)
    count = len(rows) + len(rejects)
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(layout.fields)
    used = {known.name: (known, texts) for known, texts in zip(layout.fields, cells, strict=True) if known}
    result = check_cells(used, pd.Index(numbers, dtype="int64"), layout, file, rating_range)
    result.rejects = sorted([*rejects, *result.rejects], key=lambda reject: reject.line)
    result.count = count
    return result


def _split_rows(
    block: bytes, first_line: int, layout: Layout, file: str
) -> tuple[list[int], list[list[str]], list[Reject]]:
    """Split a block of lines into cells, each with the line's number, and name every line that is no row."""
    numbers, rows, rejects = [], [], []
    for number, line in enumerate(split_lines(block), first_line):
        if is_blank(line):
            continue
        try:
            rows.append(_split_row(line, layout))
            numbers.append(number)
        except BadRowError as error:
            # Which cell is whose is not known, and some may point to people: none is kept.
            rejects.append(Reject(file, number, "", "", str(error)))
    return numbers, rows, rejects


def _split_row(line: bytes, layout: Layout) -> list[str]:
    cells = split_cells(decode(line, layout.encoding), layout.delimiter, quoted=layout.quoted)
    if len(cells) != len(layout.fields):
        raise BadRowError(f"has {len(cells)} cells instead of {len(layout.fields)}")
    return cells


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
    return TableRows(layout.table, file, frame, len(index), list(bad.values()))


def _unfit(frame: pd.DataFrame, table: str, rating_range: RatingRange) -> list[tuple[int, str, str]]:
    known = columns_of(table, rating_range)
    return [
        (failure.label, failure.column, reason(failure, known[failure.column]))
        for failure in failures(frame, table, rating_range)
    ]
