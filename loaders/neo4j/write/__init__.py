"""From a graph to a Neo4j: nodes, relationships, derived relationships, signals, figures of an audit.

It builds on ``server`` and ``read``. Start reading in ``publish.py``; ``signals.py`` writes what one person has just
done.
"""
