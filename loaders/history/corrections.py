"""What a person has once said about titles of theirs, remembered for the next export."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import FileFormatError, StorageError
from cinewalk.loaders.base.user_folder import HOME_VARIABLE, user_folder
from cinewalk.loaders.base.whole_file import write_whole
from cinewalk.loaders.titles.plain_names import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cinewalk.loaders.titles.catalogue_names import CatalogueNames, Match, NamedTitle

_COLUMNS: Final = ("name", "year", "kind", "title_id", "title")


class Key(NamedTuple):
    """What an answer is remembered by: the plain name, the year and the kind, where they are known."""

    name: str
    year: str
    kind: str


class Answer(NamedTuple):
    """The title that was meant, by its id and its label; both are empty where it was none of those shown."""

    title_id: str
    title: str


def key_of(wanted: NamedTitle) -> Key:
    """Return what answers about a title are remembered by."""
    return Key(plain(wanted.name), str(wanted.year or ""), wanted.kind)


def corrections_path() -> Path:
    """Return where answers are kept, in the user's folder."""
    return user_folder() / "corrections.csv"


def read_corrections() -> dict[Key, Answer]:
    """Read the answers that were given before.

    Raises
    ------
    FileFormatError
        Where the file has been damaged.
    """
    path = corrections_path()
    if not path.exists():
        return {}
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise FileFormatError(path, f"cannot be read ({error})", "Drop it with --forget") from error
    if not rows or tuple(rows[0]) != _COLUMNS or any(len(row) != len(_COLUMNS) for row in rows):
        raise FileFormatError(path, "is not a list of corrections", "Drop it with --forget")
    return {Key(*row[:3]): Answer(*row[3:]) for row in rows[1:]}


def write_corrections(answers: Mapping[Key, Answer]) -> None:
    """Keep answers, all of them or none.

    Raises
    ------
    StorageError
        Where the user's folder cannot be written.
    """
    path = corrections_path()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((*key, *answer) for key, answer in answers.items())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.getvalue(), private=True)
    except OSError as error:
        problem = f"{path}: cannot be written ({error.strerror or error})"
        raise StorageError(f"{problem}. Set {HOME_VARIABLE} to a folder that can.") from error


def forget_corrections() -> None:
    """Drop all answers.

    Raises
    ------
    StorageError
        Where the file cannot be removed.
    """
    path = corrections_path()
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be removed ({error.strerror or error}). Remove it yourself."
        ) from error


def remembered(match: Match, answers: Mapping[Key, Answer], names: CatalogueNames) -> Match:
    """Apply what was answered before, where the catalogue still has the title that was meant.

    Ids of one catalogue mean other titles in another, so that the label has to agree, too.
    """
    answer = answers.get(key_of(match.wanted))
    if answer is None:
        return match
    if not answer.title_id:
        return type(match)(match.wanted, None, (), "remembered")
    same = names.label_of(answer.title_id) == answer.title
    return match.settled(answer.title_id, "remembered") if same else match
