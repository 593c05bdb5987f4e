"""What people do in Neo4j: the guide, Browser, the page of ready queries, lists and figures as nodes and relationships.

It builds on ``recommend`` and ``audit``. Start reading in ``browse.py``.
"""
