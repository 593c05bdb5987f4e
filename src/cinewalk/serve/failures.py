"""What goes wrong, as an answer: the product's one line, with the status that says whose turn it is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from cinewalk.clean_text import clean, cut
from cinewalk.errors import (
    AmbiguousTitleError,
    CinewalkError,
    EnvironmentProblem,
    GraphFolderError,
    MissingPackageError,
    NotFoundError,
    SourceError,
)
from cinewalk.serve.reply import JsonAnswer

#: The status of each kind of error; of kinds that are not here, that of the kind above.
STATUS: Final[Mapping[type[BaseException], int]] = {
    NotFoundError: 404,
    AmbiguousTitleError: 409,
    SourceError: 422,
    GraphFolderError: 503,
    MissingPackageError: 501,
    EnvironmentProblem: 503,
    CinewalkError: 400,
}
_LONGEST_PLACE: Final = 60


def status_of(error: CinewalkError) -> int:
    """Return the status that an error is answered with.

    >>> from cinewalk.errors import DatabaseError, RequestError, UnknownUserError
    >>> [status_of(error) for error in (UnknownUserError("anna"), RequestError("no"), DatabaseError("gone"))]
    [404, 400, 503]
    """
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def failure(status: int, line: str, headers: Mapping[str, str] | None = None) -> JsonAnswer:
    """Return an error as an answer."""
    return JsonAnswer({"error": clean(line)}, status, headers)


def answer_failures(app: FastAPI) -> None:
    """Have everything that goes wrong answered in one line."""

    async def ours(_: Request, error: Any) -> JsonAnswer:
        return failure(status_of(error), str(error))

    async def not_understood(_: Request, error: Any) -> JsonAnswer:
        return failure(422, _first_of(error.errors()))

    async def no_such_address(request: Request, error: Any) -> JsonAnswer:
        line = _LINES.get(error.status_code, error.detail)
        return failure(error.status_code, line.format(request.method), error.headers)

    async def broken(_: Request, __: Any) -> JsonAnswer:
        return failure(500, "Something is wrong here, and nothing that you asked for; the log says where.")

    handlers: dict[type[Exception], Callable[[Request, Any], Awaitable[JsonAnswer]]] = {
        CinewalkError: ours,
        RequestValidationError: not_understood,
        HTTPException: no_such_address,
        Exception: broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


_LINES: Final = {
    400: "There was an error parsing the body; send JSON as /openapi.json has it.",
    404: "There is no such address here. /openapi.json lists those that there are.",
    405: "This address does not take {}. /openapi.json says what it takes.",
}


def _first_of(problems: Sequence[Any]) -> str:
    """Say where the first problem of a request is and what it is, without the value."""
    first = problems[0]
    where = ".".join(str(part) for part in first["loc"][1:] if isinstance(part, str))
    said = str(first["msg"])
    said = said if said[:2].isupper() else f"{said[:1].lower()}{said[1:]}"
    return f"{cut(where, _LONGEST_PLACE)}: {said}." if where else f"the request is not understood: {said}."
