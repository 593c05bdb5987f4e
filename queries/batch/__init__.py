"""Everybody's list at once, in a file.

It builds on ``recommend``. Start reading in ``batch.py``.
"""
