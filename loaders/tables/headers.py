"""Files whose first line names their columns: which column is what, and what is left out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cinewalk.clean_text import cut
from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import (
    ACTED_IN,
    DIRECTED,
    EVENT_TABLES,
    IMDB_ID,
    ROLE,
    TABLES,
    THUMB,
    TMDB_ID,
    USER_ID,
)
from cinewalk.loaders.tables.cells import BadCellError, Field, field, read_float, read_text
from cinewalk.loaders.tables.checks import read_thumb
from cinewalk.loaders.tables.groups import is_personal, read_age, snake_case
from cinewalk.loaders.tables.layouts import Layout, TextFile
from cinewalk.loaders.tables.lines import BadRowError, read_header, split_cells
from cinewalk.loaders.text.column_names import NOTHING, aliases, name_columns
from cinewalk.loaders.titles.external_ids import imdb_id, tmdb_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cinewalk.loaders.tables.lines import Header
    from cinewalk.loaders.text.column_names import NamedColumns

_DELIMITERS: Final = (",", ";", "\t", "|")
#: What stands between cells in MovieLens-1M, and in copies of it that name their columns.
_COLONS: Final = "::"
_OTHER_ROLES: Final = {"director": DIRECTED.name, "actor": ACTED_IN.name, "actress": ACTED_IN.name}
_NO_CONSTANTS: Final[Mapping[str, int]] = MappingProxyType({})
_NAMED: Final = 12
_SHOWN: Final = 30


def _read_role(text: str) -> str | None:
    """Read a role, whatever its case, or the word for the one who has it."""
    role = snake_case(text)
    return _OTHER_ROLES.get(role, role) or None


def _read_imdb_id(text: str) -> str | None:
    external = imdb_id(text)
    if external is None:
        raise BadCellError("is not an id of IMDb like tt0114709")
    return external or None


def _read_tmdb_id(text: str) -> str | None:
    external = tmdb_id(text)
    if external is None:
        raise BadCellError("is not an id of TMDB, which is a whole number")
    return external or None


#: By column: how a cell is read, where that is not as others of its kind are.
_READERS: Final = {
    ROLE.name: _read_role,
    IMDB_ID.name: _read_imdb_id,
    TMDB_ID.name: _read_tmdb_id,
    THUMB.name: read_thumb,
}


def usual_field(name: str, table: str) -> Field | None:
    """Tell how a column is read, by its name; None leaves it out."""
    for column in TABLES[table].columns:
        if column.name == name:
            return Field(name, column.kind, _READERS[name]) if name in _READERS else field(column)
    if not TABLES[table].groups or not name.isidentifier() or is_personal(name, table):
        return None
    return Field(name, "text", read_age if name == "age" else read_text)


def usual_fields(named: NamedColumns, table: str) -> list[Field | None]:
    """Tell how each column of a file is read; None leaves it out."""
    return [
        None if written in named.passed_over else usual_field(meaning or snake_case(written), table)
        for written, meaning in zip(named.written, named.meanings, strict=True)
    ]


def check_columns(
    path: Path | str,
    table: str,
    named: NamedColumns,
    fields: Sequence[Field | None],
    *,
    line: int | None = None,
    constants: Mapping[str, int] = _NO_CONSTANTS,
    index: Sequence[str] | None = None,
) -> None:
    """See that the columns that must be there are, and that no name is there twice.

    Parameters
    ----------
    path, table, line
        The file, its table, and the line that names the columns.
    named, fields
        What its columns mean, and how each is read.
    constants
        The columns that need not be there, because every row has the same in them.
    index
        Of a frame, the names of its index, which are no columns.

    Raises
    ------
    FileFormatError
        If a column is missing or there twice.
    """
    for name in (column.name for column in TABLES[table].columns if column.required):
        if name not in named.meanings and name not in constants:
            problem, advice = f"has no column {name}", _advice(name, table, named)
            if index is not None:
                advice = _advice_on_frame(name, table, named, index)
            elif cause := _cause(table, named):
                problem, advice = cause
            raise FileFormatError(path, problem, advice, line=line)
    written: dict[str, str] = {}
    for text, known in zip(named.written, fields, strict=True):
        if known is not None and known.name in written:
            both = f" ({written[known.name]} and {text})" if written[known.name] != text else ""
            problem = f"has more than one column {known.name}{both}"
            raise FileFormatError(path, problem, "Keep one of them", line=line)
        if known is not None:
            written[known.name] = text


def _advice(name: str, table: str, named: NamedColumns) -> str:
    usual = _usual(name, table)
    if name == USER_ID.name:
        usual += "; a history of your own goes in with cinewalk import"
    has = _listed(named)
    return f"The file has: {has}{usual}. Say which it is with --columns NAME={name} (columns= in Python)"


def _cause(table: str, named: NamedColumns) -> tuple[str, str] | None:
    """Say why a first line names nothing that is known, and what to do; ``None`` where its names are names."""
    first = named.written[0]
    words = first.split()
    shown = TABLES["ratings" if table in EVENT_TABLES else table]
    if first.startswith("#"):
        return (
            f"begins with a remark ({cut(first, _SHOWN)})",
            "Take out all above the line that names its columns",
        )
    if len(named.written) == 1 < len(words) and any(name_columns(words, table).meanings):
        return "has columns that are parted by blanks", "Put commas or tabs in place of the blanks"
    if not any(named.meanings) and any(map(is_value, named.written)):
        return no_names(named.written, [column.name for column in shown.columns if column.required])
    return None


def no_names(cells: Sequence[str], names: Sequence[str]) -> tuple[str, str]:
    """Say of a file whose first line holds values that it names no columns, and what to do."""
    return (
        f"names no columns in its first line ({', '.join(cells[:6])})",
        f"Write the names above it, such as {','.join(names)}",
    )


def is_value(text: str) -> bool:
    """Tell whether a cell holds a number, which is no name of a column.

    >>> is_value("3.5"), is_value("rating"), is_value("")
    (True, False, False)
    """
    try:
        return read_float(text) is not None
    except BadCellError:
        return False


def _advice_on_frame(name: str, table: str, named: NamedColumns, index: Sequence[str]) -> str:
    has = f"The frame has: {_listed(named)}"
    if index:
        return f"{has}; its index has {', '.join(index)}, of which reset_index() makes columns"
    return f'{has}{_usual(name, table)}. Say which it is with columns={{"NAME": "{name}"}}'


def _usual(name: str, table: str) -> str:
    others = aliases(name, table)[:3]
    return f" ({', '.join(others)} and the like are known, too)" if others else ""


def _listed(named: NamedColumns) -> str:
    has = ", ".join(filter(None, named.written[:_NAMED])) or "none"
    more = len(named.written) - _NAMED
    return f"{has} and {more} more" if more > 0 else has


def notes_on_columns(
    file: str,
    table: str,
    named: NamedColumns,
    fields: Sequence[Field | None],
    *,
    own: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Say which columns are read under another name, which are not read, and why.

    ``own`` are the names that the format has, of which nothing needs to be said.
    """
    left_out = [text for text, known in zip(named.written, fields, strict=True) if known is None]
    personal = [text for text in left_out if TABLES[table].groups and is_personal(text, table)]
    others = [text or "one without a name" for text in left_out if text not in personal]
    renamed = named.renamed.items()
    read = [f"{written} as {meaning}" for meaning, written in renamed if written not in own]
    notes = []
    if read:
        notes.append(f"{file}: read {', '.join(read)}.")
    if personal:
        notes.append(f"{file}: dropped, because it points to single people: {', '.join(personal)}.")
    if others:
        notes.append(f"{file}: left out, because cinewalk has no use for it: {', '.join(others)}.")
    return tuple(notes)


