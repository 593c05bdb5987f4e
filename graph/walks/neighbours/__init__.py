"""Walks of three steps over likes: titles that share viewers, viewers who share titles, learned, in sequence.

It builds on ``base``. Start reading in ``shared.py``; ``learned.py`` and ``sequence.py`` weigh the same steps
otherwise, ``refresh.py`` brings rows of an earlier graph up to date, ``lists.py`` makes everybody's lists;
``neighbourhoods.py`` is what they all hand to kernels. Files named ``…_kernels.py`` hold the inner loops of the file
before them.
"""
