"""Data sets that are known by name: fetched, checked, unpacked, kept.

It builds on ``base`` and ``tables``. Start reading in ``datasets.py``, then ``cache.py``.
"""
