"""Every command that a page tells its reader to type is one that the command line takes."""

from __future__ import annotations

import shlex

import pytest
import typer

from cinewalk.cli.app import app
from tests.conftest import ROOT
from tests.markdown import texts

pytestmark = pytest.mark.unit

#: What ends a command in a shell.
_ENDS = ("|", ">", "2>", "&&", "&", ";", "<")
_PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def typed(text: str) -> list[list[str]]:
    """Return the words of each call of cinewalk in some lines of a shell."""
    calls = []
    for line in text.replace("\\\n", " ").split("\n"):
        words = shlex.split(line.removeprefix("$ "), comments=True) if "cinewalk" in line else []
        while "cinewalk" in words:
            words = words[words.index("cinewalk") + 1 :]
            end = min((words.index(sign) for sign in _ENDS if sign in words), default=len(words))
            calls.append(words[:end])
            words = words[end:]
    return calls


CALLS = [
    pytest.param(call, id=f"{page.stem}: {' '.join(call)}")
    for page in _PAGES
    for text in texts(page, "console")
    if page.stem != "cli"
    for call in typed(text)
]


def test_there_are_many():
    assert len(CALLS) > 60


def test_calls_are_found_in_lines_of_a_shell():
    text = "A=1 cinewalk load \\\n  x && cinewalk use 'y z' # z\n$ cinewalk card | cat\npython -m other"
    assert typed(text) == [["load", "x"], ["use", "y z"], ["card"]]


@pytest.mark.parametrize(
    "call", [["recommend", "--nonsense"], ["neo4j", "begin"], ["reccommend"], ["export", "196"]]
)
def test_what_it_does_not_take_is_found(call):
    with pytest.raises(typer.BadParameter.__base__):
        test_the_command_line_takes_it(call)


@pytest.mark.parametrize("call", CALLS)
def test_the_command_line_takes_it(call):
    name, command, words, context = "cinewalk", typer.main.get_command(app), call, None
    while command is not None:
        context = command.make_context(name, list(words), parent=context)
        words = [*context._protected_args, *context.args]
        further = isinstance(command, typer.core.TyperGroup) and words
        name, command, words = command.resolve_command(context, words) if further else (None, None, None)
