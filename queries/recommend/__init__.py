"""Asking: who asks for what, from scores to lists, feeds, groups of people, tastes, and signals.

It builds on ``explain``. Start reading in ``request.py``, then ``ranking.py``.
"""
