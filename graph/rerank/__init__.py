"""Re-rankers (remedies, for users): scores in, scores out, one dial each.

It builds on ``walks``. Start reading in ``base.py``; ``chain.py`` reads and runs several one after the other. A new
re-ranker is a file here and a line in ``chain.py``.
"""
