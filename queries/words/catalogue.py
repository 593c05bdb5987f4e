"""Find users and titles the way people name them: by id, or by a name without its accents and article."""

from __future__ import annotations

import difflib
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.clean_text import LONGEST_NAME, clean
from cinewalk.errors import AmbiguousTitleError, UnknownNameError, UnknownTitleError, UnknownUserError
from cinewalk.graph.attributes.privacy import Counted, counted, smallest_of
from cinewalk.graph.model import schema
from cinewalk.loaders.titles.external_ids import external_key, titles_by_external_id
from cinewalk.loaders.titles.plain_names import plain, plain_aliases
from cinewalk.queries.words.wording import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.model.ids import IdMap
    from cinewalk.graph.numeric.arrays import BoolArray

_YEAR: Final = re.compile(r"\s*\((\d{4})\)\s*$")
_NEAREST: Final = 5
_KINDS: Final = {"Genre": "genre", "DemographicGroup": "group", "Person": "person"}


class ShownTitle(NamedTuple):
    """What people see of a title: its id, name, year where it is known, and the two together."""

    title_id: str
    title: str
    year: int | None
    label: str


class Catalogue:
    """The names of one graph.

    Parameters
    ----------
    graph
        The graph.
    smallest
        Fewer viewers than so many are "a few"; by default as the graph was prepared.
    called
        What people call it: errors say so.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> catalogue = Catalogue(example_graph())
    >>> catalogue.label(catalogue.title("conversation (1974)"))
    'The Conversation (1974)'
    """

    def __init__(self, graph: Graph, smallest: int | None = None, called: str = "") -> None:
        self.graph, self.called = graph, called
        self.smallest = smallest_of(graph) if smallest is None else smallest
        self._shown: dict[int, ShownTitle] = {}

    def show(self, title: int) -> ShownTitle:
        """Return what people see of the title at a position."""
        shown = self._shown.get(title)
        if shown is None:
            name, year = (
                _shown(self.graph.titles, "title", title),
                int(self.graph.titles.array("year")[title]),
            )
            known = None if year == schema.UNKNOWN_YEAR else year
            shown = ShownTitle(self.graph.titles.ids.ids[title], name, known, label_of(name, known))
            self._shown[title] = shown
        return shown

    def name(self, title: int) -> str:
        """Return the name of the title at a position."""
        return self.show(title).title

    def year(self, title: int) -> int | None:
        """Return its year, where it is known."""
        return self.show(title).year

    def label(self, title: int) -> str:
        """Return its name and year."""
        return self.show(title).label

    def viewers(self, title: int) -> Counted:
        """Return how many viewers like it, as it may be told."""
        likes = self.graph.likes
        return counted(int(likes.reverse_indptr[title + 1] - likes.reverse_indptr[title]), self.smallest)

    def id_and_name(self, label: str, position: int) -> tuple[str, str]:
        """Return the id of a node of any kind, and what to call it."""
        if label == schema.TITLE_NODE.label:
            shown = self.show(position)
            return shown.title_id, shown.label
        nodes = self.graph.nodes[label]
        external = nodes.ids.ids[position]
        return external, (label == schema.PERSON.label and _shown(nodes, "name", position)) or external

    def user(self, user_id: str) -> int:
        """Return the position of a user.

        Raises
        ------
        UnknownUserError
            Where nobody has this id; the ids of others are not told.
        """
        position = _position(self.graph.users.ids, str(user_id))
        if position is None:
            raise UnknownUserError(str(user_id), self.called)
        return position

    def title(self, text: str, unnamed: BoolArray | None = None) -> int:
        """Return the position of a title, given by its id, that of IMDb or TMDB, or its name, with or without the year.

        Parameters
        ----------
        text
            Its id, ``tt0114709``, ``tmdb:862``, or its name.
        unnamed
            For every title, whether no message may name it.

        Raises
        ------
        UnknownTitleError
            With the nearest titles that exist.
        AmbiguousTitleError
            Where several titles carry the name, or the outside id; it lists them.
        """
        position = _position(self.graph.titles.ids, str(text))
        if position is not None:
            return position
        text = str(text).strip()
        year = _YEAR.search(text)
        named = self.with_external_id(text) or self.by_name.get(plain(text), [])
        if not named and year:
            same = self.by_name.get(plain(text[: year.start()]), [])
            named = [title for title in same if self.year(title) == int(year[1])]
        if not named:
            raise UnknownTitleError(text, self._nearest(plain(_YEAR.sub("", text)), unnamed), self.called)
        if len(named) > 1:
            shown = [title for title in named if unnamed is None or not unnamed[title]]
            raise AmbiguousTitleError(text, [self._candidate(title) for title in shown])
        return named[0]

    def named(self, label: str, text: str) -> int:
        """Return the position of a genre, group or person, by its id or name.

        Raises
        ------
        UnknownNameError
            With the nearest that exist.
        """
        nodes = self.graph.nodes[label]
        exact = _position(nodes.ids, text)
        if exact is not None:
            return exact
        names = nodes.text("name") if label == schema.PERSON.label else nodes.ids.ids
        wanted = plain(text)
        same = [position for position, name in enumerate(names) if plain(name) == wanted]
        if len(same) != 1:
            candidates = [f"{clean(names[i], longest=LONGEST_NAME)} [{nodes.ids.ids[i]}]" for i in same]
            raise UnknownNameError(_KINDS[label], text, candidates or _close(text, set(names)), self.called)
        return same[0]

    def _candidate(self, title: int) -> str:
        return f"{self.label(title)} [{self.graph.titles.ids.ids[title]}]"

    def with_external_id(self, text: str) -> list[int]:
        """Return the positions of titles with an id at IMDb or TMDB, such as ``tt0114709`` or ``tmdb:862``."""
        key = external_key(text)
        return [] if key is None else self._by_external_id.get(key, [])

    @cached_property
    def _by_external_id(self) -> dict[str, list[int]]:
        titles = self.graph.titles
        return titles_by_external_id(titles.text("imdb_id"), titles.text("tmdb_id"))

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """The positions of titles by the plain forms of their names."""
        by_name: dict[str, list[int]] = {}
        for title, name in enumerate(self.graph.titles.text("title")):
            for alias in plain_aliases(name):
                by_name.setdefault(alias, []).append(title)
        return by_name

    def _nearest(self, wanted: str, unnamed: BoolArray | None) -> list[str]:
        names = self.by_name
        inside = sorted((name for name in names if wanted and wanted in name), key=len)
        close = difflib.get_close_matches(wanted, names, n=_NEAREST, cutoff=0.6)
        titles = [title for name in [*close, *inside][: 2 * _NEAREST] for title in names[name]]
        shown = [title for title in dict.fromkeys(titles) if unnamed is None or not unnamed[title]]
        return [self._candidate(title) for title in shown[:_NEAREST]]


def _shown(nodes: Nodes, name: str, position: int) -> str:
    return clean(nodes.text(name)[position], longest=LONGEST_NAME)


def _position(ids: IdMap, text: str) -> int | None:
    """Find an id as it is, else without the blanks around it."""
    exact = ids.find(text)
    return ids.find(text.strip()) if exact is None else exact


def _close(text: str, names: Iterable[str]) -> list[str]:
    exact = {name.casefold(): name for name in names}
    return [exact[name] for name in difflib.get_close_matches(text.casefold(), exact, n=_NEAREST, cutoff=0.5)]
