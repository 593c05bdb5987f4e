"""Names of titles: as catalogues write them, as people say them, and which title one means.

It builds on ``graph``. Start reading in ``names.py``; ``title_matching.py`` finds titles by name and year.
"""
