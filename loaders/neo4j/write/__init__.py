"""From a graph to a Neo4j: nodes, relationships, derived relationships, signals, figures of an audit.

It builds on ``server`` and ``read``. Start reading in ``publish.py``; ``differences.py`` compares before
anything is written, ``unpublish.py`` takes it out again, ``signals.py`` writes what one person has just
done.
"""
