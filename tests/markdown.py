"""The code that stands in Markdown files, for tests that run it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Block(NamedTuple):
    """What stands between two fences: its language, and its text."""

    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page that have a language, in order."""
    found = re.findall(r"```(\w+)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [Block(*block) for block in found]


def code(page: Path, language: str) -> str:
    """Return the blocks of one language below each other."""
    return "\n".join(texts(page, language))


def texts(page: Path, language: str) -> list[str]:
    """Return the blocks of one language."""
    return [block.text for block in blocks(page) if block.language == language]


class Command(NamedTuple):
    """A line that a page tells its reader to type, and the lines that it is said to print."""

    line: str
    shown: list[str]

    def missing(self, printed: str) -> list[str]:
        """Return the lines of the capture that were not printed, whatever the width of the screen was."""
        words = " ".join(["", *printed.replace("\N{NO-BREAK SPACE}", " ").split(), ""])
        there = set(words.split())
        return [
            line
            for line in self.shown
            if not all(
                f" {part} " in words or set(part.split()) <= there for part in re.split(r"  +", line.strip())
            )
        ]


def commands(page: Path) -> list[Command]:
    """Return the commands of a page in order; where ``$`` stands before them, other lines are what they print."""
    found: list[Command] = []
    for text in texts(page, "console"):
        lines = [line for line in text.split("\n") if line.strip()]
        typed = [line for line in lines if line.startswith("$ ")] or lines
        for line in lines:
            if line in typed:
                found.append(Command(line.removeprefix("$ ").split("  #")[0].strip(), []))
            elif line.strip() != "…":
                found[-1].shown.append(line)
    return [command for command in found if command.line.startswith("cinewalk ")]
