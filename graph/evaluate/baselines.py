"""What walks are measured against: cosine neighbours, EASE and RP3β.

All of them see plain likes: no recency, and nobody's own position.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.extras import need
from cinewalk.graph.model.settings import TitleParameters
from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base.result import Outcome, Unshared, Walk
from cinewalk.graph.walks.neighbours.shared import SharedViewers

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.graph.walks.base.like_rows import Likes

#: EASE inverts a matrix of titles × titles: with more titles than this it takes too much memory and time.
MOST_TITLES: Final = 12_000


@dataclass(frozen=True, eq=False)
class Cosine(Walk):
    """Titles by the cosine of their viewers, as the library implicit has it.

    ``score_j = Σ_i A_ui cos(A_i, A_j)`` over the likes ``i`` of ``u`` whose ``size`` nearest titles hold ``j``.

    Parameters
    ----------
    likes
        The graph's ``LIKES`` relationship.
    size
        How many titles are kept per title, itself included.

    Raises
    ------
    MissingPackageError
        On its first run, where implicit is not installed.

    References
    ----------
    Sarwar, Karypis, Konstan, Riedl, "Item-based collaborative filtering recommendation algorithms", WWW 2001,
    doi:10.1145/371920.372071.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of
    >>> graph = example_graph()
    >>> scores = Cosine(graph.likes).run(profile_of(graph, 4, 20.0)).scores  # eve likes alien and heat
    >>> round(float(scores[graph.titles.ids.position("blade")]), 3)  # with alien it shares ann and ben
    0.667
    """

    likes: Relation
    size: int = 100
    name: str = field(default="cosine", init=False)

    @cached_property
    def rows(self) -> CSR:
        """The nearest titles of every title, and their cosines."""
        need("evaluate", "The baseline cosine", "implicit")
        from implicit.nearest_neighbours import CosineRecommender
        from implicit.utils import ParameterWarning
        from scipy.sparse import csr_matrix

        data = self.likes.properties["preference"].astype(np.float64)
        likes = csr_matrix((data, self.likes.indices, self.likes.indptr), self.likes.shape)
        model = CosineRecommender(K=self.size)
        with warnings.catch_warnings():
            # It warns of the form in which it hands its own matrix on.
            warnings.simplefilter("ignore", ParameterWarning)
            model.fit(likes, show_progress=False)
        similarity = model.similarity
        return CSR(
            frozen(similarity.indptr.astype(np.int64)),
            frozen(similarity.indices.astype(np.int32)),
            frozen(similarity.data.astype(np.float32)),
        )

    def run(self, profile: Profile) -> Outcome:
        """Score every title for a person; nothing is divided over their likes."""
        weights = profile.preferences.astype(np.float64)
        scores = kernels.spread(profile.titles, weights, self.rows, len(profile.hidden))
        return Unshared(scores, self.name, len(profile.titles))


@dataclass(frozen=True, eq=False)
class Ease(Walk):
    """EASE: the linear model of titles on titles that fits the likes best without using a title for itself.

    ``min_B ‖A - A B‖² + λ ‖B‖²`` with ``diag(B) = 0`` has the solution ``B_ij = -P_ij / P_jj`` for ``i ≠ j``, with
    ``P = (AᵀA + λ I)⁻¹``; ``score_j = Σ_i A_ui B_ij``. Weights have both signs, so scores divide into no shares;
    to be at least 0 as those of walks are, the scores of a person are raised by one number.

    Parameters
    ----------
    likes
        The graph's ``LIKES`` relationship.
    l2
        ``λ``, above 0.

    Raises
    ------
    RequestError
        Where there are more than 12,000 titles: the inverse would take too much memory and time.

    References
    ----------
    Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019, doi:10.1145/3308558.3313710.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> weights = Ease(example_graph().likes).weights
    >>> weights.shape, bool((np.diag(weights) == 0).all())
    ((7, 7), True)
    """

    likes: Relation
    l2: float = 300.0
    name: str = field(default="ease", init=False)

    def __post_init__(self) -> None:
        if not self.l2 > 0:
            raise RequestError(f"l2 is {self.l2}; it must be above 0.")
        if (titles := self.likes.shape[1]) > MOST_TITLES:
            raise RequestError(
                f"ease needs a matrix of titles by titles, too large for {titles:,} of them; "
                f"it goes up to {MOST_TITLES:,}."
            )

    @cached_property
    def weights(self) -> FloatArray:
        """``B``, shape (titles, titles). Cost: titles³."""
        from scipy.sparse import csr_array

        data = self.likes.properties["preference"].astype(np.float64)
        likes = csr_array((data, self.likes.indices, self.likes.indptr), shape=self.likes.shape)
        gram = (likes.T @ likes).toarray()
        gram[np.diag_indices_from(gram)] += self.l2
        inverse = np.linalg.inv(gram)
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        return frozen(weights)

    def run(self, profile: Profile) -> Outcome:
        """Score every title that somebody likes; nothing is divided over the likes."""
        scores = profile.preferences.astype(np.float64) @ self.weights[profile.titles]
        raised = np.where(np.diff(self.likes.reverse_indptr) > 0, scores - scores.min() + 1.0, 0.0)
        return Unshared(raised, self.name, len(profile.titles))


@dataclass(frozen=True, eq=False)
class RP3Beta(Walk):
    """RP3β: three steps of a random walk, with popular targets discounted.

    ``score_j = Σ_i A_ui Σ_v (A_vi / d_i)^α (A_vj / d_v)^α / d_j^β`` for likes of preference 1, the best ``size`` titles
    per ``i``: the case ``γ = a = α``, ``b = β``, ``q = 1``, ``ν = 0`` of
    :class:`~cinewalk.graph.walks.neighbours.shared.SharedViewers`.

    Parameters
    ----------
    likes
        The graph's likes.
    alpha, beta
        ``α`` and ``β``, at least 0.
    size
        How many titles are kept per title.

    References
    ----------
    Paudel, Christoffel, Newell, Bernstein, "Updatable, accurate, diverse, and scalable recommendations for
    interactive applications", ACM TiiS 7(1), 2016, doi:10.1145/2955101.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of
    >>> from cinewalk.graph.numeric import topk
    >>> from cinewalk.graph.walks.base.like_rows import Likes
    >>> graph = example_graph()
    >>> eve = profile_of(graph, 4, 20.0)
    >>> best, _ = topk.rank(RP3Beta(Likes(graph.likes)).run(eve).scores, eve.hidden, 2)
    >>> [graph.titles.ids.ids[title] for title in best.tolist()]
    ['convo', 'fargo']
    """

    likes: Likes
    alpha: float = 0.5
    beta: float = 0.6
    size: int = 200
    name: str = field(default="rp3beta", init=False)

    @cached_property
    def _walk(self) -> SharedViewers:
        return SharedViewers(
            self.likes,
            TitleParameters(
                source_exponent=self.alpha,
                viewer_exponent=self.alpha,
                target_exponent=self.beta,
                sharpness=1.0,
                row_exponent=0.0,
                size=self.size,
            ),
        )

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes, old ones as far as new ones."""
        return self._walk.run(replace(profile, weights=profile.preferences.astype(np.float64)))
