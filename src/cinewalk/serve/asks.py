"""What requests may say: the words of the command line's options, bounded, and refused where they are unknown."""

import re
from typing import Annotated, Any, Final, Literal

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from cinewalk.errors import RequestError
from cinewalk.graph.walks.registry import WalkName
from cinewalk.queries.words.filters import Only
from cinewalk.queries.words.numbers import years_in

#: The most titles of a list, the most values of a repeated parameter, and the longest text.
MOST_TITLES: Final = 500
MOST_VALUES: Final = 50
LONGEST_TEXT: Final = 300

User = Annotated[str, Field(description="The user's id.", examples=["196"])]
Title = Annotated[str, Field(description="The title's id or name.", examples=["Fargo"])]
Count = Annotated[int, Field(ge=1, le=MOST_TITLES, description="How many titles.", examples=[5])]
Names = Annotated[list[str], Field(max_length=MOST_VALUES)]
Maturity = Annotated[
    int | None, Field(ge=0, le=21, description="Nothing above this age, and nothing unrated.")
]
Instant = Annotated[
    str | None, Field(description="When, as 2026-11-24T20:15 (UTC).", examples=["2026-11-24T20:15"])
]
PartsOrder = Literal["first-part-first"]
ThumbName = Literal["down", "up", "two-up"]
THUMBS: Final[dict[ThumbName, int]] = {"down": -1, "up": 1, "two-up": 2}


class Ask(BaseModel):
    """What every request has: texts of a length that people write, and no words that nobody knows."""

    model_config = ConfigDict(extra="forbid", str_max_length=LONGEST_TEXT, allow_inf_nan=False)


class UserAsk(Ask):
    """About one person."""

    user: User


class NarrowedAsk(Ask):
    """What may be shown, whatever a list starts from."""

    years: Annotated[
        str | None, Field(description="Only from 1994, 1970-1979 or 1970s.", examples=["1970s"])
    ] = None
    kind: Annotated[Names, Field(description="Only titles of a kind, such as film or series.")] = []
    maturity: Maturity = None


class FilteredAsk(NarrowedAsk):
    """What may be shown."""

    genre: Annotated[Names, Field(description="Only titles of a genre; may be repeated.")] = []
    person: Annotated[Names, Field(description="Only titles with a person; an id or name.")] = []

    def only(self) -> Only | None:
        """Return what may be shown; ``None`` where nothing is asked for."""
        only = Only(years_in(self.years), self.genre, self.kind, self.person, self.maturity)
        return None if only == Only() else only


class ListAsk(UserAsk, FilteredAsk):
    """A list for one person."""

    k: Count = 10
    walk: Annotated[WalkName | None, Field(description="How to walk the graph.")] = None
    remedies: Annotated[
        str | None, Field(description="What re-ranks the list.", examples=["calibrated=0.1,bubble=2"])
    ] = None
    order: Annotated[
        PartsOrder | None, Field(description="Of a story in parts, the first that was not seen comes first.")
    ] = None

    def options(self) -> dict[str, Any]:
        """Return what the recommender takes beside the person, by its names."""
        return {
            "k": self.k,
            "walk": self.walk,
            "only": self.only(),
            "remedies": self.remedies,
            "order": self.order,
        }


class ExplainAsk(ListAsk):
    """Why one title."""

    title: Title
    top: Annotated[int, Field(ge=1, le=MOST_TITLES, description="How many reasons to name.")] = 8
    paths: Annotated[int, Field(ge=0, le=MOST_TITLES, description="How many single walks to tell.")] = 0
    counterfactual: Annotated[
        bool, Field(description="Also say without which likes another title came first.")
    ] = False


class WhyAsk(ListAsk):
    """About one title of a list."""

    title: Title


class ShownAsk(UserAsk):
    """One title that is shown to a person."""

    title: Title


class ContrastAsk(WhyAsk):
    """Why one title rather than another."""

    instead_of: Annotated[str, Field(description="The other title's id or name.", examples=["Heat"])]


class SimilarAsk(Ask):
    """What is like a title."""

    title: Title
    k: Count = 10
    user: Annotated[str | None, Field(description="Without what this user has seen.")] = None
    walk: Annotated[WalkName | None, Field(description="How to walk the graph.")] = None


class SearchAsk(Ask):
    """Titles by a part of their name."""

    text: Annotated[str, Field(description="What is typed of the name.", examples=["star w"])]
    k: Count = 10
    user: Annotated[str | None, Field(description="Without what must not be shown to this user.")] = None


