"""Neo4j: a real server of our own, reading a graph from any, and writing one into it.

``server`` is the connection and the local server, ``read`` goes from a database to a graph, ``write`` the other way.
Start reading in ``server/connection.py``.
"""
