"""Who is told when inner loops have to be compiled, which takes a while and happens once on a machine.

It is apart from what compiles, so that a short command can ask to be told without loading any of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_listeners: Final[list[Callable[[bool], None]]] = []


def tell_compiling(listener: Callable[[bool], None]) -> None:
    """Have somebody told, once, before the first inner loop is compiled: whether what is compiled can be kept."""
    _listeners.append(listener)


def compiling(kept: bool) -> None:
    """Tell everybody who wants to know, and nobody twice."""
    while _listeners:
        _listeners.pop()(kept)
