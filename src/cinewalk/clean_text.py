"""Text on its way to a terminal, a log, a page or JSON, without what would command whoever reads it there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Characters that steer instead of being seen: C0, DEL and C1, which begin the commands of a terminal; marks that turn
#: the direction of what follows; ends of lines and paragraphs beside LF; and halves of characters, which are no text.
_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_CONTROL_IN_LINES: Final = re.compile(f"(?![\n\t]){_CONTROL.pattern}")
_MARK: Final = "…"

#: So many characters of what somebody gave are repeated to them.
ECHO: Final = 80
#: The longest name that is shown; the longest of a film that is known has 226.
LONGEST_NAME: Final = 300
#: The longest message of an error.
LONGEST_MESSAGE: Final = 2_000


def control_in(text: str) -> str | None:
    r"""Return the first character that steers instead of being seen; ``None`` where there is none.

    Examples
    --------
    >>> control_in("Alien"), control_in("Ali\x1ben")
    (None, '\x1b')
    """
    control = _CONTROL.search(text)
    return None if control is None else control[0]


def clean(text: str, *, longest: int | None = None, lines: bool = False) -> str:
    r"""Return text in which characters that steer are written out, as JSON and scripts write them.

    Parameters
    ----------
    text
        Any text.
    longest
        Where it is cut, the mark of the cut included; ``None`` for nowhere.
    lines
        Whether it is made of lines, so that line feeds and tabs stay.

    Examples
    --------
    >>> print(clean("\x1b[2JAlien\n"), clean("A very long name", longest=7))
    \u001b[2JAlien\u000a A very…
    """
    control = _CONTROL_IN_LINES if lines else _CONTROL
    text = cut(text, longest)
    return control.sub(_written_out, text) if control.search(text) else text


def cut(text: str, longest: int | None) -> str:
    """Return text of at most so many characters; where some are left out, the last one says so.

    Examples
    --------
    >>> cut("Alien", 5), cut("Aliens", 5)
    ('Alien', 'Alie…')
    """
    return text if longest is None or len(text) <= longest else text[: longest - 1] + _MARK


def quoted(value: object) -> str:
    r"""Return what somebody gave, in quotes and cut short, for a message that repeats it.

    Examples
    --------
    >>> quoted("Alien\x1b"), len(quoted("a" * 100_000))
    ("'Alien\\x1b'", 82)
    """
    return repr(cut(str(value), ECHO))


def shortened(message: str) -> str:
    """Return a message whose middle is left out where it is overlong: its start says what, its end what to do.

    Examples
    --------
    >>> len(shortened("a" * 100_000)) <= LONGEST_MESSAGE
    True
    """
    if len(message) <= LONGEST_MESSAGE:
        return message
    half = LONGEST_MESSAGE // 2 - len(_MARK)
    return f"{message[:half]} {_MARK} {message[-half + 2 :]}"


def _written_out(control: re.Match[str]) -> str:
    return f"\\u{ord(control[0]):04x}"


def meant(given: str, known: Iterable[str]) -> str:
    """Return the sentence that asks for the nearest of some names, with a blank before it; empty where none is near.

    >>> meant("blnd", ["blend", "pagerank"]), meant("x", ["blend"])
    (' Did you mean blend?', '')
    """
    from difflib import get_close_matches

    near = get_close_matches(given, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""
