"""The ready Cypher queries: each a file that says in its header what it does and takes, and gives an example."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, LiteralString, NamedTuple

from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SUFFIX: Final = ".cypher"
_COMMENT: Final = "//"
_PARAMETER: Final = re.compile(r"  \$(?P<name>[a-z]\w*) (?P<type>[A-Z].*?) - (?P<meaning>.+)")
_WRITES: Final = re.compile(r"\b(?:CREATE|MERGE|SET|REMOVE|DELETE)\b")
#: What opens and closes in a Cypher literal, and what encloses text.
_BRACKETS: Final = MappingProxyType({"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1})
_QUOTES: Final = "'\""


class QueryParameter(NamedTuple):
    """One parameter of a ready query: its Cypher type and what it means."""

    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ReadyQuery:
    """One ready query.

    Parameters
    ----------
    name
        The word by which it is asked for.
    title
        What it answers, in a few words.
    description
        What it does, its formula and what it needs.
    parameters
        Its parameters by name, in their order.
    example
        The parameters of an example on MovieLens-100K, as a Cypher map.
    text
        The file's text, header included.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, QueryParameter]
    example: str
    text: LiteralString

    @classmethod
    def of(cls, name: str, text: str) -> ReadyQuery:
        """Read a query's header.

        Parameters
        ----------
        name
            Its name.
        text
            What the file holds.

        Raises
        ------
        ValueError
            Where the header is not in the form of the other queries.

        Examples
        --------
        >>> query = ReadyQuery.of("titles", '''// Titles
        ... //
        ... // Some titles, by id.
        ... //
        ... // Parameters:
        ... //   $k INTEGER - how many
        ... // Example: {k: 2}
        ... MATCH (title:Title)
        ... RETURN title.titleId AS titleId
        ... ORDER BY titleId
        ... LIMIT $k
        ... ''')
        >>> query.title, query.description, query.parameters["k"].type
        ('Titles', 'Some titles, by id.', 'INTEGER')
        """
        lines = []
        for line in text.splitlines():
            if not line.startswith(_COMMENT):
                break
            lines.append(line.removeprefix(_COMMENT).removeprefix(" ").rstrip())
        heads = [place for place, line in enumerate(lines) if line.startswith("Parameters:")]
        if len(heads) != 1 or len(lines) < 5 or lines[1] or not lines[-1].startswith("Example: {"):
            raise ValueError(f"{name}{_SUFFIX}: the header is not title, description, Parameters:, Example:")
        start = heads[0]
        matches = [_PARAMETER.fullmatch(line) for line in lines[start + 1 : -1]]
        if None in matches or (lines[start] == "Parameters: none") == bool(matches):
            raise ValueError(f"{name}{_SUFFIX}: a line under Parameters: is not `$name TYPE - meaning`")
        parameters = {m["name"]: QueryParameter(m["type"], m["meaning"]) for m in matches if m}
        return cls(
            name=name,
            title=lines[0],
            description=_paragraphs(lines[2:start]),
            parameters=MappingProxyType(parameters),
            example=lines[-1].removeprefix("Example: "),
            # The text comes from this package's own files and takes every value as a parameter.
            text=text,
        )

    @property
    def statement(self) -> str:
        """The text without its header."""
        return "".join(line for line in self.text.splitlines(keepends=True) if not line.startswith(_COMMENT))

    @property
    def writes(self) -> bool:
        """Whether it changes the database."""
        return _WRITES.search(self.statement) is not None

    def with_params(self) -> str:
        """Return the text with the example's parameters set before it, ready to paste into Browser.

        One ``:param`` each, because those are worked out by the server: from ``:params {k: 10}`` Browser makes
        the number 10.0, which ``LIMIT`` refuses.
        """
        lines = [f":param {name} => {value};\n" for name, value in entries_of(self.example)]
        return "".join(lines) + "\n" * bool(lines) + self.text.rstrip() + ";\n"

    def check(self, parameters: Mapping[str, Any]) -> None:
        """Make sure that these are the parameters that the query takes.

        Raises
        ------
        RequestError
            Where one is missing or unknown.
        """
        takes = ", ".join(self.parameters) or "no parameters"
        for name in parameters:
            if name not in self.parameters:
                raise RequestError(f"the query {self.name} has no parameter {name!r}; it takes {takes}.")
        missing = [name for name in self.parameters if name not in parameters]
        if missing:
            raise RequestError(f"the query {self.name} needs {', '.join(missing)}; it takes {takes}.")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "parameters": [
                {"name": name, "type": parameter.type, "meaning": parameter.meaning}
                for name, parameter in self.parameters.items()
            ],
            "example": self.example,
            "writes": self.writes,
            "text": self.text,
        }


def ready_queries() -> tuple[ReadyQuery, ...]:
    """Return all ready queries, by name.

    >>> "similar_titles" in [query.name for query in ready_queries()]
    True
    """
    return tuple(_all().values())


def ready_query(name: str) -> ReadyQuery:
    """Return one ready query.

    Parameters
    ----------
    name
        Its name.

    Raises
    ------
    RequestError
        Where there is none, with the nearest names.

    Examples
    --------
    >>> ready_query("similar_titles").example
    "{titleId: '50', k: 10}"
    """
    query = _all().get(name)
    if query is None:
        near = difflib.get_close_matches(name, _all(), n=3, cutoff=0.5)
        which = f"Nearest: {', '.join(near)}" if near else f"There are {', '.join(_all())}"
        raise RequestError(f"there is no ready query {name!r}. {which}.")
    return query


def entries_of(literal: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a Cypher map, the values as they are written.

    >>> list(entries_of("{userId: 'a, b', days: [1, 2], asOf: date('1998-04-22')}"))
    [('userId', "'a, b'"), ('days', '[1, 2]'), ('asOf', "date('1998-04-22')")]
    """
    depth, start, quote = 0, 1, ""
    for place, character in enumerate(literal):
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        depth += 0 if quote else _BRACKETS.get(character, 0)
        if not quote and ((depth == 1 and character == ",") or depth == 0):
            name, colon, value = literal[start:place].partition(":")
            if colon:
                yield name.strip(), value.strip()
            start = place + 1


@cache
def _all() -> Mapping[str, ReadyQuery]:
    files = resources.files("cinewalk.queries").joinpath("cypher").iterdir()
    texts = {file.name: file.read_text("utf-8") for file in files if file.name.endswith(_SUFFIX)}
    names = [name.removesuffix(_SUFFIX) for name in sorted(texts)]
    return MappingProxyType({name: ReadyQuery.of(name, texts[name + _SUFFIX]) for name in names})


def _paragraphs(lines: list[str]) -> str:
    """Join lines into paragraphs, which blank lines divide."""
    return "\n\n".join(" ".join(part.split("\n")) for part in "\n".join(lines).strip().split("\n\n"))
