"""How good lists and explanations are, and what they are measured against: splits, metrics, baselines.

It builds on ``walks``; nothing that recommends builds on it. Start reading in ``splits.py``, then ``metrics.py``.
``reference.py`` has every walk again, in NetworkX, as the oracle of the fast ones.
"""
