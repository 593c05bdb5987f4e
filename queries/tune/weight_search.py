"""What weights are tried next: from the best so far one weight at a time, in steps that become smaller.

Weights are cheap to try and many together, and near the best the ground is flat. A sampler that draws them all at once
ends far from the defaults for what is luck; this ends where no single weight can be better.

References
----------
Hooke, Jeeves, "“Direct search” solution of numerical and statistical problems", Journal of the ACM 8(2), 1961,
doi:10.1145/321062.321069.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cinewalk.queries.tune.search import Values
    from cinewalk.queries.tune.space import Range

#: The first steps are so many times the smallest, and are halved from there.
_FIRST: Final = 8


class WeightTrials:
    """Trials of weights.

    Parameters
    ----------
    ranges
        The values of each weight; their ``step`` is the smallest that is taken.
    known, score
        Where it begins, and what that comes to.

    Examples
    --------
    >>> from cinewalk.queries.tune.space import Range
    >>> trials = WeightTrials(dict.fromkeys("ab", Range(0.0, 2.0, step=0.05)), {"a": 1.0, "b": 0.0}, -0.5)
    >>> while not trials.over:
    ...     trials.make(lambda values: -abs(values["a"] - 0.75) - abs(values["b"] - 0.25))
    >>> trials.best(), trials.made
    ({'a': 0.75, 'b': 0.25}, 22)
    """

    def __init__(self, ranges: Mapping[str, Range], known: Values, score: float) -> None:
        self._ranges, self._best, self._score = ranges, dict(known), score
        self._better = False
        self._seen = {tuple(known.values())}
        self._candidates = self._ways()
        self._next = next(self._candidates, None)
        #: How many have been made.
        self.made = 0

    @property
    def over(self) -> bool:
        """Whether nothing is left to try: no weight can be better by itself."""
        return self._next is None

    def make(self, value_of: Callable[[Values], float]) -> None:
        """Make one more; there must be one left."""
        assert self._next is not None
        value = value_of(self._next)
        self._better = value > self._score
        if self._better:
            self._best, self._score = self._next, value
        self.made += 1
        self._next = next(self._candidates, None)

    def best(self) -> Values:
        """Return the values that came to most; those known before where no trial came to more."""
        return self._best

    def _ways(self) -> Iterator[Values]:
        """Offer one value after the other; a weight that got better goes on to the next one."""
        for halved in range(_FIRST.bit_length()):
            moved = True
            while moved:
                moved = False
                for name, values in self._ranges.items():
                    for sign in (1, -1):
                        candidate = self._beside(name, sign * values.step * (_FIRST >> halved))
                        if candidate is not None:
                            yield candidate
                            if self._better:
                                moved = True
                                break

    def _beside(self, name: str, step: float) -> Values | None:
        """Return the best with one weight so much more; nothing where it is known, or where nothing would count."""
        values = self._ranges[name]
        value = float(f"{min(max(self._best[name] + step, values.low), values.high):.3g}")
        candidate = {**self._best, name: value}
        if tuple(candidate.values()) in self._seen or not any(candidate.values()):
            return None
        self._seen.add(tuple(candidate.values()))
        return candidate
