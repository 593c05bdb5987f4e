"""Values some of whose fields are worked out when somebody looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class Work(Protocol):
    """What works out the fields of a value that were left out when it was made."""

    def fields(self, place: int) -> Mapping[str, Any]:
        """Return them by their names, for the value at a place."""


class Later:
    """A value that may be made without some of its fields: they are worked out when one of them is first looked at.

    Equal values are equal however they were made; copies and pickles hold the fields and not the work. To be inherited
    by frozen dataclasses with slots, whose empty slots ask here.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True)
    ... class Square(Later):
    ...     side: int
    ...     area: int
    >>> class Areas:
    ...     def fields(self, place):
    ...         print("working")
    ...         return {"area": place * place}
    >>> square = Square.waiting(Areas(), 3, side=3)
    >>> square.area, square.area, square == Square(3, 9)
    working
    (9, 9, True)
    """

    __slots__ = ("_later",)

    @classmethod
    def waiting(cls, work: Work, place: int, **fields: Any) -> Self:
        """Return a value of which some fields are known; ``work`` tells the others for its ``place``."""
        value = object.__new__(cls)
        for name, known in fields.items():
            object.__setattr__(value, name, known)
        object.__setattr__(value, "_later", (work, place))
        return value

    def __getattr__(self, name: str) -> Any:
        # Only where a slot is empty does anybody ask here.
        if name not in getattr(type(self), "__dataclass_fields__", ()):
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )
        later: tuple[Work, int] | None = object.__getattribute__(self, "_later")
        if later is not None:
            work, place = later
            for field, value in work.fields(place).items():
                object.__setattr__(self, field, value)
            object.__setattr__(self, "_later", None)
        # Where somebody else has worked it out in the meantime, it is there.
        return object.__getattribute__(self, name)
