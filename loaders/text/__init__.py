"""What a text file says before it is a table: in which encoding it is written, and what its columns mean.

It builds on ``graph``. Start reading in ``column_names.py``.
"""
