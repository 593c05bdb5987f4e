"""Tests, by layer; inside a layer they mirror the house.

``graph/model/ids.py`` is tested in ``unit/graph/model/test_ids.py``. What layers share lies here: graphs that are made
up, exports of other services, and the one Neo4j of a test run.
"""
