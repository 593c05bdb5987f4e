"""What all loaders share: what a refresh changed, lists of ids, the user's folder, whole files, limits of archives.

It builds on nothing. Start reading in ``changes.py``.
"""
