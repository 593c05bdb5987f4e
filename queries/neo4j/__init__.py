"""What people meet in Neo4j: the guide, Browser, the page of ready queries, lists and figures as nodes.

It builds on ``recommend`` and ``audit``. Start reading in ``browse.py``.
"""