def layout_of(
    path: Path,
    table: str,
    header: Header,
    named: NamedColumns,
    fields: Sequence[Field | None],
    *,
    delimiter: str,
    quoted: bool,
    constants: Mapping[str, int] = _NO_CONSTANTS,
    own: frozenset[str] = frozenset(),
) -> TextFile:
    """Lay out a file by the columns that its header names."""
    check_columns(path, table, named, fields, line=header.line, constants=constants)
    layout = Layout(
        table,
        tuple(fields),
        delimiter,
        quoted=quoted,
        first_line=header.line + 1,
        offset=header.offset,
        constants=constants,
    )
    return TextFile(path, layout, notes_on_columns(path.name, table, named, fields, own=own), named)


def read_names(path: Path, *, delimiters: Sequence[str] = _DELIMITERS) -> tuple[Header, str, list[str]]:
    """Read the header of a CSV file.

    Returns
    -------
    header, delimiter, names
        The line, what stands between its cells, and the names as they are written.
    """
    header = read_header(path)
    delimiter = _COLONS if _COLONS in header.text else max(delimiters, key=header.text.count)
    try:
        cells = split_cells(header.text, delimiter, quoted=True)
    except BadRowError as error:
        raise FileFormatError(path, str(error), "Mend its first line", line=header.line) from None
    return header, delimiter, cells


def lay_out_csv(
    path: Path,
    table: str,
    columns: Mapping[str, str] = NOTHING,
    *,
    constants: Mapping[str, int] = _NO_CONSTANTS,
    own: frozenset[str] = frozenset(),
) -> TextFile:
    """Lay out a CSV file by the names of its columns.

    Parameters
    ----------
    path, table
        The file, and the table that it becomes.
    columns
        What a person says that columns are; see :func:`cinewalk.loaders.text.column_names.name_columns`.
    constants
        What is in every row unsaid.
    own
        Names of columns that the format has, of which nothing needs to be said.
    """
    header, delimiter, written = read_names(path)
    named = name_columns(written, table, columns)
    fields = usual_fields(named, table)
    return layout_of(
        path, table, header, named, fields, delimiter=delimiter, quoted=True, constants=constants, own=own
    )
