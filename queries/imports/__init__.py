"""A person's own history from another service, taken into a recommender: matched, asked about, and kept.

Stands on ``recommend`` and the rooms below. Start reading in ``history_import.py``.
"""
