"""What a recommender on a Neo4j can do beyond one on a graph: stay in touch, and let go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from cinewalk.errors import RequestError
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.prepare import renew
from cinewalk.loaders.load import load, open_live
from cinewalk.loaders.neo4j.server.address import is_address
from cinewalk.queries.words.ready import ready_query

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.loaders.base.changes import Changes
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph


class Live:
    """A graph that may stay connected to the database that it comes from; a context manager that disconnects.

    Parameters
    ----------
    graph
        The graph, or a source that :func:`cinewalk.load` takes.
    auth, database, mapping, timeout
        For a Neo4j, as in :func:`cinewalk.load`.
    """

    #: The walks of the graph, made anew with it.
    _parts: Registry

    def __init__(
        self,
        graph: Graph | str | Path,
        *,
        auth: tuple[str, str] | None,
        database: str | None,
        mapping: SchemaMapping | str | Path | None,
        timeout: float,
    ) -> None:
        self._live: LiveGraph | None = None
        if isinstance(graph, Graph):
            self.graph = graph
        elif is_address(graph):
            self._live = open_live(str(graph), auth=auth, database=database, mapping=mapping, timeout=timeout)
            self.graph = self._live.graph
        else:
            self.graph = load(graph, auth=auth, database=database, mapping=mapping)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to a Neo4j, where there is one; what has been read can still be asked."""
        if self._live is not None:
            self._live.close()

    def refresh(self, *, full: bool = False, progress: Progress = no_progress) -> Changes:
        """Read what has changed in the Neo4j that the graph comes from, and use that from now on.

        Read are relationships at least as new as the newest known one, and all of what the database counts
        differently. A value that was changed under its old time, and a node's changed property, are not seen
        so; ``full`` reads everything. Not to be called while another thread asks.

        Parameters
        ----------
        full
            Whether to read everything.
        progress
            Told how far reading is.

        Returns
        -------
        Changes
            True where the graph is another one since; it says what was read.

        Raises
        ------
        RequestError
            Where the graph does not come from a Neo4j.
        SourceError, DatabaseError
            As when it was read first; the graph then stays as it is.
        """
        if self._live is None:
            raise RequestError(
                "only what was made with the address of a Neo4j can be refreshed. Load the source again instead."
            )
        changes = self._live.refresh(
            full=full, progress=progress, renew=lambda graph: renew(self._parts, graph, progress)
        )
        if self._live.graph is not self.graph:
            self.graph = self._live.graph
            self._renew()
        return changes

    def cypher(self, name: str) -> str:
        """Return the text of a ready Cypher query; ``docs/cypher.md`` tells what each is for.

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
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> cinewalk.Recommender(example_graph()).cypher("similar_titles").splitlines()[0]
        '// Titles like one title'
        """
        return ready_query(name).text

    def query(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run a ready Cypher query on the Neo4j that the graph comes from.

        Parameters
        ----------
        name
            Its name.
        parameters
            Its parameters, under their names in Cypher: ``reco.query("similar_titles", titleId="50", k=10)``.

        Returns
        -------
        list
            One dictionary a row, with the values that the driver gives.

        Raises
        ------
        RequestError
            Where there is no such query, it takes other parameters, or the graph does not come from a Neo4j.
        DatabaseError
            Where the database cannot be reached or refuses.
        """
        query = ready_query(name)
        query.check(parameters)
        if self._live is None:
            raise RequestError(
                f"the query {name} runs on a Neo4j. Make the recommender with the address of one."
            )
        connection = self._live.connection
        run = connection.write if query.writes else connection.read
        return [dict(row) for row in run(query.text, **parameters)]

    def _renew(self) -> None:
        """Forget what followed from the graph as it was."""
