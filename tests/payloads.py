"""Texts that would command a terminal, a page or a log, if they came there as they are."""

from __future__ import annotations

import re

#: By what they would do.
PAYLOADS = {
    "clears the screen": "\x1b[2J\x1b[H",
    "sets the title": "\x1b]0;owned\x07",
    "writes the clipboard": "\x1b]52;c;b3duZWQ=\x07",
    "device control": "\x1bP+q544e\x1b\\",
    "rings": "\x07\x07",
    "takes back": "\x08\x08\x08\x7f",
    "overwrites the line": "\rerror: no such thing",
    "C1 control sequence": "\x9b31m",
    "C1 operating system command": "\x9d0;owned\x9c",
    "right to left override": "\u202egpj.exe",
    "right to left isolate": "\u2067abc\u2066",
    "marks of direction": "\u200e\u200f\u061c",
    "ends of lines that are none": "\u2028\u2029\x85\x0b\x0c",
}

_COMMANDS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def commands_in(text: str) -> list[str]:
    """Return the characters of a text that a terminal, a page or an editor would follow instead of showing them."""
    return _COMMANDS.findall(text)
