"""Files whose first line names their columns: which column is what, and what is left out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import ACTED_IN, DIRECTED, ROLE, TABLES
from cinewalk.loaders.tables.cells import Field, field, read_text
from cinewalk.loaders.tables.groups import is_personal, read_age, snake_case
from cinewalk.loaders.tables.layouts import Layout, TextFile
from cinewalk.loaders.tables.lines import BadRowError, read_header, split_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cinewalk.loaders.tables.lines import Header

_DELIMITERS: Final = (",", ";", "\t")
_OTHER_ROLES: Final = {"director": DIRECTED.name, "actor": ACTED_IN.name, "actress": ACTED_IN.name}


def _read_role(text: str) -> str | None:
    """Read a role, whatever its case, or the word for the one who has it."""
    role = snake_case(text)
    return _OTHER_ROLES.get(role, role) or None


def usual_field(name: str, table: str) -> Field | None:
    """Tell how a column is read, by its name; None leaves it out."""
    for column in TABLES[table].columns:
        if column.name == name:
            return Field(name, "text", _read_role) if column == ROLE else field(column)
    if not TABLES[table].groups or not name.isidentifier() or is_personal(name, table):
        return None
    return Field(name, "text", read_age if name == "age" else read_text)


def check_columns(
    path: Path,
    table: str,
    names: Sequence[str],
    *,
    line: int | None = None,
    shown: Mapping[str, str] | None = None,
    constants: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """See that the columns that must be there are, and that no name is there twice.

    Parameters
    ----------
    path, table, line
        The file, its table, and the line that names the columns.
    names
        The columns, by the names of the schema.
    shown
        What the format calls them, where it has its own names.
    constants
        The columns that need not be there, because every row has the same in them.

    Raises
    ------
    FileFormatError
        If a column is missing or there twice.
    """
    shown = shown or {}
    for name in (column.name for column in TABLES[table].columns if column.required):
        if name not in names and name not in constants:
            has = ", ".join(name for name in names[:12] if name) or "none"
            advice = f"The columns of {table} are listed in docs/data.md; this file has: {has}"
            raise FileFormatError(path, f"has no column {shown.get(name, name)}", advice, line=line)
    for name in names:
        if name and names.count(name) > 1:
            problem = f"has more than one column {shown.get(name, name)}"
            raise FileFormatError(path, problem, "Keep one of them", line=line)


def notes_on_columns(path: Path, table: str, fields: Mapping[str, Field | None]) -> tuple[str, ...]:
    """Say which columns are not loaded, and why."""
    left_out = [name for name, known in fields.items() if known is None]
    personal = [name for name in left_out if TABLES[table].groups and is_personal(name, table)]
    others = [name or "one without a name" for name in left_out if name not in personal]
    notes = []
    if personal:
        notes.append(f"{path.name}: dropped, because it points to single people: {', '.join(personal)}.")
    if others:
        notes.append(f"{path.name}: left out, because cinewalk has no use for it: {', '.join(others)}.")
    return tuple(notes)


def layout_of(
    path: Path,
    table: str,
    header: Header,
    fields: Sequence[tuple[str, Field | None]],
    *,
    delimiter: str,
    quoted: bool,
    shown: Mapping[str, str] | None = None,
    constants: Mapping[str, int] = MappingProxyType({}),
) -> TextFile:
    """Lay out a file by the columns that its header names."""
    names = [name for name, _ in fields]
    check_columns(path, table, names, line=header.line, shown=shown, constants=constants)
    layout = Layout(
        table,
        tuple(known for _, known in fields),
        delimiter,
        quoted=quoted,
        first_line=header.line + 1,
        offset=header.offset,
        constants=constants,
    )
    return TextFile(path, layout, notes_on_columns(path, table, dict(fields)))


def read_names(path: Path, *, delimiters: Sequence[str] = _DELIMITERS) -> tuple[Header, str, list[str]]:
    """Read the header of a CSV file.

    Returns
    -------
    header, delimiter, names
        The line, what stands between its cells, and the names in snake_case.
    """
    header = read_header(path)
    delimiter = max(delimiters, key=header.text.count)
    try:
        cells = split_cells(header.text, delimiter, quoted=True)
    except BadRowError as error:
        raise FileFormatError(path, str(error), "Mend its first line", line=header.line) from None
    return header, delimiter, [snake_case(cell) for cell in cells]


def lay_out_csv(path: Path, table: str, constants: Mapping[str, int] = MappingProxyType({})) -> TextFile:
    """Lay out a CSV file with cinewalk's own column names; ``constants`` are in every row unsaid."""
    header, delimiter, names = read_names(path)
    fields = [(name, usual_field(name, table)) for name in names]
    return layout_of(path, table, header, fields, delimiter=delimiter, quoted=True, constants=constants)
