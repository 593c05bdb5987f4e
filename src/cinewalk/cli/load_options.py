"""What can be said to the command `load`, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cinewalk.graph.model.preference import Preference
    from cinewalk.loaders.sources.shaping import Shape

SourceArgument = Annotated[
    str,
    typer.Argument(
        help="A data set's name, a folder or zip of files, a single file, or the address of a Neo4j."
    ),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Where to keep the graph; else the user's data folder.")
]
MaxRejectsOption = Annotated[int, typer.Option(min=0, help="How many bad rows may be left out.")]
RatingRangeOption = Annotated[
    str | None, typer.Option(help="Lowest and highest rating of the source.  [default: 0.5:5]")
]
LikeRatingOption = Annotated[
    float | None,
    typer.Option(
        help="The lowest rating that is a like.  [default: 4 of 5, .6 of the way up other scales, or as a Neo4j says]"
    ),
]
MappingOption = Annotated[
    str | None,
    typer.Option("--mapping", help="A Neo4j's own names: a TOML file, or `recommendations`."),
]
FactsOption = Annotated[
    Path | None,
    typer.Option("--facts", help="A CSV file with more about the titles: kind, maturity, people, …"),
]
BoardOption = Annotated[
    str | None,
    typer.Option(
        "--maturity-board", help="Whose labels the facts have: mpa, tv, fsk, bbfc, canada or eirin."
    ),
]
GroupsOption = Annotated[
    str,
    typer.Option(
        "--groups", help="Which columns of users make demographic groups: all, none, or age,gender."
    ),
]
BandsOption = Annotated[
    list[str] | None,
    typer.Option("--band", help="Band a column of numbers: income:20000,50000; may be repeated."),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        "--columns", help="What columns of the files are: film_nr=title_id,mark=rating; NAME= leaves one out."
    ),
]
PrepareOption = Annotated[
    Path | None, typer.Option("--config", help="Settings of the walks (TOML) to prepare the graph with.")
]


def rating_range_of(text: str | None) -> tuple[float, float] | None:
    """Read ``LOW:HIGH``; ``None`` where nothing is said."""
    if text is None:
        return None
    low, separator, high = text.partition(":")
    try:
        return float(low), float(high if separator else "x")
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not LOW:HIGH, such as 1:10.", param_hint="--rating-range"
        ) from None


def preference_of(like_rating: float | None) -> Preference | None:
    """Return what makes a like; ``None`` where nothing is said."""
    from cinewalk.graph.model.preference import Preference

    return None if like_rating is None else Preference(like_rating=like_rating)


def _columns(text: str) -> dict[str, str]:
    """Read what a person says that columns are.

    >>> _columns("film nr=title_id,tag=")
    {'film nr': 'title_id', 'tag': ''}
    """
    columns = {}
    for part in text.split(","):
        name, _, meaning = part.rpartition("=")
        if not name.strip():
            raise typer.BadParameter(
                f"{part!r} is not NAME=COLUMN, such as film_nr=title_id.", param_hint="--columns"
            )
        columns[name.strip()] = meaning.strip()
    return columns


def _band(text: str) -> tuple[str, list[float]]:
    column, _, numbers = text.partition(":")
    try:
        return column, [float(number) for number in numbers.split(",")]
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not COLUMN:NUMBERS, such as income:20000,50000.", param_hint="--band"
        ) from None


def shape_of(
    facts: Path | None, groups: str, bands: list[str], columns: str | None, board: str | None
) -> Shape:
    """Return how files are to become tables."""
    from cinewalk.loaders.sources.shaping import ALL, NONE, Shape

    chosen = groups if groups in (ALL, NONE) else [name.strip() for name in groups.split(",")]
    named = {} if columns is None else _columns(columns)
    return Shape(facts, chosen, dict(_band(text) for text in bands), named, board)
