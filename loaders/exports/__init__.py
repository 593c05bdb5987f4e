"""Exports as they were downloaded: their files, the rows of CSV and JSON in them, and an account of every row.

It builds on ``tables`` and ``text``. Start reading in ``export_files.py``, then ``csv_rows.py``; ``export_rows.py``
reads a table row by row.
"""
