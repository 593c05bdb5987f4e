"""Choosing settings and dials on validation slices.

It builds on ``evaluate``. Start reading in ``tuning.py``.
"""