class NamedAsk(Ask):
    """A taste, from what somebody names."""

    title: Annotated[
        Names, Field(description="Ids or names; may be repeated.", examples=[["Chinatown"]])
    ] = []
    genre: Annotated[Names, Field(description="Genres to start from.", examples=[["Thriller"]])] = []
    person: Annotated[Names, Field(description="Ids or names of people.")] = []
    group: Annotated[Names, Field(description="Groups, such as age=25-34.")] = []

    def seeds(self) -> tuple[list[str], list[str], list[str], list[str]]:
        """Return what walks start from, in the recommender's order."""
        return self.title, self.genre, self.person, self.group


class TasteAsk(NamedAsk, NarrowedAsk):
    """A list for a taste."""

    k: Count = 10


class ExplainTasteAsk(NamedAsk):
    """Why one title, for a taste."""

    explain: Title


class RowsAsk(Ask):
    """Feeds in rows."""

    k: Count = 10
    rows: Annotated[int, Field(ge=1, le=20, description="How many rows of because-you-watched.")] = 3
    at: Instant = None
    order: Annotated[
        Literal["first-part-first", "score"],
        Field(description="Parts of a story in their order, or scores alone."),
    ] = "first-part-first"

    def parts(self) -> PartsOrder | None:
        """Return the order as recommenders take it."""
        return None if self.order == "score" else self.order


class FeedAsk(RowsAsk):
    """One of the feeds."""

    user: Annotated[
        Names, Field(description="The user's id; for `together` several; for `top` none is needed.")
    ] = []
    days: Annotated[
        int | None,
        Field(ge=0, le=100_000, description="The days of top (7; 0 for all time) or new-releases (365)."),
    ] = None
    group: Annotated[str | None, Field(description="Whose viewers count for top, such as age=25-34.")] = None


class HomeAsk(UserAsk, RowsAsk):
    """The rows of one person's home page."""


class TitleSignal(UserAsk):
    """Something that a person does with a title; somebody new is made known."""

    title: Title
    at: Instant = None


class WatchSignal(TitleSignal):
    """How far somebody has watched a title."""

    progress: Annotated[float, Field(ge=0, le=1, description="How far, 0 to 1.", examples=[0.9])] = 1.0


class RateSignal(TitleSignal):
    """How somebody rates a title."""

    rating: Annotated[float, Field(description="Usually 0.5 to 5.", examples=[4.5])]


class ThumbSignal(TitleSignal):
    """The thumb that somebody gives a title."""

    thumb: Annotated[ThumbName, Field(examples=["up"])]


class LimitSignal(UserAsk):
    """What somebody may be shown."""

    maturity: Annotated[int | None, Field(ge=0, le=21, description="Nothing above this age; null lifts it.")]


class EraseAsk(UserAsk):
    """Take a person out of the graph."""

    dry_run: Annotated[bool, Field(description="Only tell what would be removed.")] = False


class ImportAsk(UserAsk):
    """A file of another service."""

    file: Annotated[UploadFile, Field(description="The export: a file of it, or its zip archive.")]
    service: Annotated[
        Literal["netflix", "imdb", "letterboxd", "trakt", "simkl", "plex", "jellyfin"],
        Field(description="Whose export it is."),
    ]
    mode: Annotated[
        Literal["new", "add", "replace"], Field(description="What to do with what is known of the person.")
    ] = "new"
    answers: Annotated[
        str | None,
        Field(
            max_length=200_000,
            description="What was asked, answered: JSON, by what the file says the title's id, or nothing for none.",
            examples=['{"Heat": "heat"}'],
        ),
    ] = None
    date_order: Annotated[
        Literal["dmy", "mdy", "ymd"] | None,
        Field(description="Of Netflix' dates, where they do not tell it."),
    ] = None

    profile: Annotated[
        str | None, Field(description="Only this profile; needed where there are several.")
    ] = None

    @property
    def name(self) -> str:
        """The file's own name, without any folder, and of characters that every disk takes."""
        name = re.sub(r"[^\w.() -]", "_", (self.file.filename or "").replace("\\", "/").rpartition("/")[2])
        return name[-100:].lstrip(". ") or "export.csv"

    def chosen(self) -> dict[str, str] | None:
        """Return the answers."""
        if self.answers is None:
            return None
        try:
            return TypeAdapter(dict[str, str]).validate_json(self.answers)
        except ValueError as error:
            raise RequestError('answers are not JSON such as {"Heat": "heat"}.') from error
