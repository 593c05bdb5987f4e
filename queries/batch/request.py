"""What a batch is of: everything that its rows depend on, so that it never goes on with something else."""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from cinewalk.graph.numeric.arrays import let_go
from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.loaders.store.settings_file import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.arrays import AnyArray
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot


#: So many bytes of a graph are looked at at a time.
_AT_A_TIME: Final = 1 << 24


def batch_request(
    snapshot: Snapshot, request: Request, users: Sequence[str] | None, numbers: dict[str, int]
) -> dict[str, Any]:
    """Return what a batch is of, as plain values.

    Parameters
    ----------
    snapshot
        What the recommender knows.
    request
        What every list is of.
    users
        Ids in their order; ``None`` for everybody.
    numbers
        The numbers that were asked for, such as ``k``.
    """
    events, defaults, only = snapshot.events, snapshot.defaults, request.only
    return {
        "cinewalk version": version("cinewalk"),
        "graph": fingerprint(snapshot.graph),
        "settings": values_of(defaults.settings),
        "walk": request.walk or defaults.walk,
        "groups": defaults.groups,
        "remedies": str(snapshot.chain_of(request) or ""),
        "signals": _digest(_told(user, events[user]) for user in sorted(events)) if events else None,
        "users": "all" if users is None else _digest(users),
        **numbers,
        **({} if only is None else {"filters": repr(astuple(only))}),
    }


def fingerprint(graph: Graph) -> str:
    """Return a number, in hexadecimal, that tells a graph and what is prepared in it from all others.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> fingerprint(example_graph()) == fingerprint(example_graph())
    True
    """
    # What leads back follows from what leads there.
    arrays = {name: array for name, array in graph.arrays().items() if ".reverse_" not in name}
    if graph.prepared is not None:
        for name, rows in graph.prepared.rows.items():
            arrays |= {f"prepared.{name}.{part}": values for part, values in rows._asdict().items()}
    with thread_pool() as pool:
        return _digest(pool.map(_array_digest, sorted(arrays.items(), key=lambda entry: entry[0])))


def _array_digest(entry: tuple[str, AnyArray]) -> str:
    name, array = entry
    content, numbers = hashlib.sha256(), array.reshape(-1).view("u1").data
    for first in range(0, len(numbers), _AT_A_TIME):
        content.update(numbers[first : first + _AT_A_TIME])
        let_go(array)
    return f"{name} {array.dtype.str} {array.shape} {content.hexdigest()}"


def _told(user: str, user_events: UserEvents) -> str:
    """Say what somebody's signals come to."""
    events = {
        kind: sorted((title, sorted(values.items())) for title, values in of_kind.items())
        for kind, of_kind in user_events.events.items()
    }
    likes = sorted((title, tuple(like)) for title, like in user_events.likes.items())
    return repr(
        (
            user,
            sorted(events.items()),
            likes,
            user_events.limit,
            user_events.groups.tolist(),
            astuple(user_events.preference),
        )
    )


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
