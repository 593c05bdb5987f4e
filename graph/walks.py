"""What every walk can do: score titles for a profile, and divide a score over its seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cinewalk.graph.arrays import FloatArray, Int32Array
    from cinewalk.graph.seeds import Profile


class Walk(Protocol):
    """A walk that has been prepared on one graph."""

    @property
    def name(self) -> str:
        """The word by which it is asked for."""

    def scores(self, profile: Profile) -> FloatArray:
        """Score every title; a score is at least 0, and 0 where no walk leads.

        Parameters
        ----------
        profile
            The person; with at least one like of weight above 0.

        Returns
        -------
        array of shape (number of titles,)
        """

    def contributions(self, profile: Profile, targets: Int32Array) -> dict[str, FloatArray]:
        """Divide the score of each target over the kinds of walk and the seeds.

        Parameters
        ----------
        profile
            The same person as was scored.
        targets
            Positions of distinct titles.

        Returns
        -------
        arrays of shape (len(targets), len(profile.titles)), by kind of walk
            Each number at least 0; row ``t`` of all arrays together sums to ``scores(profile)[targets[t]]``
            within rounding.
        """
