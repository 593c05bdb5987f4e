"""What answers look like: the words of the command line's ``--json``, typed for OpenAPI and for assistants."""

from typing import NotRequired

from typing_extensions import TypedDict


class ReasonAnswer(TypedDict, total=False):
    """One reason: what it is, and its exact share of the score."""

    title_id: str
    title: str
    genre: str
    person_id: str
    user_id: str
    name: str
    group_id: str
    group: str
    everybody: bool
    asked: bool
    viewers: int | None
    viewers_below: int
    share: float


class OthersAnswer(TypedDict):
    """The reasons that are not named: how many, and their share together."""

    count: int
    share: float


class ItemAnswer(TypedDict):
    """One recommended title."""

    rank: int
    title_id: str
    title: str
    year: int | None
    score: float
    because: list[ReasonAnswer]
    others: OthersAnswer
    reason: NotRequired[str]
    adjustments: NotRequired[dict[str, float]]


class RowAnswer(TypedDict):
    """Titles because of one that was watched."""

    because_id: str
    because: str
    titles: list[ItemAnswer]


class ShelfAnswer(TypedDict):
    """One row of a home page."""

    row: str
    heading: str
    titles: list[ItemAnswer]


class FoundAnswer(TypedDict):
    """One title that was searched for."""

    title_id: str
    title: str
    year: int | None


class ScoredAnswer(FoundAnswer):
    """One title with its score."""

    score: float


class NodeAnswer(TypedDict):
    """One node of a walk; other viewers have no id."""

    label: str
    id: str
    name: str


class PathAnswer(TypedDict):
    """One walk from a person to a title."""

    nodes: list[NodeAnswer]
    relationships: list[str]
    share: float
    score: float


class LikeAnswer(TypedDict, total=False):
    """What would have to be otherwise: a like, or all groups."""

    title_id: str
    title: str
    groups: str


class PlaceAnswer(TypedDict):
    """A title in the first place."""

    title_id: str
    title: str
    score: NotRequired[float]


class CounterfactualAnswer(TypedDict):
    """What comes ``first`` with the likes that ``without`` names, and ``instead`` without them."""

    without: list[LikeAnswer]
    first: PlaceAnswer
    instead: PlaceAnswer
    proven_smallest: bool
    tried: int


class ExplanationAnswer(ScoredAnswer):
    """Why a title is recommended: shares that add up to the score."""

    walk: str
    viewers: int | None
    viewers_below: NotRequired[int]
    patterns: dict[str, float]
    relationships: dict[str, float]
    because: list[ReasonAnswer]
    others: OthersAnswer
    adjustments: NotRequired[dict[str, float]]
    paths: NotRequired[list[PathAnswer]]
    counterfactual: NotRequired[CounterfactualAnswer | None]


class DifferenceAnswer(TypedDict):
    """What one reason gives to the one title and to the other."""

    id: str
    name: str
    score: float
    other_score: float


class ContrastAnswer(ScoredAnswer):
    """Why one title rather than another."""

    instead_of: ScoredAnswer
    walk: str
    differences: list[DifferenceAnswer]
    adjustments: NotRequired[dict[str, list[float]]]


class OtherwiseAnswer(TypedDict):
    """What would have to be otherwise, and in words; ``None`` where nothing was found."""

    counterfactual: CounterfactualAnswer | None
    text: str


class BoxAnswer(TypedDict):
    """One box of a picture; across it is measured in hundredths of the width, down it in pixels."""

    kind: str
    left: float
    width: float
    top: float
    height: float
    colour: str
    name: str
    note: str
    hint: str


class BandAnswer(TypedDict):
    """One band of a picture, as wide as its share."""

    outline: str
    colour: str
    share: float


class DrawingAnswer(TypedDict):
    """The reasons as a picture."""

    boxes: list[BoxAnswer]
    bands: list[BandAnswer]
    height: float


class ShareAnswer(TypedDict):
    """One reason, in full."""

    label: str
    id: str
    name: str
    share: float


class PictureAnswer(TypedDict):
    """An explanation as it is shown: in words, as a picture, and every share."""

    title_id: str
    label: str
    text: str
    drawing: DrawingAnswer
    shares: list[ShareAnswer]
    adjustments: dict[str, float]


class EventAnswer(TypedDict):
    """One thing that somebody did."""

    kind: str
    title_id: str
    title: str
    year: int | None
    value: float | None
    when: str | None
    liked: bool


class HistoryAnswer(TypedDict):
    """What somebody did, newest first."""

    user_id: str
    events: list[EventAnswer]


class SignalAnswer(TypedDict):
    """What was told."""

    user_id: str
    kind: str
    title_id: str
    title: str
    before: dict[str, float] | None
    after: dict[str, float] | None


class RemovedAnswer(TypedDict):
    """What was removed from where."""

    where: str
    what: str
    count: int


class ErasedAnswer(TypedDict):
    """What erasing somebody removed, and what it cannot reach."""

    user_id: str
    removed: list[RemovedAnswer]
    unreached: list[str]
    dry_run: bool


class ChangesAnswer(TypedDict):
    """What a refresh has read."""

    changed: bool
    fetched: dict[str, int]
    full: list[str]


class CandidateAnswer(PlaceAnswer):
    """A title that could be meant, and how alike it is, to 100."""


class QuestionAnswer(TypedDict):
    """A title of a history that could be several here."""

    wanted: str
    rows: int
    candidates: list[CandidateAnswer]


class ImportedAnswer(TypedDict):
    """What came of a history."""

    users: list[str]
    rows: dict[str, int]
    titles: int
    found: list[dict[str, str]]
    events: dict[str, int]
    unmatched: list[dict[str, str | int]]
    questions: list[QuestionAnswer]
    notes: list[str]
    kept: bool


class LinkAnswer(TypedDict):
    """An address to open; ``None`` where there is none."""

    address: str | None


class ErrorAnswer(TypedDict):
    """What went wrong: one line that says what, where, and what to do."""

    error: str
