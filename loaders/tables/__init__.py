"""From text and Parquet to checked tables: lines, cells, headers, layouts, and an account of every row.

It builds on ``base`` and ``titles``. Start reading in ``tables.py``, what every source becomes, then ``layouts.py``
and ``reading.py``.
"""
