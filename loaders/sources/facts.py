"""Facts about titles from a file of their own, joined to what a source says of them before the graph is built."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from cinewalk.errors import FileFormatError, RejectedRowsError
from cinewalk.graph.model.schema import ACTED_IN, DIRECTED, MATURITY, UNKNOWN_YEAR, YEAR
from cinewalk.loaders.exports.csv_rows import read_table
from cinewalk.loaders.exports.export_files import ExportFile
from cinewalk.loaders.exports.export_rows import title_in
from cinewalk.loaders.tables.cells import BadCellError, read_date, read_id, read_integer, read_list, read_text
from cinewalk.loaders.tables.lines import readable
from cinewalk.loaders.tables.maturity_labels import read_maturity
from cinewalk.loaders.tables.tables import Reject
from cinewalk.loaders.text.column_names import name_columns, plain
from cinewalk.loaders.titles.catalogue_names import CatalogueNames, NamedTitle
from cinewalk.loaders.titles.external_ids import titles_by_external_id
from cinewalk.loaders.titles.names import parse_title

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cinewalk.loaders.exports.csv_rows import CsvTable, Record
    from cinewalk.loaders.tables.tables import Tables

#: The columns of people, and the role of those in them.
PEOPLE: Final = {"directors": DIRECTED.name, "actors": ACTED_IN.name}
#: What a column of maturity labels is called elsewhere; in other tables it may hold something else.
_OTHER_LABELS: Final = frozenset(
    {
        "certificate",
        "certification",
        "rated",
        "agerating",
        "contentrating",
        "maturityrating",
        "mpaa",
        "mpaarating",
    }
)
_NAMED: Final = 5


def _read_year(text: str) -> int | None:
    year = read_integer(text)
    if year is not None and not (YEAR.minimum or 0) <= year <= (YEAR.maximum or 0):
        raise BadCellError("is not a year from 1870 to 2100")
    return year


#: The columns of facts, and how a cell is read; an empty one says nothing.
FACTS: Final[Mapping[str, Callable[[str], Any]]] = {
    "kind": read_text,
    "maturity": read_maturity,
    "released": read_date,
    "year": _read_year,
    "genres": read_list,
    **dict.fromkeys(PEOPLE, read_list),
}


class FactCount(NamedTuple):
    """What became of the rows; ``rows == matched + unmatched + ambiguous + bad``."""

    rows: int
    matched: int
    unmatched: int
    ambiguous: int
    bad: int


class _Fact(NamedTuple):
    """What one row says of a title: the values that are given, by column."""

    place: int
    values: dict[str, Any]


def with_facts(
    tables: Tables, path: str | Path, *, board: str = "", max_rejects: int = 0
) -> tuple[Tables, FactCount]:
    """Join a file of facts to the tables of a source.

    Parameters
    ----------
    tables
        The tables.
    path
        A CSV file with ``title_id`` (of the source, of IMDb or of TMDB), or ``title`` and perhaps ``year``, and any of
        the columns of :data:`FACTS`; columns may have their common names (``movieId``, ``tconst``, ``genre``, …). A
        name has to be the same as in the source but for case, accents, punctuation and articles; years may differ by
        one. What is given fills or replaces what the source says; people take the place of those in the same role.
    board
        Whose labels the column ``maturity`` has; see :func:`~cinewalk.loaders.tables.maturity_labels.read_maturity`.
    max_rejects
        How many bad rows may be left out.

    Returns
    -------
    tables, count
        The joined tables, with a note of what became of the rows; and the same as numbers.

    Raises
    ------
    FileFormatError
        Where the file cannot be read, or has neither titles nor facts.
    RejectedRowsError
        Where it has more bad rows than allowed. Nothing is joined then.
    """
    path = Path(path)
    with readable(path):
        table = _with_common_names(read_table(ExportFile(path.name, path.read_bytes())))
    _check_columns(table)
    names = _names(tables)
    facts, bad = [], list(table.bad)
    missed: dict[str, list[str]] = {"unmatched": [], "ambiguous": []}
    for record in table.records:
        try:
            place, shown, values = _read(table, record, names, board)
        except BadCellError as error:
            shown = title_in(dict(zip(table.names, record.cells, strict=True)))
            bad.append(Reject(table.file.name, record.line, "", shown, str(error)))
            continue
        if isinstance(place, int):
            facts.append(_Fact(place, values))
        else:
            missed[place].append(shown)
    if len(bad) > max_rejects:
        raise RejectedRowsError(len(bad), max_rejects, str(min(bad, key=lambda reject: reject.line)), None)
    rows = len(table.records) + len(table.bad)
    count = FactCount(rows, len(facts), len(missed["unmatched"]), len(missed["ambiguous"]), len(bad))
    joined = dataclasses.replace(
        tables,
        titles=_titles(tables.titles, facts),
        people=_people(tables, facts),
        rejects=(*tables.rejects, *bad),
        notes=(*tables.notes, *table.file.notes, *_notes(path.name, count, missed)),
    )
    return joined, count


def _with_common_names(table: CsvTable) -> CsvTable:
    """Return the table with columns under the schema's names, where they have common ones."""
    labels = next((name for name in table.written if plain(name) in _OTHER_LABELS), "")
    said = {} if not labels or table.has(MATURITY.name) else {labels: MATURITY.name}
    named = name_columns(table.written, "titles", said)
    taken = {*FACTS, *named.meanings}
    columns = zip(table.names, named.meanings, strict=True)
    names = (
        name if name in FACTS else meaning or ("" if name in taken else name) for name, meaning in columns
    )
    return dataclasses.replace(table, names=tuple(names))


