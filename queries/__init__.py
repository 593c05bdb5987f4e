"""What people call: the recommender, its results in words, evaluating, tuning, auditing, reports, Neo4j.

It builds on ``loaders`` and ``graph``. Floors, each on those before it: ``words``, ``explain``, ``recommend``,
``batch``, ``evaluate``, ``tune``, ``audit``, ``report``, ``neo4j``. Start reading in ``recommender.py``. Cypher is in
``cypher/``, one query a file; ``browser/`` and ``report_page/`` are what pages are made of.
"""
