"""What a text file says before it is a table: what its columns mean.

It builds on ``graph``. Start reading in ``column_names.py``.
"""
