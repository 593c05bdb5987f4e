"""What to show somebody of whom little is known: what their groups like, and titles of a kind.

It builds on ``base``. Start reading in ``newcomers.py``, which mixes the others.
"""
