"""Rows and lists on Apache Spark, by the tasks that one machine would do.

It builds on ``batch`` and the recommender. Start reading in ``run.py``.
"""
