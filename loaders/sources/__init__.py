"""Every source that can be loaded: MovieLens, RecBole, tables, single files of interactions, facts of titles.

It builds on ``tables`` and ``fetch``. Start reading in ``sources.py``. A new source is a file here that lays out its
files, and a line in ``folders.py``.
"""
