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
    return "\n".join(block.text for block in blocks(page) if block.language == language)
