"""The walks: from a person's likes to scores of all titles, each a sum over paths.

It builds on ``model``. ``base`` is what every walk is; ``neighbours``, ``pagerank`` and ``cold_start`` are the walks;
``registry.py`` knows them by their names. Start reading in ``base/result.py``, then ``registry.py``. A new walk is a
file in the folder it is kin to, and a line in the registry.
"""
