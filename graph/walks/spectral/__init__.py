"""Walks over shared viewers and shared titles that are weighed in a subspace: what most viewers' likes have in common.

It builds on ``neighbours``. Start reading in ``basis.py``, which fits the subspace; ``spectral.py`` has both walks, and
``kernels.py`` their inner loops.
"""
