"""Baselines that learn factors of people and titles: iALS and BPR, as the library implicit has them.

They see plain likes: no recency. A person's score of a title is the product of two learned vectors, so it divides into
no shares; and only people who were there when vectors were learned have one.
"""

from __future__ import annotations

import warnings
from abc import abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.extras import need
from cinewalk.graph.walks.base.result import Outcome, Unshared, Walk

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import Float32Array


@dataclass(frozen=True, eq=False)
class FactorModel(Walk):
    """A model of ``score_uj = p_u · q_j``; a person's are raised by one number, to be at least 0 as those of walks."""

    likes: Relation
    factors: int
    regularization: float
    iterations: int
    seed: int = 0

    @abstractmethod
    def _model(self) -> Any:
        """Make the model of the library, not yet fitted."""

    def _known(self, likes: csr_matrix) -> csr_matrix:
        """Return the likes as the model takes them."""
        return likes

    @cached_property
    def vectors(self) -> tuple[Float32Array, Float32Array]:
        """``p`` of every user and ``q`` of every title, fitted by one thread, which makes them repeatable."""
        need("evaluate", f"The baseline {self.name}", "implicit")
        from scipy.sparse import csr_matrix

        data = self.likes.properties["preference"].astype(np.float32)
        # The library writes nothing, but takes no frozen arrays.
        likes = csr_matrix((data, self.likes.indices.copy(), self.likes.indptr.copy()), self.likes.shape)
        with warnings.catch_warnings():
            # It warns where the linear algebra library may start threads of its own.
            warnings.simplefilter("ignore", RuntimeWarning)
            model = self._model()
            model.fit(self._known(likes), show_progress=False)
        return model.user_factors, model.item_factors

    def run(self, profile: Profile) -> Outcome:
        """Score every title that somebody likes; nothing is divided over the likes.

        Raises
        ------
        RequestError
            Where the person is not one of the graph's users.
        """
        if profile.user is None:
            raise RequestError(f"{self.name} knows the graph's own users only. Take another walk.")
        people, titles = self.vectors
        scores = (titles @ people[profile.user]).astype(np.float64)
        raised = np.where(np.diff(self.likes.reverse_indptr) > 0, scores - scores.min() + 1.0, 0.0)
        return Unshared(raised, self.name, len(profile.titles))


@dataclass(frozen=True, eq=False)
class ImplicitAls(FactorModel):
    """iALS: weighted least squares over all pairs, alternating between people and titles.

    ``min Σ_uj c_uj (y_uj - p_u · q_j)² + λ (Σ_u |p_u|² + Σ_j |q_j|²)``; for likes ``y = 1`` and ``c = α A_uj``,
    elsewhere ``y = 0`` and ``c = 1``.

    Parameters
    ----------
    likes
        The graph's ``LIKES`` relationship.
    factors, regularization, iterations, alpha
        The length of the vectors, ``λ``, the number of rounds, and ``α``.
    seed
        Of where it starts.

    References
    ----------
    Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008, doi:10.1109/ICDM.2008.22.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> people, titles = ImplicitAls(example_graph().likes, factors=2).vectors
    >>> people.shape, titles.shape
    ((7, 2), (7, 2))
    """

    factors: int = 64
    regularization: float = 10.0
    iterations: int = 15
    alpha: float = 1.0
    name: str = field(default="ials", init=False)

    def _model(self) -> Any:
        from implicit.cpu.als import AlternatingLeastSquares

        return AlternatingLeastSquares(
            factors=self.factors,
            regularization=self.regularization,
            alpha=self.alpha,
            iterations=self.iterations,
            num_threads=1,
            random_state=self.seed,
        )


@dataclass(frozen=True, eq=False)
class Bpr(FactorModel):
    """BPR: vectors by which what a person likes comes before what they do not, pair by pair of titles.

    ``max Σ_u Σ_{i liked, j not} ln σ(p_u · (q_i - q_j)) - λ (|p|² + |q|²)`` by stochastic gradient ascent.

    Parameters
    ----------
    likes
        The graph's ``LIKES`` relationship.
    factors, regularization, iterations, rate
        The length of the vectors, ``λ``, the number of rounds, and how far each step goes.
    seed
        Of where it starts, and of which pairs it takes.

    References
    ----------
    Rendle, Freudenthaler, Gantner, Schmidt-Thieme, "BPR: Bayesian personalized ranking from implicit feedback", UAI
    2009, arXiv:1205.2618.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> Bpr(example_graph().likes, factors=2).vectors[1].shape  # and one number a title, whoever looks
    (7, 3)
    """

    factors: int = 32
    regularization: float = 0.01
    iterations: int = 300
    rate: float = 0.01
    name: str = field(default="bpr", init=False)

    def _model(self) -> Any:
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        return BayesianPersonalizedRanking(
            factors=self.factors,
            learning_rate=self.rate,
            regularization=self.regularization,
            iterations=self.iterations,
            num_threads=1,
            random_state=self.seed,
        )

    def _known(self, likes: csr_matrix) -> csr_matrix:
        """Return the likes with a preference of 1: pairs are liked or not."""
        likes.data[:] = 1
        return likes
