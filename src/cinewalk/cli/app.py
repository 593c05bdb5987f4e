"""The command line: the library's own calls, one command each.

A command's module is imported when the command is asked for: so each starts as fast as it can.
"""

from __future__ import annotations

import atexit
import gc
import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from cinewalk import console
from cinewalk.clean_text import clean, meant, shortened
from cinewalk.errors import CinewalkError

#: What the overview says of each command: the first paragraph of its own help, so that none has to be imported.
OVERVIEW: Final = {
    "demo": "Show a real viewer's taste, ten recommendations, and the why of the first.",
    "load": "Read a source into a graph, and keep it; without --out it becomes the one that commands use.",
    "import": "Bring your own history into the graph, and get recommendations next to its viewers.",
    "recommend": "Recommend titles that a user has not seen, each with its reasons.",
    "explain": "Say why a title is recommended to a user: the shares of its score, which add up to the whole.",
    "similar": "List the titles closest to one title.",
    "search": "Find titles by a part of their name.",
    "taste": "Recommend to somebody without an account, from what they name; options may be repeated.",
    "feed": "Show one of the feeds of a streaming service, each row with its reason.",
    "mark": "Tell what somebody did with a title; their next recommendations know it.",
    "undo": "Take back the last thing that was told of a user with `mark`.",
    "history": "Show what a user watched, rated, thumbed and blocked, the newest first.",
    "compact": "Fold what people did since a graph was loaded into it, so that everybody's recommendations know it.",
    "erase": "Erase a person: journal, graph, and the files that were written of it; loading the source again leaves "
    "them out.",
    "export": "Write all that is known of a person: CSV tables that `load` reads back, and JSON.",
    "graphs": "List the graphs that are kept on this machine, and which of them is the current one.",
    "use": "Make a graph the current one: the one that commands use unless they are told otherwise.",
    "prepare": "Compute beforehand what everybody's lists need, here or in parts on many machines, and keep it.",
    "serve": "Serve recommendations over HTTP, with a page for people, until you stop it with Ctrl-C.",
    "mcp": "Offer the recommender to an assistant as tools of the Model Context Protocol.",
    "batch": "Write everybody's recommendations with their reasons into a file.",
    "evaluate": "Measure how well walks find what was held out, ranking all titles.",
    "audit": "Measure how groups of viewers are served, what is shown of titles and creators, and what knowing "
    "groups changes.",
    "card": "Write a model card in Markdown: data, walks and dials in force, accuracy, groups, and known limits.",
    "tune": "Choose the settings of the walks on validation slices of a source, and write them to a TOML file.",
    "publish": "Write a graph into Neo4j, with the relationships that its walks take.",
    "unpublish": "Take out of a Neo4j what cinewalk has written, and nothing else.",
    "browse": "Look at the graph in Neo4j Browser: a guide, or with --user and --title the walks that lead there.",
    "cypher": "Print a ready Cypher query, with the parameters of its example set before it.",
    "doctor": "Check what cinewalk needs of this machine, and the graphs that are kept on it; with --spark, of Spark.",
    "neo4j": "Run a Neo4j with Graph Data Science on this machine: no Docker, no root, no Java to install.",
}
_SETTINGS: Final = {"help_option_names": ["-h", "--help"]}

#: Commands whose function is not called as they are; all others are ``NAME`` in ``NAME.py``.
_FUNCTIONS: Final = {"import": "import_history", "neo4j": "app"}

#: Commands whose name cannot be a module's.
_FILES: Final = {"import": "import_history"}


#: The root of the errors in how a command is put; typer gives it no name.
_USAGE: Final[type[Exception]] = typer.BadParameter.__mro__[2]


class _Imported(Mapping[str, Any]):
    """The commands by their names, each imported when it is first asked for."""

    def __getitem__(self, name: str) -> Any:
        if name not in OVERVIEW:
            raise KeyError(name)
        home = import_module(f"cinewalk.cli.{_FILES.get(name, name)}")
        command = getattr(home, _FUNCTIONS.get(name, name))
        if not isinstance(command, typer.Typer):
            single = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
            single.command(name, epilog=home.EPILOG, context_settings=_SETTINGS)(command)
            command = single
        made = typer.main.get_command(command)
        for parameter in made.params:
            # Help calls what may be repeated `<list[str]>`, which is Python's name for it.
            vars(parameter)["bare_type"] = partial(_type_of_each, parameter)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(OVERVIEW)

    def __len__(self) -> int:
        return len(OVERVIEW)


def _type_of_each(parameter: Any) -> str:
    """Return what the help says that each value of a parameter is."""
    return str(type(parameter).bare_type(parameter)).removeprefix("list[").removesuffix("]")


class _Commands(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = _Imported()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the form that is asked for
        return list(OVERVIEW)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the form that is asked for
        with formatter.section("Commands"):
            formatter.write_dl(list(OVERVIEW.items()))


app = typer.Typer(
    name="cinewalk",
    cls=_Commands,
    help="What to watch, and why: recommendations as walks on a graph.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain help is there in half the time.
    rich_markup_mode=None,
    context_settings=_SETTINGS,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        console.answer(f"cinewalk {version('cinewalk')}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Run the command line.

    Exit codes: 0 done, 1 the ask or the data is wrong, 2 wrong usage, 3 the machine stands in the way.
    """
    # Nearly all that comes in while a command starts stays. To look through it again and again for what does not takes
    # a tenth of a second, and a third more on leaving.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    try:
        code = app(standalone_mode=False)
    except _USAGE as error:
        _show_usage(error)
    except typer.Abort:
        _leave("nobody answered. Say --yes, or answer when asked.", 1)
    except CinewalkError as error:
        _leave(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has had enough: that is no error, and nothing more can be printed.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _leave(f"{error.filename or 'this machine'}: {error.strerror or error}.", 3)
    except MemoryError:
        _leave("there is not enough memory for this. Try a smaller source.", 3)
    sys.exit(code if isinstance(code, int) else 0)


def _show_usage(error: Any) -> NoReturn:
    """Show what the parser of command lines has to say; it repeats what was given as it is, however long."""
    is_help = "\n" in error.message
    error.message = clean(
        error.message if is_help else shortened(_in_our_words(error.message)), lines=is_help
    )
    error.show()
    sys.exit(error.exit_code)


def _in_our_words(message: str) -> str:
    """Return a message of the parser without the name of a class before it, and with the choice that was meant.

    >>> _in_our_words("Value error, 'blnd' is not one of 'blend', 'pagerank'.")
    "'blnd' is not one of 'blend', 'pagerank'. Did you mean blend?"
    """
    message = message.removeprefix("Value error, ")
    given, told, choices = message.partition(" is not one of ")
    return message + meant(given.strip("'"), re.findall(r"'([^']+)'", choices)) if told else message


def _leave(message: str, code: int) -> NoReturn:
    console.say(f"error: {clean(shortened(message))}")
    sys.exit(code)
