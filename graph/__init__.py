"""The graph in memory, the walks on it, re-ranking, counterfactuals and measuring: arrays only, no files, no network.

It builds on nothing else of the project but its errors. Floors, each on those before it: ``numeric`` (loops over
arrays), ``model`` (the graph), ``attributes`` (of viewers and titles), ``walks``, ``rerank``, ``counterfactual``,
``evaluate``. Start reading in ``model/graph.py``, then ``walks/base/result.py``.
"""
