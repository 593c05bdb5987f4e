"""What OpenAPI says of every endpoint: what it answers, with an example, and how it fails."""

from collections.abc import Mapping
from typing import Any, Final

from cinewalk.serve.answers import ErrorAnswer

_REASON: Final = {"title_id": "alien", "title": "Alien (1979)", "share": 0.62, "viewers": 31}
ITEM: Final[Mapping[str, Any]] = {
    "rank": 1,
    "title_id": "blade",
    "title": "Blade Runner",
    "year": 1982,
    "score": 0.31,
    "because": [_REASON],
    "others": {"count": 4, "share": 0.38},
}
SIGNAL: Final[Mapping[str, Any]] = {
    "user_id": "anna",
    "kind": "thumbed",
    "title_id": "alien",
    "title": "Alien (1979)",
    "before": None,
    "after": {"value": 1, "timestamp": 1_700_000_000},
}
FOUND: Final[Mapping[str, Any]] = {"title_id": "alien", "title": "Alien", "year": 1979}
EXPLANATION: Final[Mapping[str, Any]] = {
    "title_id": "blade",
    "title": "Blade Runner",
    "year": 1982,
    "score": 0.31,
    "walk": "blend",
    "viewers": 40,
    "patterns": {"titles": 0.7, "viewers": 0.3},
    "relationships": {"LIKES": 1.0},
    "because": [_REASON],
    "others": {"count": 4, "share": 0.38},
}
OTHERWISE: Final[Mapping[str, Any]] = {
    "counterfactual": {
        "without": [{"title_id": "alien", "title": "Alien (1979)"}],
        "first": {"title_id": "blade", "title": "Blade Runner (1982)"},
        "instead": {"title_id": "heat", "title": "Heat (1995)", "score": 0.2},
        "proven_smallest": True,
        "tried": 5,
    },
    "text": "Without Alien (1979) you would get Heat (1995) instead of Blade Runner (1982).",
}

_FAILURES: Final = {
    400: "the ask makes no sense as put",
    401: "the token is missing or wrong",
    403: "another site asks, or a name that is not this service's",
    404: "there is no such user, title or name",
    409: "a name that several titles carry",
    413: "too much at once",
    422: "a parameter is missing, unknown, or no value that it takes",
    503: "the database or the disk stands in the way",
}
#: How every endpoint fails.
FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "model": ErrorAnswer,
        "description": why,
        "content": {"application/json": {"example": {"error": f"One line: {why}, and what to do."}}},
    }
    for status, why in _FAILURES.items()
}


def answers(model: Any, example: Any) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of an answer.

    Parameters
    ----------
    model
        Its type.
    example
        One such answer.
    """
    return {200: {"model": model, "content": {"application/json": {"example": example}}}}
