"""For assistants: the recommender's calls as tools of the Model Context Protocol, with typed results."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from cinewalk.errors import CinewalkError
from cinewalk.graph.walks.registry import WalkName
from cinewalk.queries.recommend.signal import Signal
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.filters import Only
from cinewalk.queries.words.numbers import years_in
from cinewalk.serve import answers as typed
from cinewalk.serve.asks import THUMBS, Count, Names, ThumbName, Title, User
from cinewalk.serve.service import ServedGraph

Years = Annotated[str | None, Field(description="Only from 1994, 1970-1979 or 1970s.")]
Walk = Annotated[WalkName | None, Field(description="How to walk the graph; best left out.")]

INSTRUCTIONS: Final = (
    "Recommend films and series from a graph of what viewers like, and say why: a score is a sum of shares, one for "
    "each reason. Titles go by id or name; `search` finds them. For people without an id use `taste`. With `user`, "
    "nothing that they have seen comes back. Tell reasons as they are, with their shares; make none up."
)
_READS: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_TELLS: Final = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


def tools_on(service: ServedGraph) -> MCPServer[Any]:
    """Return a server whose tools ask a recommender."""
    server: MCPServer[Any] = MCPServer("cinewalk", instructions=INSTRUCTIONS, log_level="ERROR")
    _add_lists(server, service)
    _add_reasons(server, service)
    _add_signals(server, service)
    return server


def _asked(call: Callable[[], Any]) -> Any:
    """Ask; what goes wrong is the product's one line."""
    try:
        return call()
    except CinewalkError as error:
        raise ToolError(str(error)) from error


def _current(service: ServedGraph) -> Recommender:
    """Return the recommender, on the graph as it is now."""
    if service.has_newer():
        service.reload()
    return service.now()


def _add_lists(server: MCPServer[Any], service: ServedGraph) -> None:
    @server.tool(annotations=_READS)
    def recommend(
        user: User, k: Count = 10, years: Years = None, genres: Names | None = None, kinds: Names | None = None,
        people: Names | None = None, walk: Walk = None, remedies: str | None = None,
    ) -> list[typed.ItemAnswer]:  # fmt: skip
        """Recommend titles that a user has not seen, each with its reasons; filters say what may be shown."""
        only = _asked(lambda: Only(years_in(years), genres or (), kinds or (), people or ()))
        reco = _current(service)
        return _asked(lambda: reco.recommend(user, k, walk=walk, only=only, remedies=remedies).to_dict())

    @server.tool(annotations=_READS)
    def taste(
        titles: Names | None = None, genres: Names | None = None, people: Names | None = None, years: Years = None,
        kinds: Names | None = None, k: Count = 10,
    ) -> list[typed.ItemAnswer]:  # fmt: skip
        """Recommend to somebody without an id, from what they name; years and kinds say what may be shown."""
        seeds = (titles or (), genres or (), people or ())
        return _asked(
            lambda: _current(service).taste(*seeds, (), years_in(years), k, kinds=kinds or ()).to_dict()
        )

    @server.tool(annotations=_READS)
    def similar(
        title: Title,
        k: Count = 10,
        user: User | None = None,
        years: Years = None,
        genres: Names | None = None,
    ) -> list[typed.ItemAnswer]:
        """List the titles closest to one title; with a user, without what they have seen."""
        only = _asked(lambda: Only(years_in(years), genres or ()))
        return _asked(lambda: _current(service).similar(title, k, user=user, only=only).to_dict())


def _add_reasons(server: MCPServer[Any], service: ServedGraph) -> None:
    @server.tool(annotations=_READS)
    def home(user: User, k: Count = 10) -> list[typed.ShelfAnswer]:
        """Show the rows of a person's home page, each with a heading that says why."""
        return _asked(lambda: _current(service).home(user, k, because=3).to_dict())

    @server.tool(annotations=_READS)
    def search(text: Title, k: Count = 10, user: User | None = None) -> list[typed.FoundAnswer]:
        """Find titles by a part of their name."""
        return _asked(lambda: _current(service).search(text, k, user=user).to_dict())

    @server.tool(annotations=_READS)
    def explain(user: User, title: Title, top: Count = 8) -> typed.ExplanationAnswer:
        """Say why a title is recommended to a user: the shares of its score, which add up to the whole."""
        return _asked(lambda: _current(service).explain(user, title).to_dict(top))

    @server.tool(annotations=_READS)
    def contrast(user: User, title: Title, instead_of: Title) -> typed.ContrastAnswer:
        """Say why one title rather than another."""
        return _asked(lambda: _current(service).explain(user, title, instead_of=instead_of).to_dict())

    @server.tool(annotations=_READS)
    def counterfactual(user: User, title: Title) -> typed.OtherwiseAnswer:
        """Find the fewest likes without which another title comes first, or this one, if it does not yet."""
        otherwise = _asked(lambda: _current(service).explain(user, title).counterfactual())
        return {
            "counterfactual": otherwise and otherwise.to_dict(),
            "text": str(otherwise or "Nothing was found."),
        }

    @server.tool(annotations=_READS)
    def history(user: User) -> typed.HistoryAnswer:
        """Tell what somebody did, newest first."""
        return _asked(lambda: _current(service).history(user).to_dict())


def _add_signals(server: MCPServer[Any], service: ServedGraph) -> None:
    def told(call: Callable[[], Signal]) -> typed.SignalAnswer:
        return _asked(call).to_dict()

    @server.tool(annotations=_TELLS)
    def thumb(user: User, title: Title, thumb: ThumbName) -> typed.SignalAnswer:
        """Tell the thumb that somebody gives a title; one that has a thumb down is in no list any more."""
        return told(lambda: _current(service).thumb(user, title, THUMBS[thumb]))

    @server.tool(annotations=_TELLS)
    def block(user: User, title: Title) -> typed.SignalAnswer:
        """Tell that somebody is not interested: never show the title, never take it as a reason."""
        return told(lambda: _current(service).block(user, title))

    @server.tool(annotations=_TELLS)
    def undo(user: User) -> typed.SignalAnswer:
        """Take back the last thing that somebody did."""
        return told(lambda: _current(service).undo(user))
