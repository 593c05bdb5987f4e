"""Personalized PageRank on the whole graph, and the single walks that it is a sum of.

It builds on ``base``. Start reading in ``pagerank.py``.
"""
