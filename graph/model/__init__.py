"""The graph: its words, its frozen arrays, how it is built and changed, and where a walk starts.

It builds on ``numeric``. Start reading in ``schema.py``, the one home of all labels, relationships and columns, then
``graph.py``; ``example.py`` is the small graph of all examples.
"""
