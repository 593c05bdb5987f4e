"""Results and how they are put into words; names that people use; filters; the ready queries' headers.

It builds on ``graph``. Start reading in ``results.py``.
"""
