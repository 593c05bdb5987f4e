"""Values as Cypher literals, for the one place that takes no parameters: the editor of Neo4j Browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARAMETER: Final = re.compile(r"\$([A-Za-z_]\w*)")
#: Beside letters and digits, what stands for itself in a text. All else is written as an escape.
_PLAIN: Final = frozenset(" -_.,:()!?")

Value = str | int | float | bool | list["Value"] | None


def literal(value: Value) -> str:
    r"""Return a value as a Cypher literal that means this value and nothing else.

    Quotes and backslashes get a backslash; whatever is neither a letter, a digit nor plain punctuation is written as
    an escape of UTF-16. Quotes and backslashes must not be: Cypher reads the escapes before it looks for quotes.

    Parameters
    ----------
    value
        Text, a number, a truth value, nothing, or a list of such.

    Raises
    ------
    RequestError
        For text that is half a character.

    Examples
    --------
    >>> print(literal("Schindler's List"), literal(10), literal(["a;b", None]))
    'Schindler\'s List' 10 ['a\u003bb', null]
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case str():
            return f"'{''.join(map(_escaped, value))}'"
        case list():
            return f"[{', '.join(map(literal, value))}]"


def _escaped(character: str) -> str:
    if character in "'\\":
        return f"\\{character}"
    if character in _PLAIN or (character.isalnum() and character.isprintable()):
        return character
    try:
        units = character.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise RequestError(f"the text holds {character!r}, which is half a character.") from error
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def filled(query: str, literals: Mapping[str, str]) -> str:
    """Return a query with literals in place of its parameters.

    Parameters
    ----------
    query
        Cypher of ours, with parameters such as ``$userId``.
    literals
        The literal for each parameter.

    Raises
    ------
    KeyError
        Where a parameter has none.

    Examples
    --------
    >>> filled("MATCH (u:User {userId: $userId}) RETURN u LIMIT $k", {"userId": literal("196"), "k": "1"})
    "MATCH (u:User {userId: '196'}) RETURN u LIMIT 1"
    """
    return _PARAMETER.sub(lambda parameter: literals[parameter[1]], query)
