"""Everybody's lists, and the rows they need, on Apache Spark.

>>> from cinewalk import spark
>>> callable(spark.batch), callable(spark.prepare), callable(spark.session)
(True, True, True)
"""

from __future__ import annotations

from cinewalk.queries.spark.run import batch, prepare, session

__all__ = ["batch", "prepare", "session"]
