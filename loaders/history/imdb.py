"""IMDb's ``ratings.csv``: ratings from 1 to 10, half of which is the rating here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model.schema import FILM, SERIES
from cinewalk.loaders.exports.csv_rows import read_table
from cinewalk.loaders.exports.export_rows import Ignored, name_in, read_rows, time_in, year_in
from cinewalk.loaders.exports.history_rows import RATINGS, HistoryRow, Rated, joined
from cinewalk.loaders.tables.cells import BadCellError, read_float, read_text

if TYPE_CHECKING:
    from cinewalk.loaders.exports.csv_rows import CsvTable
    from cinewalk.loaders.exports.export_files import Export
    from cinewalk.loaders.exports.export_rows import Cells
    from cinewalk.loaders.exports.history_rows import ExportedHistory

#: The file that is looked for.
FILES: Final = "ratings.csv"
_CONST: Final = re.compile(r"tt\d{5,12}")
_MOST: Final = 10
#: What columns were called earlier, and in lists.
_EARLIER: Final = {"you_rated": "your_rating", "date_added": "date_rated", "created": "date_rated"}
#: How a day was written before 2017.
_WRITTEN_OUT: Final = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) \d{2}:\d{2}:\d{2} (\d{4})")
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
#: What IMDb calls things, by their letters, in the languages of its pages; what is none of these is of no known kind.
_GAME: Final = re.compile(
    "videog|videospi|videospe|videojuego|videojogo|jeuvid|jogo|videohr|видеоигр|oyun|ゲーム|game"
)
_EPISODE: Final = re.compile("episod|épisod|folge|aflevering|avsnitt|afsnit|odcinek|эпизод|bölüm|エピソード")
_SERIES: Final = re.compile("serie|série|seria|series|сериал|dizi|シリーズ|sarja|sorozat")
_FILM: Final = re.compile(
    "movie|film|película|pelicula|short|court|corto|curta|kurz|video|vídeo|vidéo|documentary|special|фильм|映画|elokuva"
)


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    return name.rpartition("/")[2] == "ratings.csv"


def read_imdb(export: Export) -> ExportedHistory:
    """Read an export.

    Raises
    ------
    FileFormatError
        Where a column is missing.
    """
    return joined(_read(read_table(file)) for file in export.files)


def _read(table: CsvTable) -> ExportedHistory:
    table = table.renamed(_EARLIER)
    table.need("title", "your_rating")
    return read_rows(table, lambda cells, line: _row(table, cells, line))


def _row(table: CsvTable, cells: Cells, line: int) -> HistoryRow:
    name, moment = name_in(cells["title"]), _time(cells.get("date_rated", ""))
    year, rating = year_in(cells.get("year", "")), read_float(cells["your_rating"])
    const = cells.get("const", "").strip()
    if const and not _CONST.fullmatch(const):
        raise BadCellError(f"has {const[:20]!r} where IMDb's id should be")
    if rating is None:
        raise Ignored("has no rating")
    if not 1 <= rating <= _MOST:
        raise BadCellError(f"has the rating {rating:g}, and there are 1 to {_MOST}")
    kind = _kind(cells.get("title_type", ""))
    original = read_text(cells.get("original_title", ""))
    return HistoryRow(
        table.file.base,
        line,
        name,
        (Rated(rating / 2),),
        moment,
        year,
        kind,
        external_id=const,
        other_names=(original,) if original and original != name else (),
        record=RATINGS,
    )


def _time(text: str) -> int:
    match = _WRITTEN_OUT.fullmatch(text.strip())
    if match is None or match[1] not in _MONTHS:
        return time_in(text)
    return time_in(f"{match[3]}-{_MONTHS.index(match[1]) + 1:02}-{int(match[2]):02}")


def _kind(text: str) -> str:
    """Tell films from series by what IMDb calls them, in several languages; games and episodes are neither.

    >>> _kind("TV Mini Series"), _kind("Movie"), _kind("Fernsehserie"), _kind("Spielfilm"), _kind("Podcast")
    ('series', 'film', 'series', 'film', '')
    """
    letters = "".join(filter(str.isalpha, text)).lower()
    if _GAME.search(letters):
        raise Ignored("is a game")
    if _EPISODE.search(letters):
        raise Ignored("is a single episode")
    return SERIES if _SERIES.search(letters) else FILM if _FILM.search(letters) else ""
