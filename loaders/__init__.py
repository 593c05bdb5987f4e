"""Sources to checked tables to graph; the graph on disk; and Neo4j: a server, reading, writing.

It builds on ``graph``. Floors, each on those before it: ``base``, ``titles`` (names), ``tables`` (cells to checked
frames), ``fetch`` (downloads), ``sources`` (what can be loaded), ``store`` (on disk), ``neo4j``, ``history`` (exports
of other services). Start reading in ``load.py``, which goes from any source to a graph.
"""
