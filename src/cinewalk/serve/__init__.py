"""The service: a recommender over HTTP, one page for people, and tools for assistants; it holds no logic of its own.

Start reading in ``app.py``. Each endpoint is a few lines over :class:`cinewalk.Recommender` and answers in the words
of the command line's ``--json``.
"""
