"""Walks of three steps over likes: titles that share viewers, viewers who share titles, learned, in sequence.

It builds on ``base``. Start reading in ``title_walk.py`` and ``viewer_walk.py``: what the walks of ``shared.py``,
``learned.py`` and ``sequence.py`` have in common. ``neighbourhoods.py`` is what they all hand to kernels; files named
``…_kernels.py`` hold the inner loops of the file before them.
"""
