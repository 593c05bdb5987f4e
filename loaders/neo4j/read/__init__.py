"""From a Neo4j to a graph, also from one that others wrote, and how it stays in touch.

It builds on ``server``. Start reading in ``graph.py``; ``mapping.py`` says what others call things, ``refresh.py``
reads again what has changed.
"""
