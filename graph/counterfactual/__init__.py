"""What would come first without some of a person's likes: found, and checked by recomputing.

It builds on ``walks`` and ``rerank``. Start reading in ``find.py``; ``removal.py`` says what a removal is,
``trials.py`` tries many at once, ``deletion.py`` is what claims are checked against.
"""