def _check_columns(table: CsvTable) -> None:
    if not table.has("title_id") and not table.has("title"):
        table.need("title_id")
    known = [name for name in table.names if name in FACTS]
    if not known or (known == ["year"] and not table.has("title_id")):
        problem = f"holds no facts: it has {', '.join(table.written)}"
        advice = f"Facts are {', '.join(FACTS)} (docs/data.md)"
        raise FileFormatError(table.file.name, problem, advice, line=1)


def _names(tables: Tables) -> CatalogueNames:
    titles = tables.titles
    ids = [str(title_id) for title_id in titles["title_id"].tolist()]
    # Kinds are facts here, and no help in finding a title.
    external = titles_by_external_id(titles["imdb_id"].tolist(), titles["tmdb_id"].tolist())
    return CatalogueNames(
        ids, titles["title"].tolist(), titles["year"].to_numpy(), [""] * len(ids), external=external
    )


def _read(
    table: CsvTable, record: Record, names: CatalogueNames, board: str
) -> tuple[int | str, str, dict[str, Any]]:
    """Return the title's position or why there is none, what a person sees of the row, and what it says."""
    cells = dict(zip(table.names, record.cells, strict=True))
    values = _values(cells, board)
    if table.has("title_id"):
        title_id = read_id(cells["title_id"])
        if title_id is None:
            raise BadCellError("has no title_id")
        position = names.position(names.find_id(title_id) or title_id)
        return ("unmatched" if position is None else position), title_id, values
    title = read_text(cells["title"])
    if title is None:
        raise BadCellError("has no title")
    name, year = parse_title(title)
    match = names.settle(NamedTitle(name, values.get("year", year)))
    position = None if match.title_id is None else names.position(match.title_id)
    if position is None:
        return ("ambiguous" if match.candidates else "unmatched"), match.wanted.label, values
    # The year was needed to find the title; it is a fact only where the source has none.
    if names.years[position] != UNKNOWN_YEAR:
        values.pop("year", None)
    return position, match.wanted.label, values


def _values(cells: Mapping[str, str], board: str) -> dict[str, Any]:
    """Read the cells that say something."""
    values = {}
    for name in (name for name in FACTS if name in cells):
        try:
            value = read_maturity(cells[name], board) if name == MATURITY.name else FACTS[name](cells[name])
        except BadCellError as error:
            raise BadCellError(f"has {cells[name][:20]!r} for {name}, which {error}") from None
        says_nothing = value is None or (isinstance(value, tuple) and not value)
        if not says_nothing:
            values[name] = value
    return values


def _titles(titles: pd.DataFrame, facts: list[_Fact]) -> pd.DataFrame:
    """Return the titles with the values that are given."""
    changed = {}
    for name in FACTS:
        given = {fact.place: fact.values[name] for fact in facts if name in fact.values}
        if name in PEOPLE or not given:
            continue
        values = titles[name].tolist()
        for place, value in given.items():
            values[place] = value
        if titles[name].dtype == object:
            column = np.fromiter(values, object, len(values))
            changed[name] = pd.Series(column, index=titles.index)
        else:
            changed[name] = pd.Series(values, index=titles.index).astype(titles[name].dtype)
    return titles.assign(**changed)


def _people(tables: Tables, facts: list[_Fact]) -> pd.DataFrame:
    """Return the people with those that are given, who take the place of others in their role."""
    given = {
        (fact.place, role): fact.values[column]
        for column, role in PEOPLE.items()
        for fact in facts
        if column in fact.values
    }
    if not given:
        return tables.people
    ids = tables.titles["title_id"].tolist()
    people = tables.people.assign(person_id=tables.people["person_id"].astype("str"))
    replaced = {(ids[place], role) for place, role in given}
    kept = [pair not in replaced for pair in zip(people["title_id"], people["role"], strict=True)]
    known = dict(zip(people["name"].tolist(), people["person_id"].tolist(), strict=True))
    rows = [
        {"person_id": known.get(name, name), "name": name, "title_id": ids[place], "role": role}
        for (place, role), names in given.items()
        for name in names
    ]
    added = pd.DataFrame(rows).astype({"title_id": tables.titles["title_id"].dtype, "person_id": "str"})
    joined = pd.concat([people[kept], added], ignore_index=True)
    groups = [name for name in people.columns if name not in {"person_id", "name", "title_id", "role"}]
    by_person = people.drop_duplicates("person_id").set_index("person_id")
    for name in groups:
        joined[name] = joined["person_id"].map(by_person[name]).fillna("")
    return joined[people.columns]


def _notes(file: str, count: FactCount, missed: Mapping[str, list[str]]) -> list[str]:
    notes = [
        f"{file}: {count.rows} rows of facts: {count.matched} matched, {count.unmatched} not in the source, "
        f"{count.ambiguous} ambiguous, {count.bad} bad."
    ]
    for why, text in (("unmatched", "not in the source"), ("ambiguous", "could be any of several titles")):
        if missed[why]:
            more = len(missed[why]) - _NAMED
            named = ", ".join(missed[why][:_NAMED]) + (f" and {more} more" if more > 0 else "")
            notes.append(f"{file}: {text}: {named}.")
    return notes
