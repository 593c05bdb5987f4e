"""A viewer's own history: exports of other services become events in the graph.

It builds on ``exports``, ``titles`` and ``store``. Start reading in ``reading.py``; each service is a file,
``account.py`` says what became of every row.
"""
