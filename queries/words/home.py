"""The home page of a service: rows of titles, each with a heading that says why it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    import pandas as pd

    from cinewalk.queries.words.results import Recommendations


@dataclass(frozen=True, slots=True, repr=False)
class Shelf:
    """One row of a home page.

    Parameters
    ----------
    name
        Which feed it is of, such as ``because-you-watched``.
    heading
        What is written above it: why it is there.
    titles
        Its titles.
    """

    name: str
    heading: str
    titles: Recommendations

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"row": self.name, "heading": self.heading, "titles": self.titles.to_dict()}

    def __str__(self) -> str:
        return f"{self.heading}\n{self.titles}"

    def __repr__(self) -> str:
        return f"<Shelf {self.name}: {self.heading}, {count_of(len(self.titles), 'title')}>"

    def _repr_html_(self) -> str:
        return html_of(self.heading, self.titles.to_frame())


@dataclass(frozen=True, slots=True, repr=False)
class HomePage(Sequence[Shelf]):
    """The rows of one person's home page, from above; no title is there twice.

    Parameters
    ----------
    user_id
        The person.
    shelves
        The rows; those without a title are left out.
    """

    user_id: str
    shelves: tuple[Shelf, ...]

    @overload
    def __getitem__(self, index: int) -> Shelf: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Shelf]: ...
    def __getitem__(self, index: int | slice) -> Shelf | Sequence[Shelf]:
        return self.shelves[index]

    def __len__(self) -> int:
        return len(self.shelves)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return plain values, one dictionary a row."""
        return [shelf.to_dict() for shelf in self.shelves]

    def to_frame(self) -> pd.DataFrame:
        """Return a frame: row, heading, and the columns of a list."""
        import pandas as pd

        frames = [
            shelf.titles.to_frame().assign(row=shelf.name, heading=shelf.heading) for shelf in self.shelves
        ]
        columns = ["row", "heading", "rank", "title_id", "title", "year", "score", "because"]
        return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.shelves))

    def __repr__(self) -> str:
        rows = count_of(len(self.shelves), "row")
        return f"<HomePage of {self.user_id}: {rows}: {', '.join(shelf.name for shelf in self.shelves)}>"

    def _repr_html_(self) -> str:
        return "".join(html_of(shelf.heading, shelf.titles.to_frame()) for shelf in self.shelves)
